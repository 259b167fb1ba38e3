"""Events are stored as plain JSON and come back as they were."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from base.business_time import Delay
from base.money import Money
from processes.journal import KINDS, event_from_json, event_to_json, trace_to_json
from processes.walk import events
from processes.walk.events import Event, Reading
from processes.walk.values import UNKNOWN

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
READING = Reading(fact="order", state="known", value={"number": "RC-1"}, at=WHEN, id="r1")
SAID: dict[str, Any] = {"walker": "customer", "channel": "selfcare", "language": "fr"}
ALL: list[Event] = [
    events.Started(**SAID, needs={"order_number": "01000", "amount": Money.parse("12.50 EUR"), "since": WHEN}),
    events.Answered(**SAID, step="a", visit=2, value="yes"),
    events.Answered(**SAID, step="a", visit=2, value=["A", "B"]),
    events.Answered(**SAID, step="a", visit=2, value={"$at": "not a date", "name": "x"}),
    events.Answered(**SAID, step="a", visit=2, value={"$at": "not a date"}),
    events.Answered(**SAID, step="a", visit=2, value=""),
    events.FactsRead(**SAID, readings=(READING,)),
    events.Confirmed(**SAID, step="a", visit=1, yes=False),
    events.EffectDone(**SAID, key="k", result={"delay": Delay.parse("2 business days"), "gone": UNKNOWN}),
    events.EffectFailed(**SAID, key="k", reason="already_done"),
    events.EffectUnknown(**SAID, key="k"),
    events.Woken(**SAID),
    events.EventReceived(**SAID, fact="order"),
    events.TaskDone(**SAID, key="k", answers={"approved": True, "reason": "ok"}),
    events.HandedBack(**SAID, section="main"),
    events.WentBack(**SAID, step="a", path="call/"),
]


def test_every_kind_of_event_has_its_example() -> None:
    assert {type(event) for event in ALL} == set(KINDS.values())


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.kind)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    stored = json.loads(json.dumps(event_to_json(event)))
    assert event_from_json(event.kind, stored, {"r1": READING}) == event


def test_readings_stay_in_rows_of_their_own() -> None:
    stored = event_to_json(events.FactsRead(**SAID, readings=(READING,)))
    assert stored["readings"] == ["r1"]
    assert event_from_json("facts_read", stored, {}) == events.FactsRead(**SAID, readings=())


def test_a_trace_is_plain_json() -> None:
    trace = trace_to_json([("", "a", "decided", None, {"amount": Money.parse("1 EUR"), "when": WHEN, "x": UNKNOWN})])
    assert json.loads(json.dumps(trace)) == trace
