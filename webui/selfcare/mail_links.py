"""Links in mails. Opening one shows a button, for mail scanners open every link; pressing it opens the case."""

from flask import Response, flash
from sqlalchemy.orm import Session

from base.actors import Proof
from base.languages import N_
from cases.cases import Case
from cases.contacts import contact_for_visit
from cases.links import Link, LinkIsDead, link_of, use_up
from processes.rows import WalkRow
from webui.i18n import tell
from webui.partials import page
from webui.requests import database, now
from webui.selfcare.case_pages import arrived
from webui.selfcare.door import CHANNEL, blueprint, brand, customer, speak_unless_chosen
from webui.selfcare.visitors import admit, visit

ANSWERED = N_("You have already answered this question. Here is where your case stands now.")
PROOFS: dict[str, Proof] = {"follow": "order", "answer": "mailbox", "sign_in": "mailbox"}
"""What opening a link proves. One that follows a case is forwarded and kept in mailboxes for weeks: it proves least."""


@blueprint.errorhandler(LinkIsDead)
def dead(error: LinkIsDead) -> Response:
    return page("selfcare/dead_link.html", status=410)


@blueprint.get("/l/<token>")
def link(token: str) -> Response:
    with database().reading() as session:
        found = _usable(session, token)
        speak_unless_chosen(found.case.language)
        return page("selfcare/link.html", token=token, purpose=found.purpose)


@blueprint.post("/l/<token>")
def open_link(token: str) -> Response:
    with database().unit() as session:
        found = _usable(session, token)
        answered = found.purpose == "answer" and _is_over(session, found)
        if found.purpose == "sign_in":
            use_up(session, now(), found)
        proof: Proof = "order" if found.used_at is not None and answered else PROOFS[found.purpose]
        opened = session.get_one(Case, found.case_id)
        actor = customer(opened.customer_id, opened.customer.full_name if opened.customer else "", proof)
        contact_for_visit(session, actor, now(), opened, visit=visit(), channel=CHANNEL)
        case_id = opened.public_id
    admit(case_id, proof)
    if answered:
        flash(tell(ANSWERED), "info")
    return arrived(case_id)


def _is_over(session: Session, found: Link) -> bool:
    """Whether the question has its answer, or the walk has gone elsewhere."""
    walk = session.get(WalkRow, found.walk_id) if found.walk_id else None
    return found.used_at is not None or walk is None or walk.step != found.step


def _usable(session: Session, token: str) -> Link:
    """The brand's link with this token, if it still opens its case. Raises LinkIsDead.

    A question that has its answer needs no further one: until its day its link goes on showing where things stand.
    """
    found = link_of(session, token)
    if found is None or found.brand_id != brand().id:
        raise LinkIsDead
    answered = found.purpose == "answer" and found.revoked_at is None and now() < found.expires_at
    if not answered and not found.alive(now()):
        raise LinkIsDead
    return found
