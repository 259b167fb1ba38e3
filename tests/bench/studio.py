"""The studio: past cases walked again on a draft, 200 scenarios with their coverage, two big documents compared."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ariane.migrations import upgrade
from ariane.wiring import load_rows
from base.business_time import ALWAYS_OPEN
from base.database import Database, new_public_id
from processes.comparing import compare
from processes.coverage import coverage_of
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.library import shipped_document
from processes.past_cases import replay_on
from processes.rows import FactReading, WalkEventRow, WalkRow
from processes.scenarios import run_scenarios
from tests.bench.measure import Figure, at_most
from tests.company import Company, open_company

CASES = 10_000
STEPS = 150
SCENARIOS = 200


def figures() -> Iterator[Figure]:
    """All figures of the studio's server."""
    yield _replay()
    yield _scenarios()
    yield _comparison()


def _replay() -> Figure:
    """Cases of the flagship with four looks of a robot each, from their rows to their verdicts."""
    load_rows()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(database)
        _many(database, _one_case(database))
        with database.reading() as session:
            document = shipped_document("parcel-not-received")
            brand_id = session.scalars(select(WalkRow.brand_id)).first()
            assert brand_id is not None
            began = time.process_time()
            summary = replay_on(session, brand_id, document, CASES)
            spent = time.process_time() - began
        database.dispose()
    assert len(summary.of("same")) == CASES
    return at_most("10,000 past cases walked again on a draft", round(spent, 1), "s", 60)


def _one_case(database: Database) -> Company:
    company = open_company(database)
    company.parcel(last_event_days=2)
    company.walks.start(
        company.agent, company.case().id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": "RC-1001"},
    )  # fmt: skip
    for _ in range(4):
        company.later(days=1)
    return company


def _many(database: Database, company: Company) -> None:
    """The one case, ten thousand times."""
    with database.unit() as session:
        walk = session.scalars(select(WalkRow)).one()
        events = [_values(row) for row in session.scalars(select(WalkEventRow).order_by(WalkEventRow.number))]
        readings = [_values(row) for row in session.scalars(select(FactReading).order_by(FactReading.id))]
        head = _values(walk)
        for first in range(1, CASES, 500):
            _copies(session, head, events, readings, range(first, min(first + 500, CASES)))


def _copies(session: Session, head: Any, events: list[Any], readings: list[Any], numbers: range) -> None:
    ids = [head["id"] + number for number in numbers]
    session.execute(insert(WalkRow), [{**head, "id": id_, "public_id": new_public_id()} for id_ in ids])
    parts = [{**each, "walk_id": id_} for id_ in ids for each in events]
    session.execute(insert(WalkEventRow), [{k: v for k, v in each.items() if k != "id"} for each in parts])
    rows = [{**each, "walk_id": id_, "public_id": new_public_id()} for id_ in ids for each in readings]
    session.execute(insert(FactReading), [{k: v for k, v in each.items() if k != "id"} for each in rows])


def _values(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def _scenarios() -> Figure:
    document = _document(STEPS, SCENARIOS)
    program = compile_document(document).checked()
    began = time.process_time()
    outcomes = run_scenarios(document, program, {}, ALWAYS_OPEN)
    covered = coverage_of(document, outcomes)
    spent = time.process_time() - began
    assert all(outcome.passed for outcome in outcomes)
    assert covered.share > 0.5
    return at_most(f"{SCENARIOS} scenarios of a {STEPS}-step process, with coverage", round(spent, 2), "s", 1)


def _comparison() -> Figure:
    before, after = _document(2000, 1), _document(2000, 1, "Autre question")
    began = time.process_time()
    found = compare(before, after)
    spent = time.process_time() - began
    assert found.words_only
    return at_most("two documents of 2,000 steps compared", round(spent, 2), "s", 1)


def _document(steps: int, scenarios: int, words: str = "Question") -> Document:
    """Questions with two branches each, one after the other."""
    asked = [
        {
            "ask": f"q{number}", "kind": "yes_no", "text": {"fr": f"{words} {number} ?", "en": f"{words} {number}?"},
            "within": "1 day", "if_never": "go_on", "if_yes": "go_on",
            "if_no": [{"note": f"n{number}", "text": {"fr": "Non.", "en": "No."}}],
        }
        for number in range(steps // 2)
    ]  # fmt: skip
    told = [
        {
            "name": f"s{number}", "walker": "agent", "at": "2026-11-17T10:00+01:00", "expect": [{"close": "done"}],
            "answers": {f"q{each}": "no" if (each + number) % 3 else "yes" for each in range(steps // 2)},
        }
        for number in range(scenarios)
    ]  # fmt: skip
    body = {
        "ariane": 1, "process": "big", "title": {"fr": "Grand", "en": "Big"}, "reason": "delivery.late",
        "audience": ["agent"], "outcomes": {"done": "solved"}, "scenarios": told,
        "sections": [{"section": "all", "steps": [*asked, {"close": "done"}]}],
    }  # fmt: skip
    return Document.model_validate(body)
