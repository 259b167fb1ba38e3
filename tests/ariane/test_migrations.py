"""The history of the schema ends at the declared rows."""

import re
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from ariane import migrations
from ariane.migrations import NotMigrated
from base.database import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Either database without any table."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'bare.db'}")
    made: Database = request.getfixturevalue("bare_postgresql_database")
    return made


def test_the_migrated_schema_is_the_declared_one(bare: Database) -> None:
    assert migrations.upgrade(bare) == migrations.newest()
    assert migrations.differences(bare) == []


def test_upgrading_twice_changes_nothing(bare: Database) -> None:
    migrations.upgrade(bare)
    tables = inspect(bare.engine).get_table_names()
    migrations.upgrade(bare)
    assert inspect(bare.engine).get_table_names() == tables


def test_an_empty_database_is_refused_with_the_cure(bare: Database) -> None:
    with pytest.raises(NotMigrated, match="ariane db upgrade"):
        migrations.require_migrated(bare)
    migrations.upgrade(bare)
    migrations.require_migrated(bare)


def test_tables_of_a_robots_engine_are_none_of_our_business(bare: Database) -> None:
    migrations.upgrade(bare)
    with bare.unit() as session:
        session.execute(text("CREATE TABLE procrastinate_jobs (id integer)"))
    assert migrations.differences(bare) == []


def test_a_table_of_nobody_is_noticed(bare: Database) -> None:
    migrations.upgrade(bare)
    with bare.unit() as session:
        session.execute(text("CREATE TABLE forgotten (id integer)"))
    assert len(migrations.differences(bare)) == 1


def test_foreign_keys_hold_again_after_an_upgrade(bare: Database) -> None:
    migrations.upgrade(bare)
    if bare.is_sqlite:
        with bare.reading() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_sqlite_file_is_copied_before_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ariane.db'}")
    migrations.upgrade(database)
    assert not list(tmp_path.glob("*.before-*")), "nothing was there to copy"
    monkeypatch.setattr(migrations, "newest", lambda: "9999")
    migrations.upgrade(database)
    copy = Database(f"sqlite:///{tmp_path / 'ariane.db.before-9999'}")
    assert inspect(copy.engine).get_table_names() == inspect(database.engine).get_table_names()


def test_steps_are_numbered_and_named() -> None:
    for step in sorted((Path(migrations.__file__).parent / "versions").glob("*.py")):
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", step.name)
