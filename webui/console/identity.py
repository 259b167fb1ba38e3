"""Who is it? Screen pops of telephony and CRM systems, doubtful pairs, merging, splitting, and taking either back."""

from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission
from base.scope import within
from cases import merging
from cases.cases import Case
from cases.customers import Customer
from cases.doubts import Doubt
from cases.finding import Found, cases_of, find
from cases.merging import Merge, Part, survivor_of
from webui.console.customers import NoSuchCustomer
from webui.console.door import CHANNELS, blueprint, handlers_only
from webui.console.finding import address_of
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required

merging_allowed = permission_required(Permission.CUSTOMER_MERGE)
POPPED = ("phone", "order", "mail", "case")
"""What a screen pop may name; the first that finds somebody is taken."""


@blueprint.get("/open")
@handlers_only
def open_from() -> Response:
    """A call or a mail comes in: the customer's open case, else his page, else the search."""
    actor = current_actor()
    channel = {"phone": "phone", "mail": "mail"}.get(_named(), "phone")
    channel = request.args.get("channel", channel)
    channel = channel if channel in CHANNELS else "phone"
    with database().reading() as session:
        for name in POPPED:
            typed = request.args.get(name, "").strip()[:200]
            # A "+" in an address stands for a space: telephone systems often forget to write %2B.
            typed = f"+{typed}" if name == "phone" and typed[:2].isdigit() and typed[0] != "0" else typed
            found = find(session, actor, typed) if typed else []
            if found:
                return see(_landing(session, found, typed, channel))
    typed = next((request.args[name] for name in POPPED if request.args.get(name)), "")
    return see(url_for("console.search", q=typed[:200]))


@blueprint.get("/doubts")
@merging_allowed
def doubts_page() -> Response:
    with database().reading() as session:
        pairs = merging.doubts_of(session, current_actor().brand_id)
        for pair in pairs:
            _ = pair.first.identifiers, pair.second.identifiers
        counts = {pair.id: [_count(session, each) for each in (pair.first, pair.second)] for pair in pairs}
    return page("console/doubts.html", pairs=pairs, counts=counts)


@blueprint.post("/doubts/<public_id>")
@merging_allowed
def settle_doubt(public_id: str) -> Response:
    """One customer, and which file stays; or two people after all."""
    actor, at = current_actor(), now()
    try:
        with database().unit() as session:
            pair = _one(session, Doubt, public_id)
            stays = request.form.get("stays", "")
            if stays not in ("first", "second"):
                merging.keep_apart(session, actor, at, pair)
            else:
                two = (pair.first, pair.second)
                survivor, gone = two if stays == "first" else (two[1], two[0])
                merging.merge(session, actor, at, survivor, gone)
        flash(tell(N_("Merged. It can be taken back on the customer’s page.") if stays else N_("Kept apart.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return see(url_for("console.doubts_page"))


@blueprint.post("/customers/<public_id>/merge")
@merging_allowed
def merge_into(public_id: str) -> Response:
    """Another file is this customer's too: it is found as everywhere, and must be one."""
    actor, at = current_actor(), now()
    typed = request.form.get("other", "").strip()[:200]
    try:
        with database().unit() as session:
            survivor = _one(session, Customer, public_id)
            others = {one.customer for one in find(session, actor, typed) if one.customer} - {survivor}
            if len(others) != 1:
                flash(tell(N_("“%(typed)s” names no other customer, or several.")) % {"typed": typed}, "warn")
                return see(url_for("console.customer", public_id=public_id))
            merging.merge(session, actor, at, survivor, others.pop())
        flash(tell(N_("Merged. It can be taken back on this page.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return see(url_for("console.customer", public_id=public_id))


@blueprint.post("/customers/<public_id>/split")
@merging_allowed
def split_off(public_id: str) -> Response:
    """Some cases and identifiers are another person's."""
    actor, at = current_actor(), now()
    address = url_for("console.customer", public_id=public_id)
    try:
        with database().unit() as session:
            customer = _one(session, Customer, public_id)
            part = Part(cases=_numbers(session, "case"), identifiers=request.form.getlist("identifier", type=int))
            name = request.form.get("name", "").strip()[:120]
            made = merging.split(session, actor, at, customer, part, name)
            address = url_for("console.customer", public_id=made.taker.public_id)
        flash(tell(N_("Split. It can be taken back on this page.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return see(address)


@blueprint.post("/merges/<public_id>/undo")
@merging_allowed
def undo_merge(public_id: str) -> Response:
    with database().reading() as session:
        made = _one(session, Merge, public_id)
        stays = made.giver.public_id if made.kind == "split" else made.taker.public_id
    try:
        with database().unit() as session:
            merging.undo(session, current_actor(), now(), _one(session, Merge, public_id))
        flash(tell(N_("Taken back: everything is as it was.")), "good")
    except Conflict as trouble:
        flash(trouble.tell(language()), "warn")
    return see(url_for("console.customer", public_id=stays))


def _landing(session: Session, found: list[Found], typed: str, channel: str) -> str:
    """Where a screen pop lands: one customer's newest open case, his page, or the choice among several."""
    first = found[0]
    if first.case is not None:
        return url_for("console.case", public_id=first.case.public_id, channel=channel)
    customers = {one.customer.id for one in found if one.customer is not None}
    if len(customers) > 1:
        return url_for("console.search", q=typed)
    customer = survivor_of(session, first.customer) if first.customer is not None else None
    known = cases_of(session, current_actor(), customer=None if first.order else customer, order=first.order)
    still = [case for case in known if not case.closed]
    if len(still) == 1:
        return url_for("console.case", public_id=still[0].public_id, channel=channel)
    return f"{address_of(first)}?channel={channel}"


def _named() -> str:
    return next((name for name in POPPED if request.args.get(name)), "")


def _numbers(session: Session, name: str) -> list[int]:
    named = request.form.getlist(name)
    wanted = select(Case.id).where(within(current_actor(), Case), Case.public_id.in_(named))
    return list(session.scalars(wanted)) if named else []


def _count(session: Session, customer: Customer) -> int:
    return len(cases_of(session, current_actor(), customer=customer))


def _one(session: Session, row: Any, public_id: str) -> Any:
    wanted = select(row).where(within(current_actor(), row), row.public_id == public_id)
    found = session.scalars(wanted).unique().one_or_none()
    if found is None:
        raise NoSuchCustomer
    return found
