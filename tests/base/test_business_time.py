"""Delays in a calendar's own time: through nights, weekends, holidays and summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from base.business_time import (
    ALWAYS_OPEN,
    Calendar,
    Delay,
    Hours,
    InvalidCalendar,
    InvalidDelay,
    NeverOpen,
    Unit,
    add,
    elapsed,
    end_of_day,
    has_passed,
    is_open,
    next_open_day,
    next_opening,
    start_of_day,
    subtract,
)
from base.calendars import holidays_of

PARIS = ZoneInfo("Europe/Paris")
NINE_TO_SIX = ((time(9), time(18)),)
WITH_LUNCH = ((time(9), time(12, 30)), (time(14), time(18)))
CLOSED: tuple[()] = ()
OFFICE: Hours = (NINE_TO_SIX,) * 5 + (CLOSED,) * 2
SHOP = Calendar("Europe/Paris", OFFICE, holidays_of("FR"))


def paris(text: str, fold: int = 0) -> datetime:
    """A wall time in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def after(start: str, delay: str, at: time | None = None, calendar: Calendar = SHOP) -> str:
    """The wall time in Paris a delay after another."""
    return f"{add(calendar, paris(start), Delay.parse(delay), at).astimezone(PARIS):%Y-%m-%d %H:%M}"


# Reading and writing delays


@pytest.mark.parametrize("text", ["1 business day", "2 business days", "48 hours", "1 minute", "10 business hours"])
def test_a_delay_is_read_and_written_as_business_people_do(text: str) -> None:
    assert str(Delay.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "soon", "2", "days", "-1 days", "1.5 days", "2 moons", "1 business week", "9999999 days"]
)
def test_what_is_no_delay_is_refused(text: str) -> None:
    with pytest.raises(InvalidDelay):
        Delay.parse(text)


def test_a_delay_has_a_whole_amount() -> None:
    for amount in (-1, True, 1.5):
        with pytest.raises(InvalidDelay):
            Delay(amount, "days")  # type: ignore[arg-type]


# Business days are days


def test_one_business_day_at_six_is_the_next_open_day_and_not_24_hours_later() -> None:
    assert after("2026-03-02 10:00", "1 business day", time(18)) == "2026-03-03 18:00"
    assert after("2026-03-02 10:00", "24 business hours", None) == "2026-03-04 16:00"


def test_a_business_day_jumps_weekend_and_holidays() -> None:
    assert after("2026-12-24 10:00", "2 business days") == "2026-12-29 10:00"
    assert after("2026-03-06 17:00", "1 business day") == "2026-03-09 17:00"


def test_a_delay_that_starts_on_a_closed_day_starts_at_the_next_opening() -> None:
    assert after("2026-03-07 15:00", "1 business day") == "2026-03-10 09:00"
    assert after("2026-03-07 15:00", "1 business day", time(18)) == "2026-03-10 18:00"
    assert after("2026-03-07 15:00", "0 business days") == "2026-03-09 09:00"


def test_after_hours_a_business_day_ends_with_the_next_day_of_work() -> None:
    assert after("2026-03-03 22:00", "1 business day") == "2026-03-04 18:00"
    assert after("2026-03-03 07:00", "1 business day") == "2026-03-04 09:00"


def test_at_lunch_nobody_is_expected() -> None:
    lunch = Calendar("Europe/Paris", (WITH_LUNCH,) * 7)
    assert after("2026-03-03 13:00", "1 business day", calendar=lunch) == "2026-03-04 14:00"
    assert after("2026-03-03 12:00", "1 business hour", calendar=lunch) == "2026-03-03 14:30"


def test_the_end_of_business_hours_is_the_closing_not_the_next_opening() -> None:
    assert after("2026-03-03 09:00", "9 business hours") == "2026-03-03 18:00"
    assert after("2026-03-03 09:00", "541 business minutes") == "2026-03-04 09:01"


def test_closures_of_the_company_are_closed() -> None:
    summer = Calendar("Europe/Paris", OFFICE, closures=((date(2026, 8, 3), date(2026, 8, 14)),))
    assert after("2026-07-31 10:00", "1 business day", calendar=summer) == "2026-08-17 10:00"


# Summer time


def test_in_spring_tomorrow_at_nine_is_23_hours_away_and_24_hours_are_24() -> None:
    assert after("2026-03-28 09:00", "1 day") == "2026-03-29 09:00"
    assert add(SHOP, paris("2026-03-28 09:00"), Delay(1, "days")) - paris("2026-03-28 09:00").astimezone(
        UTC
    ) == timedelta(hours=23)
    assert after("2026-03-28 09:00", "24 hours") == "2026-03-29 10:00"


