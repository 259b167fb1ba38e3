"""Watching promises: is it kept by now? Kept, broken or still open, on facts read for this very look.

A broken promise writes to the customer before he calls, and raises an alert. What depends on something that has not
happened yet (`hold_until`) cannot be broken. What nobody can tell for hours after its date becomes a person's task.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.business_time import Delay, add
from base.clock import business_now
from base.languages import LANGUAGES, N_, translate
from cases import promises, tasks
from cases.alerts import raise_alert
from cases.cases import locked
from cases.promises import Promise, PromiseIsSettled
from cases.states import state_is
from processes.decisions import Prepared, apply, next_look, prepare
from processes.language.parts import Promise as Terms
from processes.language.parts import Reminder
from processes.promises import Verdict, due_reminders, look_at, message_of, words_of
from processes.rows import WalkRow
from processes.worlds import Standing, load
from robots.people import SETTLERS

if TYPE_CHECKING:
    from robots.rounds import Robots

log = structlog.get_logger()

ROOM = 50
"""Promises that one round looks at."""
PATIENCE = timedelta(hours=6)
"""How long after its date a promise of which nobody knows anything is looked at, before a person is asked."""
LOOK_AGAIN = timedelta(hours=1)


def look(robots: "Robots") -> int:
    """One round; how many promises were settled."""
    with robots.database.reading() as session:
        now = robots.now or business_now(session)
        due = select(Promise.id).where(state_is(Promise.state, "open"), Promise.check_at <= now)
        ids = list(session.scalars(due.order_by(Promise.check_at).limit(ROOM)))
    return sum(_safely(robots, id_) for id_ in ids)


def _safely(robots: "Robots", promise_id: int) -> int:
    try:
        return int(_one(robots, promise_id))
    except PromiseIsSettled:
        return 0
    except Exception:  # a bad row steps aside: it is looked at again, later
        log.exception("promise.stumbled", promise=promise_id)
        with robots.database.unit() as session:
            row = session.get_one(Promise, promise_id)
            promises.look_again(session, row, (robots.now or business_now(session)) + LOOK_AGAIN)
        return 0


def _one(robots: "Robots", promise_id: int) -> bool:
    with robots.database.reading() as session:
        promise = session.get_one(Promise, promise_id)
        walk = session.get(WalkRow, promise.walk_id) if promise.walk_id else None
        terms = robots.walks.library.promise(session, walk.version_id, promise.step or "") if walk else None
    if walk is None:
        return _without_walk(robots, promise)
    standing = load(
        robots.database, robots.walks.library, robot_actor(promise.brand_id), walk.public_id, robots.walks.clock
    )
    verdict = look_at(standing, robots.walks.facts, promise.step or "", promise.keep, promise.hold)
    return _settle(robots, promise, standing, verdict, terms)


def _settle(robots: "Robots", promise: Promise, standing: Standing, verdict: Verdict, terms: Terms | None) -> bool:
    now, robot = standing.now, robot_actor(promise.brand_id)
    due = _due(promise, standing)
    if verdict.kept:
        with robots.database.unit() as session:
            locked(session, promise.case_id)
            promises.kept(session, robot, now, session.get_one(Promise, promise.id))
        return True
    if now >= due and verdict.kept is False and not verdict.held:
        return _break(robots, promise, standing, robot, due)
    _remind(robots, promise, standing, terms, robot)
    with robots.database.unit() as session:
        _look_again(session, promise, standing, verdict, robot, due)
    return False


def _break(robots: "Robots", promise: Promise, standing: Standing, robot: Actor, due: datetime) -> bool:
    """It was not done in time. First settled, then told: the same transaction, so that it is told once."""
    now = standing.now
    if promise.hold is not None and promise.hold_until is None:
        # What it waited for has happened after its date: there is a business day left to keep it.
        with robots.database.unit() as session:
            again = add(standing.calendar, now, Delay(1, "business days"))
            promises.look_again(session, promise, again, held=now)
        return False
    told = _told(robots, promise, standing, f"{promise.key}:broken", "if_broken", promise.if_broken)
    effect_ids: list[int] = []
    with robots.database.unit() as session:
        case = locked(session, promise.case_id)
        promises.broken(session, robot, now, session.get_one(Promise, promise.id))
        words = promise.words if isinstance(promise.words, dict) else {}
        raise_alert(session, now, case, "promise_broken", due, subject="promise", subject_id=promise.id, detail=words)
        if told:
            effect_ids = apply(session, robots.walks.library, robots.porter.secret, robot, standing, told).effect_ids
    robots.porter.deliver(effect_ids)
    return True


def _told(
    robots: "Robots", promise: Promise, standing: Standing, key: str, name: str, texts: dict[str, str] | None
) -> list[Prepared]:
    if not texts or not promise.step:
        return []
    message = message_of(
        standing, robots.walks.facts, key=key, step=promise.step, visit=promise.visit or 1, name=name, texts=texts
    )
    return [] if message is None else prepare(standing, [message], None, robots.walks.facts.services)


def _remind(robots: "Robots", promise: Promise, standing: Standing, terms: Terms | None, robot: Actor) -> None:
    """Before its date, those who keep it are reminded: a task for them, once."""
    if terms is None or not promise.step or standing.now >= promise.by:
        return
    for place, reminder in due_reminders(standing, promise.step, terms, promise.by):
        if reminder.to and reminder.to != "customer":
            _ask_team(robots, promise, standing, reminder, place, robot)


def _ask_team(
    robots: "Robots", promise: Promise, standing: Standing, reminder: Reminder, place: int, robot: Actor
) -> None:
    title = {language: translate(language, N_("Keep this promise")) for language in LANGUAGES}
    words = promise.words if isinstance(promise.words, dict) else None
    if reminder.text and promise.step:
        name = f"promise.remind.{place}"
        text = {str(language): source for language, source in reminder.text.items()}
        words = words_of(standing, robots.walks.facts, step=promise.step, name=name, texts=text) or words
    with robots.database.unit() as session:
        case = locked(session, promise.case_id)
        tasks.create(
            session, robot, standing.now, case, key=f"{promise.key}:remind:{place}", team=reminder.to or SETTLERS,
            title=title, text=words, due_at=promise.by, walk_id=promise.walk_id,
        )  # fmt: skip


def _look_again(
    session: Session, promise: Promise, standing: Standing, verdict: Verdict, robot: Actor, due: datetime
) -> None:
    now = standing.now
    if now < due:
        freed = now if promise.hold is not None and not verdict.held and promise.hold_until is None else None
        promises.look_again(session, promise, min(due, next_look(standing.calendar, now)), held=freed)
    elif verdict.held or now < due + PATIENCE:
        later = next_look(standing.calendar, now) if verdict.held else now + LOOK_AGAIN
        promises.look_again(session, promise, later)
    else:
        _ask_a_person(session, promise, robot, now)


def _without_walk(robots: "Robots", promise: Promise) -> bool:
    """A person made it: a person says what became of it."""
    with robots.database.unit() as session:
        now = robots.now or business_now(session)
        _ask_a_person(session, promise, robot_actor(promise.brand_id), now)
    return False


def _ask_a_person(session: Session, promise: Promise, robot: Actor, now: datetime) -> None:
    case = locked(session, promise.case_id)
    title = {language: translate(language, N_("Was this promise kept?")) for language in LANGUAGES}
    words = promise.words if isinstance(promise.words, dict) else {"en": str(promise.words)}
    tasks.create(
        session, robot, now, case, key=f"{promise.key}:verdict", team=SETTLERS, title=title, text=words,
        walk_id=promise.walk_id,
    )  # fmt: skip
    promises.look_again(session, promise, now + timedelta(days=1))


def _due(promise: Promise, standing: Standing) -> datetime:
    """Its date; a business day after what it waited for, where that came late."""
    if promise.hold_until is None or promise.hold_until <= promise.by:
        return promise.by
    return max(promise.by, add(standing.calendar, promise.hold_until, Delay(1, "business days")))
