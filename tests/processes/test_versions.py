"""Publishing: once, numbered, refused with a reason, and one of many at a time."""

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from base.actors import system_actor
from base.database import Database
from base.errors import Forbidden
from processes.language.document import Document
from processes.language.faults import FaultyDocument
from processes.rows import ProcessRow, VersionRow, WalkRow
from processes.versions import (
    Library,
    NoSuchProcess,
    NoteMissing,
    PublishedMeanwhile,
    ScenariosFail,
    document_of,
    library_of,
    live_version,
    publish,
    versions_of,
)
from tests.company import MONDAY, Company, open_company
from tests.walking import CANCEL, WATCH, answer, begin, tiny

OTHER_WORDS = {"Annuler ?": "On annule ?"}
FAILS = """
scenarios:
- name: expects what never comes
  walker: agent
  at: "2026-03-02T10:00:00+01:00"
  answers: {order_number: RC-1, sure: "yes"}
  facts: {order: {number: RC-1, status: shipped}}
  expect: [{close: refused}]
"""


@pytest.fixture
def company(database: Database) -> Company:
    """A company that has published nothing yet."""
    return open_company(database, [])


def put(company: Company, document: Document, **more: Any) -> tuple[int, bool]:
    """Publish; number of the version, and whether only texts changed."""
    with company.database.unit() as session:
        owner = system_actor(company.brand.id)
        made = publish(session, owner, MONDAY, document, **{"note": "why", "override": "tests"} | more)
        return made.version.number, made.text_only


def test_versions_are_numbered_and_the_same_content_gives_the_one_there_is(company: Company) -> None:
    assert put(company, tiny(CANCEL)) == (1, False)
    assert put(company, tiny(CANCEL)) == (1, True)
    assert put(company, tiny(CANCEL, **OTHER_WORDS)) == (2, True), "only words changed"
    assert put(company, tiny(WATCH)) == (3, False)
    with company.database.reading() as session:
        assert [version.number for version in versions_of(session, company.brand.id, "tiny")] == [3, 2, 1]
        assert document_of(live_version(session, company.brand.id, "tiny")) == tiny(WATCH)


def test_a_case_keeps_the_version_it_began_with(company: Company) -> None:
    company.parcel("6A1")
    put(company, tiny(CANCEL))
    first = begin(company.walks, company.agent, company.case().id)
    put(company, tiny(WATCH))
    answer(company.walks, company.agent, first, "yes")
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow)).one().version.number == 1
    assert begin(company.walks, company.agent, company.case("RC-1001").id).waiting.kind == "timing"


def test_publishing_needs_a_note_a_right_and_a_sound_document(company: Company) -> None:
    with pytest.raises(NoteMissing):
        put(company, tiny(CANCEL), note="  ")
    with company.database.unit() as session, pytest.raises(Forbidden):
        publish(session, company.agent, MONDAY, tiny(CANCEL), note="why")
    with pytest.raises(FaultyDocument):
        put(company, tiny(WATCH.replace("order.status", "order.statsu")))
    with company.database.reading() as session, pytest.raises(NoSuchProcess):
        live_version(session, company.brand.id, "tiny")


def test_a_failing_scenario_refuses_until_somebody_says_why_it_may_go_on(company: Company) -> None:
    steps = tiny(CANCEL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    document = Document.model_validate({**steps, "scenarios": _scenarios()})
    with pytest.raises(ScenariosFail) as refused:
        put(company, document, override=None)
    assert "expects what never comes" in refused.value.tell("fr")
    assert put(company, document, override="the scenario is wrong")[0] == 1
    with company.database.reading() as session:
        assert live_version(session, company.brand.id, "tiny").override == "the scenario is wrong"


def _scenarios() -> Any:
    from processes.language.yaml import read_yaml

    return read_yaml(FAILS).data["scenarios"]


def test_an_author_who_worked_from_an_older_version_is_told(company: Company) -> None:
    put(company, tiny(CANCEL), after=0)
    put(company, tiny(CANCEL, **OTHER_WORDS), after=1)
    with pytest.raises(PublishedMeanwhile) as conflict:
        put(company, tiny(WATCH), after=1)
    assert "2" in conflict.value.tell("fr")
    assert conflict.value.status == 409


@pytest.mark.parametrize("same", [True, False])
def test_of_eight_who_publish_at_once_one_wins(company: Company, same: bool) -> None:
    barrier = Barrier(8)
    outcomes: list[int | str] = []

    def work(number: int) -> None:
        words = {} if same else {"Annuler ?": f"Annuler, oui ou non ({number}) ?"}
        document = tiny(CANCEL, **words)
        barrier.wait()
        try:
            outcomes.append(put(company, document, after=0)[0])
        except PublishedMeanwhile:
            outcomes.append("conflict")

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == (["1"] * 8 if same else ["1"] + ["conflict"] * 7)
    with company.database.reading() as session:
        assert session.scalar(select(func.count(VersionRow.id))) == 1
        assert session.scalars(select(ProcessRow.live_number)).all() == [1]


def test_a_program_is_compiled_once_and_found_by_key_and_by_version(company: Company) -> None:
    put(company, tiny(CANCEL))
    library = Library()
    with company.database.reading() as session:
        version = live_version(session, company.brand.id, "tiny")
        assert library.program_of(version) is library.program_of(version)
        programs = library.programs(session, company.brand.id, [str(version.id)])
    assert programs["tiny"] is programs[f"tiny@{version.id}"]


def test_libraries_of_two_databases_never_mix(company: Company, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/other.db")
    assert library_of(company.database) is not library_of(other)
    with company.database.reading() as session:
        assert library_of(session) is library_of(company.database)
    other.dispose()
