"""Joint review: remarks on the steps of a process by colleagues, and by partners' people who were invited to it."""

from datetime import timedelta

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.errors import Invalid
from base.languages import N_, pick
from base.people import partners_of
from base.permissions import Permission, allowed
from processes.drafts import draft_of
from processes.outline import Outline, StepOutline, outline_of
from processes.remarks import (
    RemarkRow,
    end_invitation,
    invitations,
    invite,
    remark,
    remarks_of,
    require_reader,
    reviewed_by,
    settle,
)
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import DRAFT, Chosen, DraftUnfinished, blueprint, choose
from webui.studio.material import words

DAYS = (7, 14, 30, 90)
"""For how long a partner may be invited."""


class NoSuchPartner(Invalid):
    """The partner chosen is none of the brand's."""

    sentence = N_("Choose a partner of the list, and for how long.")


# --- staff -----------------------------------------------------------------------------------------------------------


@blueprint.get("/<key>/review")
@permission_required(Permission.PROCESS_READ)
def review(key: str) -> Response:
    return _review(key)


@blueprint.post("/<key>/review")
@permission_required(Permission.PROCESS_READ)
def say_remark(key: str) -> Response:
    return _remarked(key, url_for("studio.review", key=key))


@blueprint.post("/<key>/review/settle/<public_id>")
@permission_required(Permission.PROCESS_WRITE)
def settle_remark(key: str, public_id: str) -> Response:
    with database().unit() as session:
        settle(session, current_actor(), now(), public_id)
    flash(tell(N_("Dealt with.")), "good")
    return see(url_for("studio.review", key=key))


@blueprint.post("/<key>/review/invite")
@permission_required(Permission.PROCESS_PUBLISH)
def invite_partner(key: str) -> Response:
    """A partner's people read the process and remark on it, until a day."""
    days, actor = request.form.get("days", 0, type=int), current_actor()
    with database().unit() as session:
        partner = next(
            (each for each in partners_of(session, actor.brand_id) if each.key == request.form.get("partner")), None
        )
        if partner is None or days not in DAYS:
            raise NoSuchPartner
        invite(session, actor, now(), key, partner.id, now() + timedelta(days=days))
        name = partner.name
    flash(tell(N_("%(partner)s can read and remark for %(days)s days."), partner=name, days=days), "good")
    return see(url_for("studio.review", key=key))


@blueprint.post("/<key>/review/end/<int:id_>")
@permission_required(Permission.PROCESS_PUBLISH)
def end_review(key: str, id_: int) -> Response:
    with database().unit() as session:
        end_invitation(session, current_actor(), now(), key, id_)
    flash(tell(N_("The review has ended. What was said stays.")), "good")
    return see(url_for("studio.review", key=key))


# --- partners --------------------------------------------------------------------------------------------------------


@blueprint.get("/reviews")
@permission_required(Permission.PROCESS_REVIEW)
def reviews() -> Response:
    """What the reader's partner was invited to."""
    with database().reading() as session:
        keys = reviewed_by(session, current_actor(), now())
        titles = {key: pick(_current(session, key).document.title, language()) for key in keys}
    return page("studio/reviews.html", titles=titles)


@blueprint.get("/reviews/<key>")
@permission_required(Permission.PROCESS_REVIEW)
def partner_review(key: str) -> Response:
    return _review(key)


@blueprint.post("/reviews/<key>")
@permission_required(Permission.PROCESS_REVIEW)
def partner_remark(key: str) -> Response:
    return _remarked(key, url_for("studio.partner_review", key=key))


# --- both ------------------------------------------------------------------------------------------------------------


def _review(key: str, problem: str = "", said: str = "") -> Response:
    actor = current_actor()
    with database().reading() as session:
        require_reader(session, actor, now(), key)
        chosen = _current(session, key)
        outline = outline_of(chosen.document, language(), words(session, actor.brand_id, chosen.document))
        found = remarks_of(session, actor.brand_id, key)
        partners = partners_of(session, actor.brand_id) if allowed(actor, Permission.PROCESS_PUBLISH) else []
        invited = invitations(session, actor.brand_id, key, now()) if partners else []
    colleague = allowed(actor, Permission.PROCESS_READ)
    return page(
        "studio/review.html" if colleague else "studio/partner_review.html", status=422 if problem else 200,
        tab="review", key=key, title=chosen.title, version=chosen.version, chosen=chosen, outline=outline,
        remarks=found, marks=_marks(found), titles=_titles(outline), partners={each.id: each for each in partners},
        invited=invited, days=DAYS, problem=problem, said=said, step=request.form.get("step", ""),
        address=url_for("studio.review" if colleague else "studio.partner_review", key=key),
    )  # fmt: skip


def _remarked(key: str, address: str) -> Response:
    actor = current_actor()
    try:
        with database().unit() as session:
            remark(session, actor, now(), key, request.form.get("step", "")[:200], request.form.get("said", ""))
    except Invalid as error:
        return _review(key, problem=error.tell(language()), said=request.form.get("said", ""))
    flash(tell(N_("Thank you: the author reads it with the step.")), "good")
    return see(address)


def _current(session: Session, key: str) -> Chosen:
    """The draft that is being written, where there is one that can be read; else what is live."""
    if draft_of(session, current_actor().brand_id, key) is not None:
        try:
            return choose(session, key, DRAFT)
        except DraftUnfinished:
            pass
    return choose(session, key)


def _marks(found: list[RemarkRow]) -> dict[str, list[tuple[str, str]]]:
    """By step: how many remarks it has, as a chip."""
    steps = [row.step for row in found if row.step]
    return {step: [(tell(N_("remarks: %(count)s"), count=steps.count(step)), "warn")] for step in dict.fromkeys(steps)}


def _titles(outline: Outline) -> dict[str, str]:
    """What steps are called, in the order they are read."""
    found: dict[str, str] = {}

    def read(steps: tuple[StepOutline, ...]) -> None:
        for step in steps:
            if step.id:
                found[step.id] = step.title
            for branch in step.branches:
                read(branch.steps)

    for section in outline.sections:
        read(section.steps)
    read(outline.in_doubt)
    return found
