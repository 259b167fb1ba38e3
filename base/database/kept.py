"""Objects made of rows that seldom change, kept in the process beside the rows that they were made of.

What is kept is compared with what the tables hold at every use, so that several processes stay right and nobody has to
tell them of a change: reading a row costs a tenth of making objects of it. Threads share what is kept; whoever gets it
changes nothing in it, and attaches it to no session.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, type_coerce
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import NULLTYPE

from base.database.statements import table_of

T = TypeVar("T")


def as_stored(*kinds: type[DeclarativeBase]) -> list[ColumnElement[Any]]:
    """All columns of such rows, to be selected as the database holds them: they are only compared."""
    return [
        type_coerce(column, NULLTYPE).label(f"{table.name}_{column.name}")
        for table in map(table_of, kinds)
        for column in table.columns
    ]


class Kept(Generic[T]):
    """At most so many objects of a kind; the one that was not used for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Sequence[Any], T]] = OrderedDict()

    def get(self, key: Hashable, stored: Sequence[Any], make: Callable[[], T]) -> T:
        """The object of that name, made anew unless it was made of the very rows that are `stored` now."""
        before = self._kept.get(key)
        made = before[1] if before is not None and before[0] == stored else make()
        with self._lock:
            self._kept[key] = stored, made
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
