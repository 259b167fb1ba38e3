"""Lists of checks and of acts: filtered, paged by key, and changed by people, one row or many at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast, get_args

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission
from base.scope import within
from cases import effects, follow_ups, robot_boards
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.robot_boards import PAGE, ActView, CheckView
from webui.i18n import tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now, permission_required, workings
from webui.robots.door import blueprint, connections, cursor_wished, filter_wished, titles, watching

MOST = 200
"""Rows changed at once."""
LONGEST_DELAY = 24 * 14
"""Hours by which people may put a check off."""

Verb = Callable[[Session, Actor, datetime, FollowUp], None]


@blueprint.get("/checks")
@watching
def checks() -> Response:
    return _checks(request.args.get("view", "due"))


@blueprint.post("/checks")
@permission_required(Permission.FOLLOW_UP_PLAN)
def change_checks() -> Response:
    """Look now, later, again, or not at all: for the rows that are ticked."""
    verb = _verb(request.form.get("do", ""))
    view = request.form.get("view", "due")
    actor, at, done, late = current_actor(), now(), 0, 0
    for public_id in request.form.getlist("row")[:MOST]:
        try:
            with database().unit() as session:
                wanted = select(FollowUp).where(within(actor, FollowUp), FollowUp.public_id == public_id)
                row = session.scalars(wanted).one_or_none()
                if row is not None and verb is not None:
                    verb(session, actor, at, row)
                    done += 1
        except Conflict:
            late += 1
    _say(done, late)
    return arrive(url_for("robots.checks", view=view, **_filters()), lambda: _checks(view))


@blueprint.get("/acts")
@watching
def acts() -> Response:
    return _acts(request.args.get("view", "unknown"))


@blueprint.post("/acts/settle")
@permission_required(Permission.EFFECT_SETTLE)
def settle() -> Response:
    """A person found out what became of acts that nobody knew about: of the rows ticked, each its own turn."""
    happened = request.form.get("do") == "happened"
    note = request.form.get("note", "").strip()[:2000]
    actor, at, done, late = current_actor(), now(), 0, 0
    for effect_id in _ticked():
        try:
            shown = workings().porter.settle(actor, effect_id, happened=happened, now=at, note=note)
        except Conflict:
            late += 1
            continue
        done += 1
        if shown is not None:
            workings().porter.deliver(shown.effect_ids)
    _say(done, late)
    return arrive(url_for("robots.acts", view="unknown", **_filters()), lambda: _acts("unknown"))


@blueprint.post("/acts/cancel")
@permission_required(Permission.CASE_WRITE)
def cancel_acts() -> Response:
    """Take back what is not being sent yet."""
    actor, at, done, late = current_actor(), now(), 0, 0
    for effect_id in _ticked():
        try:
            with database().unit() as session:
                effects.cancel(session, actor, at, session.get_one(Effect, effect_id))
                done += 1
        except Conflict:
            late += 1
    _say(done, late)
    return arrive(url_for("robots.acts", view="pending", **_filters()), lambda: _acts("pending"))


def _checks(wished: str) -> Response:
    view = cast(CheckView, wished if wished in get_args(CheckView) else "due")
    brand_id, at = current_actor().brand_id, now()
    with database().reading() as session:
        rows = robot_boards.checks(session, brand_id, view, at, filter_wished(), after=cursor_wished(), limit=PAGE + 1)
        cases = robot_boards.cases_of(session, rows)
        names, lanes = titles(session, brand_id), [lane for lane, _ in connections(session, brand_id)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    moment = None if last is None else last.done_at if view == "done" else last.due_at
    return page(
        "robots/checks.html", view=view, views=get_args(CheckView), rows=rows[:PAGE], cases=cases, titles=names,
        processes=sorted(names), lanes=lanes, which=filter_wished(),
        after=f"{moment.isoformat()}~{last.id}" if last is not None and moment is not None else None,
    )  # fmt: skip


def _acts(wished: str) -> Response:
    view = cast(ActView, wished if wished in get_args(ActView) else "unknown")
    brand_id = current_actor().brand_id
    after = request.args.get("after", type=int)
    with database().reading() as session:
        rows = robot_boards.acts(session, brand_id, view, filter_wished(), after_id=after, limit=PAGE + 1)
        names, lanes = titles(session, brand_id), [lane for lane, _ in connections(session, brand_id)]
    return page(
        "robots/acts.html", view=view, views=get_args(ActView), rows=rows[:PAGE], titles=names, processes=sorted(names),
        lanes=lanes, which=filter_wished(), after=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )  # fmt: skip


def _verb(named: str) -> Verb | None:
    verbs: dict[str, Verb] = {
        "now": follow_ups.check_now, "again": follow_ups.try_again, "cancel": follow_ups.cancel, "later": _later,
    }  # fmt: skip
    return verbs.get(named)


def _later(session: Session, actor: Actor, at: datetime, row: FollowUp) -> None:
    hours = min(max(request.form.get("hours", 1, type=int), 1), LONGEST_DELAY)
    follow_ups.postpone(session, actor, at, row, max(row.due_at, at) + timedelta(hours=hours))


def _ticked() -> list[int]:
    """The acts ticked in the form, of the reader's brand."""
    named = request.form.getlist("row")[:MOST]
    with database().reading() as session:
        wanted = select(Effect.id).where(within(current_actor(), Effect), Effect.public_id.in_(named))
        return list(session.scalars(wanted.order_by(Effect.id)))


def _filters() -> dict[str, Any]:
    return {name: request.form[name] for name in ("process", "lane") if request.form.get(name)}


def _say(done: int, late: int) -> None:
    if done:
        flash(tell(N_("Done for %(count)s."), count=done), "good")
    if late:
        flash(tell(N_("Too late for %(count)s: somebody or something was faster."), count=late), "warn")
    if not done and not late:
        flash(tell(N_("Nothing was ticked.")), "info")