def test_in_autumn_tomorrow_at_nine_is_25_hours_away() -> None:
    assert after("2026-10-24 09:00", "1 day") == "2026-10-25 09:00"
    assert after("2026-10-24 09:00", "24 hours") == "2026-10-25 08:00"


def test_a_wall_time_that_does_not_exist_moves_forward() -> None:
    assert after("2026-03-28 02:30", "1 day") == "2026-03-29 03:30"
    assert after("2026-03-28 12:00", "1 day", time(2, 30)) == "2026-03-29 03:30"


def test_a_wall_time_that_exists_twice_is_the_first() -> None:
    moment = add(SHOP, paris("2026-10-24 02:30"), Delay(1, "days"))
    assert moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_business_hours_of_the_night_of_change_are_real_hours() -> None:
    day_and_night = Calendar("Europe/Paris", ALWAYS_OPEN.hours)
    assert after("2026-03-29 00:00", "3 business hours", calendar=day_and_night) == "2026-03-29 04:00"
    assert after("2026-10-25 00:00", "3 business hours", calendar=day_and_night) == "2026-10-25 02:00"


# Months


def test_a_month_later_is_the_same_day_or_the_months_last() -> None:
    assert after("2026-01-31 10:00", "1 month") == "2026-02-28 10:00"
    assert after("2028-02-29 10:00", "1 year") == "2029-02-28 10:00"
    assert after("2026-12-15 10:00", "13 months") == "2028-01-15 10:00"
    assert after("2026-03-02 10:00", "2 weeks") == "2026-03-16 10:00"


# Days


def test_a_date_ends_with_its_last_second_in_the_calendars_zone() -> None:
    day = date(2026, 3, 29)
    assert start_of_day(SHOP, day) == paris("2026-03-29 00:00")
    assert end_of_day(SHOP, day) == paris("2026-03-29 23:59:59")


def test_the_next_open_day_follows_the_day_itself() -> None:
    assert next_open_day(SHOP, date(2026, 3, 2)) == date(2026, 3, 3)
    assert next_open_day(SHOP, date(2026, 4, 30)) == date(2026, 5, 4)


def test_next_opening_is_now_when_open() -> None:
    assert next_opening(SHOP, paris("2026-03-02 10:00")) == paris("2026-03-02 10:00")
    assert next_opening(SHOP, paris("2026-03-02 20:00")) == paris("2026-03-03 09:00")


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    moselle = Calendar("Europe/Paris", OFFICE, holidays_of("FR-57"))
    assert SHOP.open_on(date(2026, 4, 3)) and not moselle.open_on(date(2026, 4, 3))


# Broken calendars


def test_a_calendar_that_cannot_be_is_refused() -> None:
    with pytest.raises(NeverOpen):
        Calendar("Europe/Paris", (CLOSED,) * 7)
    for periods in [((time(18), time(9)),), ((time(9), time(12)), (time(11), time(18))), ((time(9), time(9)),)]:
        with pytest.raises(InvalidCalendar):
            Calendar("Europe/Paris", (periods,) * 7)
    with pytest.raises(InvalidCalendar):
        Calendar("Europe/Nowhere", OFFICE)
    with pytest.raises(InvalidCalendar):
        Calendar("Europe/Paris", (NINE_TO_SIX,) * 6)  # type: ignore[arg-type]


def test_a_calendar_closed_for_good_is_no_endless_search() -> None:
    closed = Calendar("Europe/Paris", OFFICE, closures=((date(2026, 1, 1), date(2099, 1, 1)),))
    for delay in ("1 business day", "1 business hour", "0 business days"):
        with pytest.raises(NeverOpen):
            add(closed, paris("2026-03-02 10:00"), Delay.parse(delay))
    with pytest.raises(NeverOpen):
        subtract(closed, paris("2090-03-02 10:00"), Delay.parse("1 business hour"))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        add(SHOP, datetime(2026, 3, 2), Delay(1, "days"))  # noqa: DTZ001


# Properties

