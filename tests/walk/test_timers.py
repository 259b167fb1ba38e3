"""Dates found again: on a changed calendar a wait has the dates it would have had, had it been so from the start."""

from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from base.business_time import Calendar
from processes.walk.timers import found_again, wake_at
from processes.walk.values import decode, encode
from tests.walk.story import MONDAY, OFFICE, Story, played

TOP = "facts: {order: {from: shop.order, with: {number: \"'RC-1'\"}, max_age: 10 minutes}}\n"
UNITS = ("business days", "business hours", "days", "hours")
DELAYS = [f"{count} {unit}" for count, unit in product((1, 2, 5), UNITS)]
SUMMER = Calendar("Europe/Paris", OFFICE.hours, frozenset(), ((date(2026, 3, 3), date(2026, 3, 5)),))
"""Closed from Tuesday to Thursday."""
FAR = Calendar("America/New_York", OFFICE.hours)


def waits(calendar: Calendar, keys: str, *, calendars: dict[str, Calendar] | None = None) -> Story:
    steps = f"""
    - wait: it
      until: order.paid
      if_never: [{{close: other}}]
      unknown: [{{close: third}}]
      {keys}
    - {{close: done}}
    """
    story = played(steps, top=TOP, facts={"order": {"paid": False}}, calendar=calendar)
    story.calendars = calendars or {}
    return story.start()


def state(story: Story) -> dict[str, Any]:
    assert story.walk.waiting is not None
    return story.walk.waiting


@st.composite
def waiting(draw: st.DrawFn) -> str:
    """The keys of a wait."""
    keys = [f"within: {draw(st.sampled_from(DELAYS))}"]
    if draw(st.booleans()):
        keys.append(f"every: {draw(st.sampled_from(DELAYS))}")
    if draw(st.booleans()):
        keys.append('at: "18:00"')
    reminders = draw(st.lists(st.tuples(st.sampled_from(("after", "before")), st.sampled_from(DELAYS)), max_size=3))
    if reminders:
        told = ", ".join(f"{{{side}: {delay}, text: {{en: Still there?}}}}" for side, delay in reminders)
        keys.append(f"remind: [{told}]")
    return "\n      ".join(keys)


@given(keys=waiting(), there=st.sampled_from((SUMMER, FAR)))
def test_found_again_are_the_dates_of_a_wait_that_began_on_the_other_calendar(keys: str, there: Calendar) -> None:
    here = state(waits(OFFICE, keys))
    assert found_again(here, there) == state(waits(there, keys))
    assert found_again(here, OFFICE) == here, "a calendar that has not changed moves nothing"


@given(keys=waiting())
def test_there_and_back_gives_the_same_dates_also_through_storage(keys: str) -> None:
    here = state(waits(OFFICE, keys))
    stored = decode(encode(here))
    back = found_again(found_again(stored, SUMMER), OFFICE)
    left = [each for each in back["remind"] if each in here["remind"]]
    assert {**back, "remind": left} == {**here, "remind": left}


def test_a_daily_look_is_counted_from_the_last_one_and_what_was_reminded_stays_sent() -> None:
    keys = """within: 5 business days
      every: 1 business day
      at: "18:00"
      remind: [{after: 2 hours, text: {en: Still there?}}]"""
    story = waits(OFFICE, keys)
    assert len(state(story)["remind"]) == 1
    story.wake().wake()
    assert state(story)["remind"] == []
    moved = found_again(state(story), SUMMER)
    assert moved["remind"] == []
    monday = MONDAY.replace(hour=17) + timedelta(days=7)
    assert wake_at(moved) == monday, "the look of Tuesday, now closed, counts from Friday's opening"


def test_a_wait_on_a_calendar_of_its_own_is_counted_on_that_one() -> None:
    keys = "within: 1 business day\n      calendar: carrier"
    story = waits(OFFICE, keys, calendars={"carrier": SUMMER})
    assert state(story)["rule"]["calendar"] == "carrier"
    assert story.waiting.wake_at == MONDAY + timedelta(days=4)
    assert waits(OFFICE, keys).waiting.wake_at == MONDAY + timedelta(days=1), "a calendar that was taken away since"


def test_a_process_on_a_calendar_of_its_own_counts_all_its_delays_on_it() -> None:
    steps = "- {wait: it, for: 1 business day}\n- {close: done}"
    story = played(steps, top="calendar: carrier\n")
    story.calendars = {"carrier": SUMMER}
    story.start()
    assert state(story)["rule"]["calendar"] == "carrier"
    assert story.waiting.wake_at == MONDAY + timedelta(days=4)
