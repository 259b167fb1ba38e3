"""The timeline of a case: what happened, in order, never changed.

An entry stores a kind and its parameters; `cases.telling` makes a sentence of them in the reader's language. Words
shown or sent to a customer are stored as they were, beside. Verbs write entries in their own transaction: what is not
in the timeline did not happen.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, event, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from base.actors import Actor
from base.database import Base, Id, Json, Moment, insert_for_good
from base.errors import ArianeError
from base.languages import N_
from base.money import Money
from cases.telling import KINDS


class TimelineIsFinal(ArianeError):
    """A fault of ours: an entry of a timeline was about to be changed or deleted."""

    sentence = N_("What is written in a timeline is never changed.")


class TimelineEntry(Base):
    """One thing that happened in a case."""

    __tablename__ = "timeline_entry"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "contact_id"))

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    at: Mapped[Moment]
    kind: Mapped[str]
    """A key of `cases.telling.KINDS`."""
    params: Mapped[Json]
    """What fills the sentence, as `written` writes it."""
    words: Mapped[Json | None]
    """Words shown, sent or noted, as they were; None when there were none."""
    actor: Mapped[Json]
    """Who did it, as `Actor.to_json` writes it."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    walk_id: Mapped[int | None]
    """The walk that did it; opaque here."""


def write(
    session: Session,
    case_id: int,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    words: Any = None,
    contact_id: int | None = None,
    walk_id: int | None = None,
) -> TimelineEntry:
    """Add what happened to the case's timeline. `kind` is a key of `cases.telling.KINDS`, else KeyError."""
    entry = entry_of(
        case_id, kind, actor=actor, now=now, params=params, words=words, contact_id=contact_id, walk_id=walk_id
    )
    # Not flushed: entries of one transaction go in together, in the order in which they were written.
    session.add(entry)
    session.info.setdefault("timeline", []).append(entry)
    return entry


def write_together(session: Session, entries: Sequence[TimelineEntry]) -> None:
    """Add several things that happened, in one statement; nobody is told their numbers."""
    insert_for_good(session, entries)
    session.info.setdefault("timeline", []).extend(entries)


def entry_of(
    case_id: int,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    params: Mapping[str, Any] | None = None,
    words: Any = None,
    contact_id: int | None = None,
    walk_id: int | None = None,
) -> TimelineEntry:
    """An entry that is not written yet."""
    KINDS[kind]
    return TimelineEntry(
        case_id=case_id,
        at=now,
        kind=kind,
        params=written(params or {}),
        words=words,
        actor=actor.to_json(),
        contact_id=contact_id,
        walk_id=walk_id,
    )


def written_here(session: Session, case_id: int) -> list[TimelineEntry]:
    """What this transaction has added to the case's timeline so far."""
    added: list[TimelineEntry] = session.info.get("timeline", [])
    return [entry for entry in added if entry.case_id == case_id]


def entries(session: Session, case_id: int, *, since: int = 0, limit: int = 500) -> list[TimelineEntry]:
    """The entries of a case after the one numbered `since`, oldest first."""
    after = select(TimelineEntry).where(TimelineEntry.case_id == case_id, TimelineEntry.id > since)
    return list(session.scalars(after.order_by(TimelineEntry.id).limit(limit)))


def written(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as plain JSON: moments, dates and money are tagged as in a walk's values. What is None is left out."""
    return {name: _plain(value) for name, value in params.items() if value is not None}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return {"$at": value.isoformat()}
        case date():
            return {"$on": value.isoformat()}
        case Money():
            return {"$money": [value.minor, value.currency]}
        case Mapping():
            return {str(name): _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return value


@event.listens_for(TimelineEntry, "before_update")
@event.listens_for(TimelineEntry, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: Connection, _entry: TimelineEntry) -> None:
    raise TimelineIsFinal
