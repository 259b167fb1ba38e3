"""Waking walks: a follow-up that is due brings its walk the event it waited for.

A run carries the row's token. Nothing it does exists before the one transaction of its turn, in which the row is
finished: a robot that slept past its lease finds its token gone and leaves no trace.
"""

from datetime import timedelta
from random import Random

import structlog
from sqlalchemy.orm import Session

from base.actors import Actor, robot_actor
from base.database import Database
from cases import follow_ups, stops
from cases.cases import CaseIsClosed, locked
from cases.claims import LEASE, Claimed, Lost, database_clock
from cases.follow_ups import FollowUp
from processes.rows import WalkRow
from processes.walk.errors import StaleStep
from processes.walk.events import Event, Started, Woken
from processes.walks import ServiceSilent, Shown, WalkHasMoved, Walks, WouldDo, needs_of
from processes.worlds import NoSuchWalk
from robots import shadow
from robots.people import look_by_hand

log = structlog.get_logger()

MOMENT = timedelta(minutes=1)
"""After which a robot comes again to a walk that a person has just moved on."""


def run(
    database: Database, walks: Walks, claimed: Claimed, random: Random, *, lease: timedelta = LEASE
) -> Shown | None:
    """Wake the walk of a claimed row. Returns what its turn came to, None when there was none."""
    with database.unit() as session:
        try:
            row = follow_ups.start(session, claimed.id, claimed.token, clock=database_clock(session, lease))
            if stops.holding(session, row) is not None:
                follow_ups.give_back(session, claimed.id, claimed.token)
                return None
        except Lost:
            return None
        walk = session.get(WalkRow, row.walk_id)
        only_say = shadow.in_shadow(session, row.brand_id, row.process)
    actor = robot_actor(row.brand_id)
    try:
        return _wake(walks, row, walk, actor, claimed, only_say)
    except WouldDo as would:
        _write_down(database, actor, row, claimed, would)
    except Lost:
        log.info("follow_up.lost", follow_up=row.public_id)
    except stops.Stopped as stopped:
        _give_back(database, claimed)
        log.info("follow_up.stopped", follow_up=row.public_id, because=stopped.tell("en"))
    except ServiceSilent as silent:
        _postpone(database, row, claimed, silent, random)
    except CaseIsClosed:
        _drop(database, actor, row, claimed)
    except WalkHasMoved as moved:
        if isinstance(moved.__cause__, StaleStep):
            # The row asks for what its walk does not wait for: coming again would never end.
            _stumble(database, actor, row, claimed, moved, random)
        else:
            # A person was faster: the turn that moved the walk has planned what comes next.
            _leave(database, row, claimed)
    except Exception as error:  # a bad row steps aside; the round goes on
        log.exception("follow_up.stumbled", follow_up=row.public_id, step=row.step)
        _stumble(database, actor, row, claimed, error, random)
    return None


def _wake(walks: Walks, row: FollowUp, walk: WalkRow | None, actor: Actor, claimed: Claimed, only_say: bool) -> Shown:
    if walk is None:
        raise NoSuchWalk

    def fence(session: Session) -> None:
        stops.refuse(session, row)
        if not only_say and shadow.in_shadow(session, row.brand_id, row.process):
            raise stops.Stopped(reason=row.process)  # put into shadow mode meanwhile: looked at anew
        follow_ups.finish(session, actor, claimed.now, claimed.id, claimed.token)

    event: Event
    if walk.waiting == "starting":
        event = Started(walker="robot", channel="robot", needs=needs_of(walk))
    else:
        event = Woken(walker="robot", channel="robot")
    patient = row.patience_until is not None and claimed.now < row.patience_until
    return walks.carry_on(walk.public_id, event, actor=actor, fence=fence, robot_patience=patient, only_say=only_say)


def _write_down(database: Database, robot: Actor, row: FollowUp, claimed: Claimed, would: WouldDo) -> None:
    with database.unit() as session:
        try:
            locked(session, row.case_id)
            shadow.write_down(session, robot, row, claimed, would)
        except Lost:
            log.info("follow_up.lost", follow_up=row.public_id)


def _postpone(database: Database, row: FollowUp, claimed: Claimed, silent: ServiceSilent, random: Random) -> None:
    """A service does not answer: come again, later and later, without using up an attempt."""
    with database.unit() as session:
        try:
            later = follow_ups.put_off(
                session, claimed.now, claimed.id, claimed.token, because=silent.reason, random=random
            )
        except Lost:
            log.info("follow_up.lost", follow_up=row.public_id)
            return
    log.info("follow_up.postponed", follow_up=row.public_id, because=silent.reason, until=later.isoformat())


def _leave(database: Database, row: FollowUp, claimed: Claimed) -> None:
    with database.unit() as session:
        try:
            follow_ups.give_back(session, claimed.id, claimed.token, due_at=claimed.now + MOMENT)
        except Lost:
            log.info("follow_up.overtaken", follow_up=row.public_id)


def _give_back(database: Database, claimed: Claimed) -> None:
    """Stopped: it stays as due as it was, and no attempt is used up."""
    with database.unit() as session:
        try:
            follow_ups.give_back(session, claimed.id, claimed.token)
        except Lost:
            log.info("follow_up.overtaken", follow_up=claimed.id)


def _drop(database: Database, actor: Actor, row: FollowUp, claimed: Claimed) -> None:
    """Nobody looks any more at what concerns a case that is closed."""
    with database.unit() as session:
        case = locked(session, row.case_id)
        if case.closed:
            follow_ups.cancel_all(session, actor, claimed.now, case, walk_id=row.walk_id)


def _stumble(
    database: Database, actor: Actor, row: FollowUp, claimed: Claimed, error: Exception, random: Random
) -> None:
    with database.unit() as session:
        case = locked(session, row.case_id)
        try:
            parked = follow_ups.stumble(
                session, actor, claimed.now, claimed.id, claimed.token, error=f"{type(error).__name__}: {error}"[:500],
                random=random,
            )  # fmt: skip
        except Lost:
            log.info("follow_up.lost", follow_up=row.public_id)
            return
        if parked:
            look_by_hand(session, actor, claimed.now, row, case)
