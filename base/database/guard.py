"""What must not happen inside a unit of work, noticed when it does.

A web-service call, a mail or a rendering inside a write transaction holds everybody's writes up for as long as the
other side likes (measured: 10 writes a second instead of 259). So those who call out say so first:
`refuse_inside_unit("carrier.tracking")`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.unitofwork import UOWTransaction

from base.errors import ArianeError
from base.languages import N_


class InsideWriteUnit(ArianeError):
    """A fault of ours: something slow was about to be done while holding the database."""

    sentence = N_("%(what)s was refused inside a write transaction.")


class NestedUnit(ArianeError):
    """A fault of ours: a write unit was opened inside another one of the same database."""

    sentence = N_("A write transaction was opened inside another one.")


class ReadUnitWrites(ArianeError):
    """A fault of ours: something was written in a unit that only reads."""

    sentence = N_("A reading transaction tried to write.")


_open = threading.local()


def refuse_inside_unit(what: str) -> None:
    """Say before calling out, sending or rendering. Raises `InsideWriteUnit` if this thread has an open write unit."""
    if inside_unit():
        raise InsideWriteUnit(what=what)


def inside_unit() -> bool:
    """Whether this thread has an open write unit, of whatever database."""
    return bool(_units())


@contextmanager
def write_unit_open(database: object) -> Iterator[None]:
    """Mark this thread as writing to `database`. Raises `NestedUnit` rather than wait for itself for ever."""
    units = _units()
    if id(database) in units:
        raise NestedUnit
    units.add(id(database))
    try:
        yield
    finally:
        units.discard(id(database))


class ReadingSession(Session):
    """Raises `ReadUnitWrites` before it sends a change; raw SQL is refused by the database itself."""


@event.listens_for(ReadingSession, "before_flush")
def _refuse_flush(session: Session, _context: UOWTransaction, _objects: object) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise ReadUnitWrites


@event.listens_for(ReadingSession, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadUnitWrites


def _units() -> set[int]:
    try:
        units: set[int] = _open.units
    except AttributeError:
        units = _open.units = set()
    return units
