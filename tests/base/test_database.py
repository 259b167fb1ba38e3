"""Units of work: nothing lost, nothing half written, nothing slow inside."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import ForeignKey, MetaData, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from base.database import (
    Base,
    Database,
    DatabaseBusy,
    Id,
    InsideWriteUnit,
    Json,
    Moment,
    NestedUnit,
    OldSQLite,
    PublicId,
    ReadUnitWrites,
    UnsupportedDatabase,
    insert_or_ignore,
    inside_unit,
    refuse_inside_unit,
    sqlite,
)


class Own(DeclarativeBase):
    """Rows of this test, apart from those of the rooms."""

    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class Counter(Own):
    __tablename__ = "counter"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    count: Mapped[int]
    at: Mapped[Moment | None]
    notes: Mapped[Json | None]


class Mark(Own):
    __tablename__ = "mark"

    id: Mapped[Id]
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))


@pytest.fixture
def counters(database: Database) -> Iterator[Database]:
    """Either database with one counter at 0."""
    Own.metadata.create_all(database.engine)
    with database.unit() as session:
        session.add(Counter(count=0))
    yield database
    Own.metadata.drop_all(database.engine)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.get_one(Counter, 1).count


# Nothing is lost


def test_eight_writers_adding_two_hundred_each_make_sixteen_hundred(counters: Database) -> None:
    def add() -> None:
        for _ in range(200):
            with counters.unit() as session:
                counter = session.get_one(Counter, 1, with_for_update=True)
                counter.count += 1

    writers = [threading.Thread(target=add) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert count(counters) == 1600


def test_a_unit_that_fails_leaves_nothing(counters: Database) -> None:
    with pytest.raises(RuntimeError), counters.unit() as session:
        session.get_one(Counter, 1).count = 5
        session.flush()
        raise RuntimeError
    assert count(counters) == 0


def test_rows_stay_readable_after_their_unit(counters: Database) -> None:
    with counters.unit() as session:
        counter = session.get_one(Counter, 1)
        counter.count = 7
    assert counter.count == 7 and len(counter.public_id) == 32
    with counters.reading() as session:
        counter = session.get_one(Counter, 1)
    assert counter.count == 7


def test_foreign_keys_hold(counters: Database) -> None:
    with pytest.raises(IntegrityError), counters.unit() as session:
        session.add(Mark(counter_id=99))


def test_a_look_sees_one_state_while_others_write(counters: Database) -> None:
    with counters.reading() as session:
        assert session.scalar(select(Counter.count)) == 0
        with counters.unit() as writing:
            writing.execute(update(Counter).values(count=9))
        assert session.scalar(select(Counter.count)) == 0
    assert count(counters) == 9


# Who only reads does not write


@pytest.mark.parametrize("how", ["new", "changed", "deleted", "insert", "update", "raw"])
def test_a_reading_unit_that_writes_is_stopped(counters: Database, how: str) -> None:
    with pytest.raises(ReadUnitWrites), counters.reading() as session:
        row = session.get_one(Counter, 1)
        match how:
            case "new":
                session.add(Counter(count=1))
            case "changed":
                row.count = 3
            case "deleted":
                session.delete(row)
            case "insert":
                session.execute(insert(Counter).values(count=1))
            case "update":
                session.execute(update(Counter).values(count=3))
            case _:
                session.execute(text("UPDATE counter SET count = 3"))
        session.flush()
    assert count(counters) == 0
    with counters.unit() as session:
        session.get_one(Counter, 1).count = 4
    assert count(counters) == 4


# Nothing slow inside


def test_calling_out_is_refused_inside_a_write_unit_and_only_there(counters: Database) -> None:
    refuse_inside_unit("carrier.tracking")
    with counters.reading():
        refuse_inside_unit("carrier.tracking")
    with counters.unit():
        assert inside_unit()
        with pytest.raises(InsideWriteUnit, match=r"carrier\.tracking"):
            refuse_inside_unit("carrier.tracking")
    refuse_inside_unit("carrier.tracking")


def test_another_thread_may_call_out_meanwhile(counters: Database) -> None:
    seen: list[bool] = []
    with counters.unit():
        thread = threading.Thread(target=lambda: seen.append(inside_unit()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_a_unit_inside_a_unit_is_a_fault_and_not_a_dead_end(counters: Database) -> None:
    with counters.unit():
        with pytest.raises(NestedUnit), counters.unit():
            pass
        with counters.reading() as session:
            assert session.get(Counter, 1) is not None
    with counters.unit():
        pass


# Columns


def test_instants_are_aware_and_utc_whatever_zone_they_came_in(counters: Database) -> None:
    plus_two = datetime(2026, 7, 1, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    with counters.unit() as session:
        session.get_one(Counter, 1).at = plus_two
    with counters.reading() as session:
        read = session.scalars(select(Counter.at)).one()
    assert read == plus_two
    assert read is not None and read.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(counters: Database) -> None:
    with pytest.raises(Exception, match="has no zone"), counters.unit() as session:
        session.get_one(Counter, 1).at = datetime(2026, 7, 1)  # noqa: DTZ001
    assert not inside_unit()


def test_instants_compare_in_the_order_of_time(counters: Database) -> None:
    base = datetime(2026, 7, 1, tzinfo=UTC)
    with counters.unit() as session:
        session.get_one(Counter, 1).at = base + timedelta(microseconds=100)
    with counters.reading() as session:
        assert session.scalar(select(Counter.id).where(Counter.at > base)) == 1
        assert session.scalar(select(Counter.id).where(Counter.at <= base + timedelta(microseconds=99))) is None


def test_json_comes_back_as_it_went_and_none_is_null(counters: Database) -> None:
    with counters.unit() as session:
        session.get_one(Counter, 1).notes = {"é": [1, None, {"deep": True}]}
    with counters.reading() as session:
        assert session.get_one(Counter, 1).notes == {"é": [1, None, {"deep": True}]}
    with counters.unit() as session:
        session.get_one(Counter, 1).notes = None
    with counters.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM counter WHERE notes IS NULL")) == 1


def test_insert_or_ignore_says_whether_it_inserted(counters: Database) -> None:
    with counters.unit() as session:
        assert insert_or_ignore(session, Counter, {"public_id": "a", "count": 1})
        assert not insert_or_ignore(session, Counter, {"public_id": "a", "count": 2})
        session.add(Counter(count=3))
    with counters.reading() as session:
        assert sorted(session.scalars(select(Counter.count))) == [0, 1, 3]


# Addresses


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/test"])
def test_a_database_that_cannot_keep_anything_is_refused(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        Database(url)


def test_a_database_is_not_connected_before_it_is_used(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'ariane.db'}")
    assert not (tmp_path / "new").exists()
    database.ping()
    assert (tmp_path / "new" / "ariane.db").exists()
    database.dispose()


# SQLite, the safe way


def test_every_connection_is_set_up_safely(sqlite_database: Database) -> None:
    with sqlite_database.unit() as session:
        for pragma, expected in {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "busy_timeout": 5000,
        }.items():
            assert session.scalar(text(f"PRAGMA {pragma}")) == expected
        connection: Any = session.connection().connection.driver_connection
        assert connection.isolation_level is None
        assert connection.in_transaction


def test_the_linked_library_is_one_that_does_not_corrupt(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        version = session.scalar(text("SELECT sqlite_version()"))
    assert version == sqlite.library().sqlite_version


def test_a_writer_in_another_process_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_ON_CONNECT", (*sqlite._ON_CONNECT, "PRAGMA busy_timeout=50"))
    file = tmp_path / "ariane.db"
    database = Database(f"sqlite:///{file}")
    database.ping()
    other = sqlite.library().connect(str(file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), database.unit():
        pass
    other.execute("ROLLBACK")
    with database.unit():
        pass
    other.close()
    database.dispose()


@pytest.fixture
def old_library() -> ModuleType:
    """The driver as it would be with a SQLite that may corrupt."""
    library = sqlite.library()
    old: Any = SimpleNamespace(**{name: getattr(library, name) for name in dir(library) if not name.startswith("__")})
    old.sqlite_version, old.sqlite_version_info = "3.40.1", (3, 40, 1)
    made: ModuleType = old
    return made


HOLD = """
import sys
from base.database import Database, sqlite
sqlite.FIXED = (99,)
Database(f"sqlite:///{sys.argv[1]}").ping()
print("held", flush=True)
sys.stdin.read()
"""


def test_an_old_library_warns_and_lets_one_process_in(
    tmp_path: Path, old_library: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ariane.db"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdin and other.stdout
        while "held" not in other.stdout.readline():
            pass
        with pytest.raises(OldSQLite, match=r"3\.40\.1"):
            Database(f"sqlite:///{file}", module=old_library).ping()
        shared = Database(f"sqlite:///{file}", module=old_library, share_old_sqlite=True)
        shared.ping()
        shared.dispose()
        other.stdin.close()
        other.wait()
    alone = Database(f"sqlite:///{file}", module=old_library)
    alone.ping()
    again = Database(f"sqlite:///{file}", module=old_library)
    again.ping()
    alone.dispose()
    again.dispose()
    assert "sqlite_too_old" in capsys.readouterr().out


# PostgreSQL


@pytest.mark.postgres
def test_a_server_that_cut_our_connections_fails_nobody(postgresql_database: Database) -> None:
    postgresql_database.ping()
    with postgresql_database.unit() as session:
        others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        session.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    postgresql_database.ping()


@pytest.mark.postgres
def test_no_free_connection_is_told_as_busy(postgresql_database: Database) -> None:
    postgresql_database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    held = [postgresql_database.engine.connect() for _ in range(16)]
    with pytest.raises(DatabaseBusy), postgresql_database.reading() as session:
        session.execute(text("SELECT 1"))
    for connection in held:
        connection.close()
    postgresql_database.ping()
