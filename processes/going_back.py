"""Going back in a case: the journal is read from its rows and replayed; see `processes.walk.rewind`."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.facts import reading_of
from processes.journal import event_from_json
from processes.rows import FactReading, WalkEventRow
from processes.walk.advance import Turn
from processes.walk.events import Walker, WentBack
from processes.walk.rewind import rewind
from processes.worlds import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneBack:
    """The event, where it leads, and the keys of tasks that are no longer wanted."""

    event: WentBack
    turn: Turn
    abandoned: tuple[str, ...]


def rewound(
    session: Session, standing: Standing, step: str, path: str, walker: Walker, channel: str, language: str
) -> GoneBack:
    """The walk standing again at that question. Raises CannotGoBack."""
    event = WentBack(walker=walker, channel=channel, language=language, step=step, path=path)
    walk_id = standing.row.id
    rows = session.scalars(select(FactReading).where(FactReading.walk_id == walk_id))
    readings = {row.public_id: reading_of(row) for row in rows}
    entries = session.scalars(select(WalkEventRow).where(WalkEventRow.walk_id == walk_id).order_by(WalkEventRow.number))
    journal = [(event_from_json(entry.kind, entry.payload, readings), entry.at) for entry in entries]
    found = rewind(standing.program, standing.walk, journal, event, standing.world)
    return GoneBack(event=event, turn=found.turn, abandoned=found.abandoned)
