"""A company moves from SQLite to PostgreSQL, into a backup and back, whole: counts and checksums say so."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ariane import moving
from ariane.moving import FileExists, NotEmpty
from base.database import Base, Database
from base.installation import installation
from cases.follow_ups import FollowUp
from cases.stops import Stop
from processes.rows import WalkRow
from tests.ariane.commanding import Run, runner
from tests.company import Company, open_company
from tests.walking import CANCEL, WATCH, answer, begin, tiny


@pytest.fixture
def company(sqlite_database: Database) -> Company:
    """A company at work: walks that wait, an act and a mail that were done."""
    made = open_company(sqlite_database, [tiny(WATCH), tiny(CANCEL, **{"process: tiny": "process: cancelling"})])
    made.parcel("6A1")
    begin(made.walks, made.agent, made.case().id)
    other = made.case()
    answer(made.walks, made.agent, begin(made.walks, made.agent, other.id, "cancelling"), "yes")
    made.robots.settle()
    with sqlite_database.unit() as session:
        installation(session)
    return made


@pytest.mark.postgres
def test_a_company_moves_to_postgresql_with_every_row_equal_and_works_on(
    company: Company, bare_postgresql_database: Database
) -> None:
    copied = moving.copy(company.database, bare_postgresql_database)
    assert copied.rows["follow_up"] == 1
    assert copied.rows["effect"] == 2
    assert set(copied.rows) == set(Base.metadata.tables)
    with pytest.raises(NotEmpty):
        moving.copy(company.database, bare_postgresql_database)
    from tests.company import Services

    moved = open_elsewhere(company, bare_postgresql_database)
    assert isinstance(moved.services, Services)
    assert moved.later(days=1, hours=9).woken == 1, "the check that was planned there is made here"
    begin(moved.walks, moved.agent, moved.case().id)


def open_elsewhere(company: Company, database: Database) -> Company:
    """The same company on another database."""
    from dataclasses import replace

    from processes.facts import FactReader
    from processes.own_facts import OWN_FACTS
    from processes.versions import Library
    from processes.walks import Walks
    from robots.keeping import Keeper
    from robots.rounds import Robots

    facts = FactReader(database, company.services, OWN_FACTS)
    walks = Walks(database, facts, secret="s" * 40, library=Library())
    porter = replace(company.porter, database=database, walks=walks, keeper=Keeper(database))
    robots = Robots(database, walks, porter, threads=1, random=company.robots.random)
    return replace(company, database=database, walks=walks, porter=porter, robots=robots)


@pytest.mark.parametrize("onto", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_backup_taken_at_work_is_restored_whole_as_another_installation_whose_robots_stand_still(
    company: Company, tmp_path: Path, onto: str, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "backups" / "monday.db"
    moving.back_up(company.database, file)
    with pytest.raises(FileExists):
        moving.back_up(company.database, file)
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    if onto == "postgresql":
        restored = request.getfixturevalue("bare_postgresql_database")
    name = moving.restore(file, restored)
    with company.database.reading() as before, restored.reading() as after:
        original, copy = installation_of(before), installation_of(after)
        assert copy == (name, original[0])
        assert len(after.scalars(select(WalkRow.id)).all()) == len(before.scalars(select(WalkRow.id)).all()) == 2
        assert [stop.scope for stop in after.scalars(select(Stop))] == ["all"]
    moved = open_elsewhere(company, restored)
    assert moved.later(days=3).woken == 0, "until a person lets them go"
    with restored.reading() as session:
        assert session.scalars(select(FollowUp.state)).all() == ["waiting"]


@pytest.mark.postgres
def test_a_company_on_postgresql_is_backed_up_into_a_file(postgresql_database: Database, tmp_path: Path) -> None:
    made = open_company(postgresql_database, [tiny(WATCH)])
    made.parcel("6A1")
    begin(made.walks, made.agent, made.case().id)
    moving.back_up(postgresql_database, tmp_path / "all.db")
    with Database(f"sqlite:///{tmp_path / 'all.db'}").reading() as session:
        assert session.scalars(select(FollowUp.state)).all() == ["waiting"]


def installation_of(session: object) -> tuple[str, str | None]:
    from base.installation import Installation

    row = session.get_one(Installation, 1)  # type: ignore[attr-defined]
    return row.public_id, row.restored_from


def test_the_commands(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run: Run = runner(monkeypatch, capfd)
    url = company.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("ARIANE_DATABASE_URL", url)
    code, said = run("backup", str(tmp_path / "b.db"))
    assert (code, "is written" in said) == (0, True)
    monkeypatch.setenv("ARIANE_DATABASE_URL", f"sqlite:///{tmp_path / 'd.db'}")
    code, said = run("restore", str(tmp_path / "b.db"))
    assert (code, "stand still" in said) == (0, True)
    monkeypatch.setenv("ARIANE_DATABASE_URL", url)
    code, said = run("db", "copy", f"sqlite:///{tmp_path / 'd.db'}")
    assert (code, "not empty" in said) == (3, True), said
