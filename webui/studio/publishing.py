"""Publishing the draft: what stands in the way, what it touches, the button; proposals that wait, bringing back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from sqlalchemy.orm import Session

from base.brands import Brand
from base.errors import ArianeError, Invalid
from base.languages import N_
from base.people import Team
from base.permissions import Permission, allowed
from processes import proposals
from processes.governing import needs_approval, set_rule
from processes.moving import move, preview
from processes.proposals import InThePast, proposals_of, submit
from processes.touching import touched
from processes.versions import judge, library_of, live_number, live_version
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import DRAFT, Chosen, blueprint, choose, nothing_drafted


class NoSuchMoment(Invalid):
    """The date cannot be read."""

    sentence = N_("Give a day and an hour.")


@blueprint.get("/<key>/publish")
@permission_required(Permission.PROCESS_PUBLISH)
def publishing(key: str) -> Response:
    return nothing_drafted(key) or _sheet(key)


@blueprint.post("/<key>/publish")
@permission_required(Permission.PROCESS_PUBLISH)
def publish_draft(key: str) -> Response:
    form = request.form
    try:
        with database().unit() as session:
            draft = choose(session, key, DRAFT)
            done = submit(
                session, current_actor(), now(), draft.document, note=form.get("note", ""),
                override=form.get("override", "").strip() or None, after=_number(form.get("after")),
                publish_at=_moment(session, form.get("publish_at", "")),
            )  # fmt: skip
            followed = _hotfix(session, key) if done.publication is not None and form.get("reach") else 0
    except ArianeError as trouble:
        return _sheet(key, trouble=trouble)
    if done.publication is None:
        flash(tell(N_("Handed in: it goes out once it is agreed to and its date has come.")), "good")
    else:
        flash(tell(N_("Version %(number)s is live."), number=done.publication.version.number), "good")
    if followed:
        flash(tell(N_("%(number)s waiting cases follow it at once."), number=followed), "good")
    return see(url_for("studio.versions", key=key))


@blueprint.post("/<key>/versions/<int:number>/restore")
@permission_required(Permission.PROCESS_PUBLISH)
def restore(key: str, number: int) -> Response:
    with database().unit() as session:
        done = proposals.restore(session, current_actor(), now(), key, number)
    words = N_("Version %(before)s is back, as version %(number)s.")
    flash(tell(words, before=number, number=done.version.number), "good")
    return see(url_for("studio.versions", key=key))


@blueprint.post("/<key>/proposals/<public_id>/<any(agree, refuse, withdraw):what>")
@permission_required(Permission.PROCESS_PUBLISH)
def decide(key: str, public_id: str, what: str) -> Response:
    actor = current_actor()
    with database().unit() as session:
        if what == "agree":
            done = proposals.agree(session, actor, now(), public_id)
            said = N_("Agreed: version %(number)s is live.") if done.number else N_("Agreed: it goes out at its date.")
        elif what == "refuse":
            done = proposals.refuse(session, actor, now(), public_id, request.form.get("why", ""))
            said = N_("Refused, and the author is told why.")
        else:
            done = proposals.withdraw(session, actor, now(), public_id)
            said = N_("Taken back.")
        number = done.number
    flash(tell(said, number=number), "good")
    return see(url_for("studio.versions", key=key))


@blueprint.post("/<key>/rule")
@permission_required(Permission.ADMIN)
def rule(key: str) -> Response:
    with database().unit() as session:
        live_version(session, current_actor().brand_id, key)
        teams = set(request.form.getlist("teams")) & {team.key for team in teams_of(session)}
        needed = request.form.get("needs_approval") == "yes"
        set_rule(session, current_actor(), now(), key, needs_approval=needed, teams=sorted(teams))
    flash(tell(N_("Noted.")), "good")
    return see(url_for("studio.versions", key=key))


@blueprint.get("/<key>/waiting")
@permission_required(Permission.PROCESS_READ)
def waiting(key: str) -> Response:
    with database().reading() as session:
        chosen = choose(session, key)
        assert chosen.version is not None
        found = preview(session, library_of(session), chosen.version)
    movable = [each for each in found if each.movable]
    stuck = [each for each in found if not each.movable]
    return page(
        "studio/waiting.html", tab="versions", key=key, title=chosen.title, version=chosen.version, movable=movable,
        stuck=stuck, may_move=allowed(current_actor(), Permission.PROCESS_PUBLISH),
        told=lambda each: tell(each.obstacle, **each.params),
    )  # fmt: skip


@blueprint.post("/<key>/waiting")
@permission_required(Permission.PROCESS_PUBLISH)
def move_waiting(key: str) -> Response:
    with database().unit() as session:
        done = move(session, current_actor(), now(), live_version(session, current_actor().brand_id, key))
    flash(tell(N_("%(moved)s cases moved, %(stayed)s stay."), moved=done.moved, stayed=done.stayed), "good")
    return see(url_for("studio.waiting", key=key))


def teams_of(session: Session) -> list[Team]:
    """The brand's teams, by key."""
    return session.query(Team).filter(Team.brand_id == current_actor().brand_id).order_by(Team.key).all()


def _sheet(key: str, trouble: ArianeError | None = None) -> Response:
    with database().reading() as session:
        brand_id = current_actor().brand_id
        draft = choose(session, key, DRAFT)
        number = live_number(session, brand_id, key)
        live: Chosen | None = choose(session, key) if number else None
        faults, outcomes = judge(session, brand_id, draft.document, now())
        before = live.document if live else draft.document
        found = touched(session, brand_id, now(), before, draft.document, outcomes)
        asks, waits = (
            needs_approval(session, brand_id, key),
            [each for each in proposals_of(session, brand_id, key) if each.state in proposals.OPEN],
        )
    return page(
        "studio/publish.html", tab="publish", key=key, title=draft.title, draft=draft, number=number, touched=found,
        errors=[each for each in faults if each.level == "error"], form=request.form,
        warnings=[each for each in faults if each.level == "warning"], outcomes=outcomes, asks=asks, waits=waits,
        failed=[each for each in outcomes if not each.passed], trouble=trouble.tell(language()) if trouble else "",
        difference=lambda each: tell(each.problem, **each.params), status=trouble.status if trouble else 200,
    )  # fmt: skip


def _hotfix(session: Session, key: str) -> int:
    version = live_version(session, current_actor().brand_id, key)
    return move(session, current_actor(), now(), version, words_only=True).moved


def _moment(session: Session, written: str) -> datetime | None:
    if not written.strip():
        return None
    zone = ZoneInfo(session.get_one(Brand, current_actor().brand_id).zone)
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError as error:
        raise NoSuchMoment from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if moment <= now():
        raise InThePast
    return moment


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 0
