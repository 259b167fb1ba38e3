"""The state of a walk: plain JSON that says everything, and nothing twice."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from base.business_time import Delay
from base.money import Money
from processes.walk.advance import advance, begin, look
from processes.walk.errors import StaleStep
from processes.walk.events import Answered, Started, WentBack, Woken
from processes.walk.state import SCHEMA, Walk
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, played, program

TOP = "facts: {order: {from: shop.order, with: {number: \"'RC-1'\"}, max_age: 10 minutes}}\n"
STEPS = """
- {say: hello, text: {en: "Hello {{ order.number }}"}}
- {set: limit, to: order.total + 1 EUR}
- {set: day, to: date(now)}
- {set: pause, to: setting.pause}
- {set: half, to: 1 / 2}
- {set: gone, to: since(order.placed_at)}
- {set: nothing, to: order.seller}
- {ask: ok, kind: yes_no, text: {en: Ok?}, within: 2 days, remind: [{after: 1 day}], if_never: [{close: other}]}
- {close: done}
"""
SETTINGS = 'settings: {pause: {value: 2 business days, checked_on: "2026-01-01"}}\n'


def asked() -> Story:
    placed = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    facts = {"order": {"number": "RC-1", "total": Money(100, "EUR"), "placed_at": placed, "status": UNKNOWN}}
    return played(STEPS, top=SETTINGS + TOP, facts=facts).start()


def test_it_goes_through_json_and_comes_back_the_same() -> None:
    story = asked()
    stored = json.loads(json.dumps(story.walk.to_json()))
    assert stored["schema"] == SCHEMA
    assert Walk.from_json(stored, story.readings).to_json() == stored
    assert story.scope == {
        "hello": {"at": story.now},
        "limit": Money(200, "EUR"),
        "day": date(2026, 3, 2),
        "pause": Delay(2, "business days"),
        "half": Decimal("0.5"),
        "gone": Delay(26 * 60, "minutes"),
    }


def test_readings_are_kept_by_reference_and_one_that_is_gone_is_unknown() -> None:
    story = asked()
    stored = story.walk.to_json()
    assert list(story.walk.reading_ids()) == ["r1"]
    assert stored["frames"][0]["facts"]["order"][2] == {"": "r1"}
    lost = Walk.from_json(stored, {})
    waiting = look(story.program, lost, story.world)
    assert waiting is not None
    assert lost.frame.facts["order"].readings[""].state == "unknown"


def test_a_schema_of_tomorrow_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 99"):
        Walk.from_json({**asked().walk.to_json(), "schema": 99}, {})


def test_a_walk_begins_once() -> None:
    story = asked()
    with pytest.raises(StaleStep):
        story.start()


def test_what_has_not_begun_takes_nothing_else() -> None:
    it = program("- {close: done}")
    story = Story(it)
    for event in (Woken(), Answered(step="x", visit=1, value="y"), WentBack(step="x")):
        with pytest.raises(StaleStep):
            advance(it, begin(it, "w"), event, story.world)
    assert look(it, begin(it, "w"), story.world) is None


def test_what_has_ended_takes_nothing_more() -> None:
    story = played("- {close: done}").start()
    assert story.walk.ended
    with pytest.raises(StaleStep):
        story.take(Woken())
    with pytest.raises(StaleStep):
        story.take(Started())


def test_the_same_event_twice_gives_the_same_turn() -> None:
    story = asked()
    event = Answered(walker="agent", step="ok", visit=1, value="yes")
    one, two = (advance(story.program, story.walk, event, story.world) for _ in range(2))
    assert (one.walk.to_json(), one.effects, one.trace) == (two.walk.to_json(), two.effects, two.trace)


def test_two_tabs_the_second_is_told_that_the_walk_has_moved() -> None:
    story = played("""
    - {ask: one, kind: yes_no, text: {en: One?}}
    - {ask: two, kind: yes_no, text: {en: Two?}}
    - {close: done}
    """).start()
    story.answer("yes")
    with pytest.raises(StaleStep):
        story.answer("no", step="one", visit=1)
    assert story.asking.step == "two"
    assert story.scope == {"one": "yes"}


def test_who_walks_where_and_in_which_language_is_known_to_the_process() -> None:
    steps = """
    - {set: who, to: walker}
    - {set: where, to: channel}
    - {set: tongue, to: language}
    - {wait: pause, for: 1 day}
    - {set: then, to: walker}
    - {close: done}
    """
    story = played(steps, walker="customer", channel="selfcare").start().wake()
    assert [story.scope[name] for name in ("who", "where", "tongue", "then")] == ["customer", "selfcare", "en", "robot"]


def test_the_case_is_there() -> None:
    case = {"reason": "delivery.not_received", "opened_at": datetime(2026, 3, 1, tzinfo=UTC)}
    story = played("- {set: why, to: case.reason}\n- {close: done}", case=case).start()
    assert story.scope["why"] == "delivery.not_received"
