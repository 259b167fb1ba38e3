"""SQLite used the safe way. What each line prevents was measured; see `docs/` on data that lasts.

With the driver's own defaults, 8 threads that each add 200 to a counter lose 1,397 of 1,600 updates without an error.
So the driver starts nothing by itself: write units begin IMMEDIATE, one after the other under a lock of this process.
"""

import fcntl
import os
import sqlite3
import threading
import types
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from base.database.columns import json_text
from base.errors import ArianeError
from base.languages import N_
from base.logs import logger

FIXED = (3, 51, 3)
"""3.7.0 to 3.51.2 can corrupt the write-ahead log when several connections write and checkpoint."""

_ON_CONNECT = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA mmap_size=0",
)


class OldSQLite(ArianeError):
    """Several processes must not share one file with a SQLite library that may corrupt it."""

    sentence = N_(
        "SQLite %(version)s may corrupt a database that several processes use, and another one uses %(file)s. "
        "Stop it, install pysqlite3, or move to PostgreSQL."
    )


_sole_uses: dict[str, IO[bytes]] = {}
_registry = threading.Lock()


def library() -> types.ModuleType:
    """The driver module with the newer SQLite: pysqlite3 where it is installed, else the interpreter's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    newest: types.ModuleType = max(dbapi2, sqlite3, key=lambda module: module.sqlite_version_info)
    return newest


def is_fixed(module: types.ModuleType) -> bool:
    """Whether the SQLite linked into `module` may safely be shared by several processes."""
    return tuple(module.sqlite_version_info) >= FIXED


def make_engine(
    url: URL, *, share_old: bool = False, module: types.ModuleType | None = None, read_only: bool = False
) -> Engine:
    """An engine on the file of `url`, every connection set up safely; `read_only`: none of them can write.

    Raises `OldSQLite`.
    """
    module = module or library()
    file = Path(str(url.database)).resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    if not is_fixed(module):
        logger(__name__).warning("sqlite_too_old", version=module.sqlite_version, fixed=".".join(map(str, FIXED)))
        if not share_old:
            _use_alone(file, module.sqlite_version)
    engine = create_engine(
        url.set(database=str(file)), module=module, pool_size=8, max_overflow=8, pool_timeout=5,
        json_serializer=json_text,
    )  # fmt: skip
    event.listen(engine, "connect", _prepare_to_read if read_only else _prepare)
    event.listen(engine, "begin", _begin_to_read if read_only else _begin)
    return engine


class WriteTurn:
    """Whose turn it is to write to a file: one thread of one process, the others sleep until they are woken.

    SQLite itself would have them poll, at pauses of up to 100 ms; with two processes of eight threads that cost more
    than half of the steps a second.
    """

    def __init__(self, file: Path) -> None:
        self._thread = threading.Lock()
        self._process = file.with_name(f"{file.name}-turn").open("ab")

    def __enter__(self) -> None:
        self._thread.acquire()
        try:
            fcntl.flock(self._process, fcntl.LOCK_EX)
        except BaseException:
            self._thread.release()
            raise

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._process, fcntl.LOCK_UN)
        self._thread.release()


_turns: dict[Path, WriteTurn] = {}


# A lock of the system belongs to the opened file: a child process that kept its parent's would share its turns.
os.register_at_fork(after_in_child=_turns.clear)


def write_turn(file: Path) -> WriteTurn:
    """The turns of writers to that file, by its resolved path."""
    turn = _turns.get(file)
    if turn is not None:
        return turn
    with _registry:
        file.parent.mkdir(parents=True, exist_ok=True)
        return _turns.setdefault(file, WriteTurn(file))


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _ON_CONNECT:
        cursor.execute(pragma)
    cursor.close()


def _prepare_to_read(connection: Any, record: Any) -> None:
    _prepare(connection, record)
    connection.execute("PRAGMA query_only=ON").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_to_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _use_alone(file: Path, version: str) -> None:
    """Hold the file for this process until it ends; a lock of the system, so that a crash leaves none behind."""
    with _registry:
        if str(file) in _sole_uses:
            return
        handle = file.with_name(file.name + "-one-process").open("ab")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise OldSQLite(version=version, file=file.name) from None
        _sole_uses[str(file)] = handle