times = st.times(time(5), time(22)).map(lambda moment: moment.replace(second=0, microsecond=0))


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    """No, one or two periods."""
    cuts = sorted(draw(st.lists(times, min_size=0, max_size=4, unique=True)))
    return tuple((cuts[n], cuts[n + 1]) for n in range(0, len(cuts) - 1, 2))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars that open at least one weekday."""
    week = tuple(draw(day_hours()) for _ in range(7))
    assume(any(week))
    zone = draw(st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]))
    holidays = draw(st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5))
    return Calendar(zone, week, holidays)  # type: ignore[arg-type]


moments = st.integers(0, 60 * 24 * 510).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
# A calendar may be open one minute a week: nine hours of it are farther than the ten years that are looked into.
business_delays = st.one_of(
    st.builds(Delay, st.integers(0, 40), st.sampled_from(["business days", "business minutes"])),
    st.builds(Delay, st.integers(0, 7), st.just("business hours")),
)
BUSINESS: tuple[Unit, ...] = ("business days", "business hours", "business minutes")


@given(calendars(), moments, business_delays)
def test_a_business_delay_never_lands_closed(calendar: Calendar, moment: datetime, delay: Delay) -> None:
    landed = add(calendar, moment, delay)
    assert is_open(calendar, landed)
    assert is_open(calendar, subtract(calendar, moment, delay))
    assert landed.tzinfo is UTC


@given(calendars(), moments, st.builds(Delay, st.integers(0, 40), st.just("business days")), times)
def test_at_a_given_time_it_lands_at_that_time_of_an_open_day(
    calendar: Calendar, moment: datetime, delay: Delay, at: time
) -> None:
    landed = calendar.local(add(calendar, moment, delay, at))
    assert landed.time() == at
    assert calendar.open_on(landed.date())


@given(calendars(), moments, st.integers(0, 60_000), business_delays)
@example(
    Calendar("Europe/Paris", ((), (), ((time(5), time(5, 1)),), (), ((time(5, 1), time(6)),), (), ())),
    datetime(2026, 1, 1, tzinfo=UTC),
    1380,
    Delay(1, "business days"),
)
def test_who_starts_later_is_never_done_earlier(calendar: Calendar, moment: datetime, later: int, delay: Delay) -> None:
    assert add(calendar, moment, delay) <= add(calendar, moment + timedelta(minutes=later), delay)


@given(calendars(), moments, st.sampled_from(BUSINESS), st.integers(0, 30), st.integers(0, 10))
def test_a_longer_delay_is_never_done_earlier(
    calendar: Calendar, moment: datetime, unit: Unit, amount: int, more: int
) -> None:
    assert add(calendar, moment, Delay(amount, unit)) <= add(calendar, moment, Delay(amount + more, unit))


@given(calendars(), moments, business_delays)
def test_what_was_added_has_elapsed(calendar: Calendar, moment: datetime, delay: Delay) -> None:
    landed = add(calendar, moment, delay)
    if landed >= moment:
        assert elapsed(calendar, moment, landed, delay.unit) >= delay.amount
        assert has_passed(calendar, moment, delay, landed)
    if delay.unit != "business days":
        assert elapsed(calendar, moment, landed, delay.unit) == delay.amount


@given(calendars(), moments, st.integers(0, 30))
def test_whole_business_days_elapsed_are_the_days_added(calendar: Calendar, moment: datetime, days: int) -> None:
    opening = next_opening(calendar, moment)
    assert elapsed(calendar, opening, add(calendar, opening, Delay(days, "business days")), "business days") >= days
    assert subtract(calendar, opening, Delay(0, "business days")) == opening


@given(calendars(), moments, st.sampled_from(["business hours", "business minutes"]), st.integers(1, 60))
def test_subtracting_undoes_adding(calendar: Calendar, moment: datetime, unit: Unit, amount: int) -> None:
    start = next_opening(calendar, moment)
    delay = Delay(amount, unit)
    back = subtract(calendar, add(calendar, start, delay), delay)
    # A closing and the opening after it are one and the same point of open time.
    assert elapsed(calendar, min(back, start), max(back, start), "business minutes") == 0


@given(calendars(), moments, st.integers(1, 400), st.sampled_from(["seconds", "minutes", "hours"]))
def test_real_time_has_an_exact_inverse(calendar: Calendar, moment: datetime, amount: int, unit: Unit) -> None:
    delay = Delay(amount, unit)
    assert subtract(calendar, add(calendar, moment, delay), delay) == moment
    assert elapsed(calendar, moment, add(calendar, moment, delay), unit) == amount
    assert elapsed(calendar, add(calendar, moment, delay), moment, unit) == -amount


@given(calendars(), moments, st.integers(1, 60), st.sampled_from(["days", "weeks", "months", "years"]))
def test_wall_time_keeps_the_time_of_day_and_is_counted_back(
    calendar: Calendar, moment: datetime, amount: int, unit: Unit
) -> None:
    assume(calendar.local(moment).hour >= 5)
    landed = add(calendar, moment, Delay(amount, unit))
    assert calendar.local(landed).time() == calendar.local(moment).time()
    assert elapsed(calendar, moment, landed, unit) == amount
