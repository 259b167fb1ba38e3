"""Whether what was decided is still wanted: the turn that decided it, taken again now on facts read anew.

What waited (for the morning, a second person, a stop to end, a service to recover) rests on facts of then. Nothing is
written here: the journal is replayed up to that turn, the turn is taken anew, and what it decides is compared.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from base.actors import Actor
from base.logs import logger
from cases.effects import Effect
from processes.connectors.catalogue import catalogue
from processes.facts import Asked, reading_of
from processes.journal import event_from_json
from processes.rows import FactReading, WalkEventRow, WalkRow
from processes.walk.advance import Turn, advance, begin
from processes.walk.errors import WalkError
from processes.walk.events import Event, FactsRead, WentBack
from processes.walk.state import Walk
from processes.walk.turn import Act
from processes.walk.values import encode
from processes.walks import MOST_READINGS, Walks, be_patient
from processes.worlds import Standing

FRESH = timedelta(minutes=15)
"""What is sent within that time rests on the facts of its own turn."""
READ_AGAIN = timedelta(minutes=10)
"""When a service does not tell whether it is still wanted."""
LONGEST_DOUBT = timedelta(days=3)
"""From when on facts that nobody can read count as changed."""
CHANGED = "changed_meanwhile"
log = logger(__name__)


def rests_on_old_facts(effect: Effect, now: datetime) -> bool:
    """Whether its conditions are to be read again: an act nobody can undo, or a robot's news, that had to wait."""
    if effect.walk_id is None or effect.attempts or effect.look_first or now - effect.created_at < FRESH:
        return False
    if effect.kind == "act":
        capability = catalogue().get(effect.operation)
        return capability is not None and capability.irreversible
    return bool(effect.decided_by.get("kind") == "robot" and effect.request.get("purpose") != "confirmation")


def still_wanted(walks: Walks, actor: Actor, effect: Effect, *, patient: bool) -> bool:
    """Whether its walk would decide the same today. Raises ServiceSilent while a fact cannot be read, if `patient`.

    Where the journal no longer leads there (settings or called processes have changed) nobody knows: False.
    """
    with walks.database.reading() as session:
        row = session.get(WalkRow, effect.walk_id) if effect.walk_id is not None else None
        if row is None:
            return True
        here = walks.stand(session, row)
        kept = session.scalars(select(FactReading).where(FactReading.walk_id == row.id))
        readings = {each.public_id: reading_of(each) for each in kept}
        wanted = select(WalkEventRow).where(WalkEventRow.walk_id == row.id).order_by(WalkEventRow.number)
        journal = [
            (event_from_json(entry.kind, entry.payload, readings), entry.at) for entry in session.scalars(wanted)
        ]
    if any(isinstance(event, WentBack) for event, _ in journal):
        return True  # a person led it there by hand, and sees what it does
    try:
        walk, event = _before(here, journal, effect.key)
        return event is None or _decides(walks, here, walk, event, effect, patient=patient)
    except WalkError as error:
        log.warning("effect.not_decided_again", effect=effect.public_id, because=str(error) or type(error).__name__)
        return False


def _before(here: Standing, journal: list[tuple[Event, Any]], key: str) -> tuple[Walk, Event | None]:
    """The walk before the turn that decided that key, and the event of the turn; None when no turn did."""
    walk = before = begin(here.program, here.walk.public_id)
    first: Event | None = None
    for event, at in journal:
        if not isinstance(event, FactsRead):
            before, first = walk, event
        turn = advance(here.program, walk, event, replace(here.world, now=at))
        walk = turn.walk
        if any(each.key == key for each in turn.effects):
            return before, first
    return walk, None


def _decides(walks: Walks, here: Standing, walk: Walk, event: Event, effect: Effect, *, patient: bool) -> bool:
    """Take the turn again, with every fact read anew."""
    walk = walk.copy()
    walk.frame.facts, walk.frame.names, walk.frame.program = {}, {}, None
    turn = advance(here.program, walk, event, here.world)
    case = here.case
    asked = Asked(
        brand_id=case.brand_id, case_id=case.id, customer_id=case.customer_id, now=here.now, inputs={}
    )  # fmt: skip
    for _ in range(MOST_READINGS):
        if _has(turn, effect):
            return True
        if not turn.wanted:
            log.warning("effect.decided_otherwise", effect=effect.public_id, after=event.kind, waits=turn.waiting)
            return False
        reads = walks.facts.read(turn.wanted, asked)
        if patient:
            be_patient(reads)
        read = FactsRead(
            walker=event.walker, channel=event.channel, language=event.language,
            readings=tuple(each.reading for each in reads),
        )  # fmt: skip
        turn = advance(here.program, turn.walk, read, here.world)
    return False


def _has(turn: Turn, effect: Effect) -> bool:
    """Whether the turn decides that effect; an act with other inputs is another act."""
    found = next((each for each in turn.effects if each.key == effect.key), None)
    return found is not None and (not isinstance(found, Act) or encode(dict(found.inputs)) == effect.request)
