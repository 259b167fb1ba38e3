"""“This step is wrong”: said by an agent in the middle of a call, read by the author with the step."""

from flask import Response, flash, request, url_for
from sqlalchemy import select

from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission
from base.scope import within
from cases.cases import find_case
from processes.remarks import RemarkRow, remark, settle
from processes.rows import ProcessRow, WalkRow
from processes.worlds import NoSuchWalk
from webui.console.cases import back_to
from webui.console.door import blueprint
from webui.i18n import tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required

writing = permission_required(Permission.PROCESS_WRITE)
LONGEST, MOST = 2000, 200


class WhatIsWrong(Invalid):
    """A remark says what is wrong."""

    sentence = N_("Please say in a few words what is wrong with this step.")


@blueprint.post("/cases/<public_id>/wrong")
@permission_required(Permission.WALK_ADVANCE)
def step_is_wrong(public_id: str) -> Response:
    words = request.form.get("words", "").strip()[:LONGEST]
    if not words:
        raise WhatIsWrong
    actor, at = current_actor(), now()
    with database().unit() as session:
        case = find_case(session, actor, public_id)
        walk = session.get(WalkRow, case.front_walk_id) if case.front_walk_id else None
        if walk is None:
            raise NoSuchWalk
        remark(session, actor, at, walk.process, walk.step or "", f"{words} ({case.spoken_reference})")
    flash(tell(N_("Thank you: the author reads it with the step.")), "good")
    return back_to(public_id)


@blueprint.get("/remarks")
@writing
def remarks_page() -> Response:
    """What is open, newest first, each with its step."""
    actor = current_actor()
    with database().reading() as session:
        wanted = select(RemarkRow).where(within(actor, RemarkRow), RemarkRow.settled_at.is_(None))
        rows = session.scalars(wanted.order_by(RemarkRow.id.desc()).limit(MOST)).all()
        titles = {row.key: row.title for row in session.scalars(select(ProcessRow).where(within(actor, ProcessRow)))}
    return page("console/remarks.html", remarks=rows, titles=titles)


@blueprint.post("/remarks/<public_id>/settle")
@writing
def settle_remark(public_id: str) -> Response:
    with database().unit() as session:
        settle(session, current_actor(), now(), public_id)
    flash(tell(N_("Dealt with.")), "good")
    return see(url_for("console.remarks_page"))
