"""One `Database` a process: its engine, and the units of work that everybody uses."""

import types
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from base.database import sqlite
from base.database.columns import json_text
from base.database.guard import ReadingSession, ReadUnitWrites, write_unit_open
from base.errors import Invalid, Unavailable
from base.languages import N_

DATABASE = "database"
"""Under this name a session's `info` holds the `Database` that opened it."""

_DISK_FULL = "53100"
_GONE = 300_000
"""Milliseconds after which PostgreSQL lets go of the locks of whoever fell silent in the middle of a transaction."""
_LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""A line that was cut without a word is noticed within half a minute, well before a lease ends."""


class DatabaseBusy(Unavailable):
    """No connection, or no turn to write, within five seconds."""

    sentence = N_("The database is busy. Please try again shortly.")


class DatabaseFull(Unavailable):
    """No room on the disk: nothing is written, everything can still be read, and it goes on by itself with room."""

    sentence = N_("There is no room left to write. Nothing was changed; please tell your administrator.")


class UnsupportedDatabase(Invalid):
    """Neither a SQLite file nor PostgreSQL."""

    sentence = N_("A database address begins with sqlite:/// and names a file, or begins with postgresql://.")


class Database:
    """Where the rows are. Cheap to make; it connects at first use, so that a server may fork in between.

    Raises `UnsupportedDatabase`.
    """

    def __init__(self, url: str, *, share_old_sqlite: bool = False, module: types.ModuleType | None = None) -> None:
        """`share_old_sqlite`: let several processes use a SQLite library that may corrupt the file."""
        self.url = make_url(url)
        if self.url.get_backend_name() == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        elif self.url.get_backend_name() != "sqlite" or self.url.database in (None, "", ":memory:"):
            raise UnsupportedDatabase
        self._share_old_sqlite = share_old_sqlite
        self._module = module

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded kind."""
        return self.url.get_backend_name() == "sqlite"

    @cached_property
    def engine(self) -> Engine:
        """For migrations and measuring; rows go through `unit` and `reading`."""
        if self.is_sqlite:
            return sqlite.make_engine(self.url, share_old=self._share_old_sqlite, module=self._module)
        # UTC, so that the database's own words for now are those of the rows.
        options = {"options": f"-c timezone=UTC -c idle_in_transaction_session_timeout={_GONE}", **_LINE}
        return create_engine(
            self.url, pool_pre_ping=True, pool_size=8, max_overflow=8, pool_timeout=5, connect_args=options,
            json_serializer=json_text,
        )  # fmt: skip

    @contextmanager
    def unit(self) -> Iterator[Session]:
        """One write transaction: committed at the end, rolled back on any exception.

        Rows stay readable afterwards. Nothing slow may happen inside (`refuse_inside_unit`).
        Raises `NestedUnit`, `DatabaseBusy`.
        """
        with (
            write_unit_open(self),
            self._turn(),
            self._named_troubles(),
            Session(self.engine, expire_on_commit=False, info={DATABASE: self}) as session,
        ):
            with session.begin():
                session.connection()  # the transaction begins now, not at the first statement
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look, whose rows stay readable. Raises `ReadUnitWrites` when written in, `DatabaseBusy`."""
        with self._named_troubles(), ReadingSession(self._reading, info={DATABASE: self}) as session:
            yield session

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all connections; the next use opens new ones."""
        for name in ("engine", "_reading"):
            if name in self.__dict__:
                self.__dict__[name].dispose()

    @cached_property
    def _reading(self) -> Engine:
        if self.is_sqlite:
            # Connections of its own: none has to be told at each turn whether it may write.
            return sqlite.make_engine(
                self.url, share_old=self._share_old_sqlite, module=self._module, read_only=True
            )  # fmt: skip
        # One state for the whole look, as SQLite gives it.
        return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _turn(self) -> AbstractContextManager[object]:
        return sqlite.write_turn(self._file) if self.is_sqlite else nullcontext()

    @cached_property
    def _file(self) -> Path:
        return Path(str(self.url.database)).resolve()

    @contextmanager
    def _named_troubles(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise DatabaseBusy from error
        except DBAPIError as error:
            words = str(error.orig).lower()
            if isinstance(error, OperationalError) and "database is locked" in words:
                raise DatabaseBusy from error
            if "database or disk is full" in words or getattr(error.orig, "sqlstate", "") == _DISK_FULL:
                raise DatabaseFull from error
            if "readonly database" in words or "read-only transaction" in words:
                raise ReadUnitWrites from error
            raise
