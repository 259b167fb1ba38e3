"""Trying out: the draft is walked move by move, effects are recorded, the clock moves, the story becomes a scenario."""

from datetime import UTC, datetime
from typing import Any

from base.business_time import ALWAYS_OPEN
from processes.language.compile import compile_document
from processes.language.declared import Scenario
from processes.library import shipped_document
from processes.scenarios import run_scenario
from processes.trying import Tried, masked, try_out, waiting_told
from processes.walk.events import Reading
from processes.walk.turn import WantedFact
from processes.wording import Reader

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FLAGSHIP = shipped_document("parcel-not-received")
PROGRAM = compile_document(FLAGSHIP).checked()
READER = Reader(walker="agent", channel="phone", languages=("en",), zone="Europe/Paris")
LATE = FLAGSHIP.scenarios[0]


def tried(moves: list[dict[str, Any]], **more: Any) -> Tried:
    given: dict[str, Any] = {"walker": "agent", "at": datetime.fromisoformat(LATE.at), "facts": LATE.facts}
    given |= {"answers": {"order_number": "RC-1001"}, **more}
    return try_out(FLAGSHIP, PROGRAM, {}, ALWAYS_OPEN, READER, moves=moves, **given)


def test_it_begins_with_words_in_the_readers_language_and_waits_for_a_move() -> None:
    first = tried([])
    assert first.entries[0]["text"].startswith("You are right")
    assert "situation" in first.visited
    assert waiting_told(first.waiting)["kind"] == "asking"
    assert any("situation" in line for line in first.entries[0]["proof"])


def test_the_clock_moves_past_a_wait_at_a_press() -> None:
    first = tried([])
    later = tried([{"wake": True}])
    assert first.now is not None and later.now is not None
    assert later.now > first.now


def test_a_move_that_the_walk_refuses_is_told_and_nothing_breaks() -> None:
    wrong = tried([{"give": "nonsense"}])
    assert wrong.problem is not None
    assert wrong.entries, "what was told before stays"


def test_what_was_tried_plays_as_a_scenario() -> None:
    made = tried([{"give": "got_it"}])
    scenario = Scenario(
        name="tried", walker="agent", at=LATE.at, facts=made.facts, expect=made.expect,
        answers={"order_number": "RC-1001", "still_missing": "got_it"},
    )  # fmt: skip
    outcome = run_scenario(scenario, PROGRAM, {}, ALWAYS_OPEN)
    assert outcome.passed, outcome.problem % outcome.params


def test_real_readings_become_facts_without_saying_who_the_customer_is() -> None:
    asked: list[str] = []

    def read(wanted: WantedFact) -> Reading:
        asked.append(wanted.fact)
        value = {"number": "RC-1001", "status": "shipped", "customer": {"name": "Claire"}, "parcels": []}
        known = wanted.fact == "order"
        return Reading(fact=wanted.fact, item=wanted.item, state="known" if known else "unknown", value=value, at=AT)

    found = tried([], facts={}, reads=read)
    assert "order" in asked
    assert found.facts["order"]["customer"] == {"name": "xxxx"}
    assert masked({"lines": [{"name": "Lamp", "sku": "L"}]}) == {"lines": [{"name": "xxxx", "sku": "L"}]}
