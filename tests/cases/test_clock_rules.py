"""Clocks without a database: what counts, what stands still, and what a deadline becomes."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.business_time import ALWAYS_OPEN, Calendar, Delay, Hours
from cases.clock_rules import CLOCKS, EVENTS, PARTIES, Pause, counted, due, explain, merged, pauses

LUNCH = cast(Hours, (((time(9), time(12)), (time(14), time(18))),) * 5 + ((), ()))
HOUSE = Calendar("Europe/Paris", LUNCH, frozenset({date(2026, 4, 6)}))
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""10:00 in Paris."""


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of that week of March, Paris time in winter."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


def test_lunch_is_no_breach_and_the_night_does_not_count() -> None:
    assert due(HOUSE, MONDAY, Delay.parse("4 business hours"), []).at == paris(2, 16)
    lines = explain(HOUSE, MONDAY, Delay.parse("4 business hours"), [], paris(2, 16))
    assert [(line.begin, line.end, line.why) for line in lines] == [
        (paris(2, 10), paris(2, 12), "counted"),
        (paris(2, 12), paris(2, 14), "closed_hours"),
        (paris(2, 14), paris(2, 16), "counted"),
    ]
    assert counted(lines) == timedelta(hours=4)


def test_what_was_left_when_the_clock_stopped_is_left_when_it_goes_on() -> None:
    stood = [Pause(paris(2, 11), paris(3, 15), "customer")]
    assert due(HOUSE, MONDAY, Delay.parse("4 business hours"), stood).at == paris(3, 18)
    lines = explain(HOUSE, MONDAY, Delay.parse("4 business hours"), stood, paris(3, 18))
    assert counted(lines) == timedelta(hours=4)
    assert [line.why for line in lines] == ["counted", "customer", "counted"]


def test_a_clock_that_stands_still_has_no_deadline_but_tells_what_is_left() -> None:
    still = due(HOUSE, MONDAY, Delay.parse("4 business hours"), [Pause(paris(2, 11), None, "hand")])
    assert (still.at, still.left) == (None, timedelta(hours=3))


def test_a_business_day_is_a_day_and_not_24_business_hours() -> None:
    assert due(HOUSE, MONDAY, Delay.parse("1 business day"), []).at == paris(3, 10)


def test_a_deadline_over_the_change_of_time_keeps_its_hour_on_the_wall() -> None:
    friday = datetime(2026, 3, 27, 9, tzinfo=UTC)  # 10:00 in winter time
    assert due(HOUSE, friday, Delay.parse("1 business day"), []).at == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert due(HOUSE, friday, Delay.parse("3 days"), []).at == datetime(2026, 3, 30, 8, tzinfo=UTC)
    lines = explain(HOUSE, friday, Delay.parse("8 business hours"), [], datetime(2026, 3, 30, 8, tzinfo=UTC))
    assert counted(lines) == timedelta(hours=7)  # 10–12 and 14–18 on Friday, 9–10 on Monday


def test_a_pause_after_the_deadline_changes_nothing() -> None:
    late = [Pause(paris(4, 9), None, "hand")]
    assert due(HOUSE, MONDAY, Delay.parse("1 business day"), late).at == paris(3, 10)


def test_pauses_that_overlap_count_once() -> None:
    stood = [Pause(paris(2, 10), paris(2, 12)), Pause(paris(2, 11), paris(2, 15)), Pause(paris(2, 16), None)]
    assert [(each.begin, each.end) for each in merged(stood)] == [
        (paris(2, 10), paris(2, 15)),
        (paris(2, 16), None),
    ]


def test_only_the_parties_that_a_target_chose_pause_its_clock_and_a_closed_case_always_does() -> None:
    assert [party for party in PARTIES if pauses(party, ["customer"])] == ["customer", "closed"]


def test_the_table_names_every_party_and_every_clock() -> None:
    assert {event.party for event in EVENTS} - {None} == set(PARTIES)
    assert {clock for event in EVENTS for clock in event.means} == set(CLOCKS)


hours = st.integers(0, 24 * 20)
stretch = st.tuples(hours, hours).map(lambda pair: (min(pair), max(pair)))


@given(
    stood=st.lists(stretch, max_size=5),
    delay=st.sampled_from(["1 business hour", "9 business hours", "2 business days", "30 hours", "1 week"]),
    share=st.sampled_from([50, 80, 100]),
)
@pytest.mark.parametrize("calendar", [HOUSE, ALWAYS_OPEN], ids=["house", "always"])
def test_pauses_only_ever_move_a_deadline_later_and_the_lines_leave_no_gap(
    calendar: Calendar, stood: list[tuple[int, int]], delay: str, share: int
) -> None:
    pauses_ = [Pause(MONDAY + timedelta(hours=a), MONDAY + timedelta(hours=b)) for a, b in stood]
    wanted = Delay.parse(delay)
    free, held = due(calendar, MONDAY, wanted, [], share).at, due(calendar, MONDAY, wanted, pauses_, share).at
    assert free is not None and held is not None and held >= free
    if share == 100:
        lines = explain(calendar, MONDAY, wanted, pauses_, held)
        assert lines[0].begin == MONDAY and lines[-1].end == held
        assert all(one.end == next_.begin for one, next_ in itertools.pairwise(lines))
        assert counted(lines) == counted(explain(calendar, MONDAY, wanted, [], free))
