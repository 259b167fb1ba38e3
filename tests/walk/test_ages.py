"""Ages against delays: told by bounds where they suffice, and always as the calendar would."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from base.business_time import ALWAYS_OPEN, UNITS, Calendar, Delay, Hours, add
from processes.walk.values import Age

OFFICE = Calendar(
    "Europe/Paris",
    cast(Hours, (((time(9), time(12)), (time(14), time(20))),) * 4 + (((time(9), time(12)),), (), ())),
    frozenset({date(2026, 5, 1), date(2026, 12, 25)}),
)
SAMOA = Calendar("Pacific/Apia", ALWAYS_OPEN.hours)
"""Left out a whole day at the end of 2011."""

moments = st.integers(0, 16 * 366 * 1440).map(
    lambda minutes: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
delays = st.builds(Delay, st.integers(0, 40), st.sampled_from(UNITS))
spans = st.one_of(
    st.timedeltas(timedelta(days=-2), timedelta(days=60)),
    st.integers(0, 40).map(lambda days: timedelta(days=days)),
    st.integers(0, 900).map(lambda hours: timedelta(hours=hours)),
)


@given(moments, spans, delays, st.sampled_from([OFFICE, SAMOA, ALWAYS_OPEN]))
def test_an_age_meets_a_delay_as_the_calendar_counts_it(
    since: datetime, span: timedelta, delay: Delay, calendar: Calendar
) -> None:
    now = since + span
    due = add(calendar, since, delay)
    assert Age(since, now, calendar).against(delay) == (now > due) - (now < due)
