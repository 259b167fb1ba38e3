"""No room on the disk: nothing is half written, everything can be read, and it goes on by itself when there is room."""

from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import event, text

from base.database import Database, DatabaseFull
from tests.faults.story import open_story


def test_a_full_disk_of_sqlite_stops_writing_and_nothing_else(sqlite_database: Database) -> None:
    story = open_story(sqlite_database)
    assert story.play().faults == []
    room = {"pages": 1}

    def limit(connection: Any, *_: object) -> None:
        # Never below what the file has already: that is how SQLite sees a disk that is full.
        connection.execute(f"PRAGMA max_page_count = {room['pages']}")

    event.listen(sqlite_database.engine, "checkout", limit)
    with pytest.raises(DatabaseFull):
        while True:
            story.company.case()
    with sqlite_database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM effect")) == 2
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    room["pages"] = 1_000_000
    assert story.play().faults == []


def test_a_full_disk_at_any_point_of_a_robots_work_is_no_end_of_it(database: Database) -> None:
    full = {"left": 0}
    story = open_story(database)
    story.no_room = lambda: full.update(left=1)

    def execute(cursor: object, statement: str, *_: object) -> None:
        # PostgreSQL's own way of saying it, SQLite's too: a disk of our own to fill would be the machine's.
        if full["left"] and statement.startswith(("INSERT", "UPDATE")):
            full["left"] -= 1
            raise _no_room(database)

    event.listen(database.engine, "do_execute", execute)
    full["left"] = 1
    with pytest.raises(DatabaseFull):
        story.company.case("RC-7777")
    for at in range(len(story.play().passed)):
        played = story.play("no room", at)
        assert played.faults == [], f"no room at {at}, {played.passed[at]}"


def _no_room(database: Database) -> Exception:
    if database.is_sqlite:
        driver = database.engine.dialect.loaded_dbapi
        return cast(Exception, driver.OperationalError("database or disk is full"))
    return psycopg.errors.DiskFull("could not extend file: No space left on device")
