"""Delays and calendars: "1 business day at 18:00", in the calendar's zone, through summer time and holidays.

Pure: the standard library only, no clock; holidays come in as data. Instants go in and come out as aware UTC datetimes.

* seconds, minutes and hours are real time: 24 hours are 24 hours, also over a change to summer time;
* days, weeks, months and years are wall time in the calendar's zone: tomorrow at 09:00 is at 09:00. A wall time that
  does not exist (spring) moves forward, one that exists twice (autumn) is the first of the two;
* business days count open days. A delay that starts on a closed day starts at the next opening. "1 business day" is the
  next open day, **not** 24 business hours;
* business minutes and hours count open time only.

What comes out of a business unit is never closed time. The instant of closing still counts as open: what is due "by the
end of the day" is due at 18:00, not the next morning.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, Self, cast, get_args
from zoneinfo import ZoneInfo

Unit = Literal[
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "business minutes",
    "business hours",
    "business days",
]
UNITS: tuple[Unit, ...] = get_args(Unit)
Period = tuple[time, time]
"""Open from, to, in wall time; to 00:00 means to the end of the day."""
Hours = tuple[
    tuple[Period, ...],
    tuple[Period, ...],
    tuple[Period, ...],
    tuple[Period, ...],
    tuple[Period, ...],
    tuple[Period, ...],
    tuple[Period, ...],
]
"""The open periods of each weekday, Monday first."""

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "business minutes": 60, "business hours": 3600}
_WRITTEN = re.compile(r"\s*(\d{1,6})\s+((?:business\s+)?[a-z]+)\s*")
_ONE_DAY = timedelta(days=1)
_FARTHEST = timedelta(days=3700)
"""How far an open day is looked for: a calendar closed for ten years is closed."""


class InvalidDelay(ValueError):
    """Not a delay such as "2 business days"."""


class NeverOpen(ValueError):
    """The calendar has no open time where one was looked for."""


class InvalidCalendar(ValueError):
    """Opening hours that overlap, run backwards, or are not seven weekdays; or a zone nobody knows."""


@dataclass(frozen=True, slots=True)
class Delay:
    """An amount of one unit, as business people write it."""

    amount: int
    """Zero or more; going back in time is `subtract`."""
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool) or not 0 <= self.amount <= 999_999:
            raise InvalidDelay(f"{self.amount!r} is not a number of {self.unit}")
        if self.unit not in UNITS:
            raise InvalidDelay(f"{self.unit!r} is not one of {', '.join(UNITS)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "1 business day", "48 hours", "2 weeks". Raises `InvalidDelay`."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise InvalidDelay(f"{text!r} is not a delay such as 2 business days")
        unit = " ".join(match[2].split()).removesuffix("s") + "s"
        if unit not in UNITS:
            raise InvalidDelay(f"{match[2]!r} is not one of {', '.join(UNITS)}")
        return cls(int(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: a zone, weekly hours, and the days without them. Raises `InvalidCalendar`, `NeverOpen`."""

    zone: str
    """Key of the time zone, "Europe/Paris"."""
    hours: Hours
    holidays: frozenset[date] = frozenset()
    """Public holidays of the region, over the years that matter."""
    closures: tuple[tuple[date, date], ...] = ()
    """The company's own closed stretches, first and last day included."""

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise InvalidCalendar(f"{self.zone!r} is no known time zone") from error
        if len(self.hours) != 7:
            raise InvalidCalendar("opening hours need seven weekdays")
        if not any(self.hours):
            raise NeverOpen("no weekday has opening hours")
        for periods in self.hours:
            _check_periods(periods)

    def open_on(self, day: date) -> bool:
        """Whether there is any open time on that day."""
        return bool(self.periods(day))

    def periods(self, day: date) -> tuple[Period, ...]:
        """The open periods of that very day, none on a holiday or closure."""
        periods = self.hours[day.weekday()]
        if not periods or day in self.holidays or (self.closures and self._closed_on(day)):
            return ()
        return periods

    def _closed_on(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.closures)

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of the calendar's zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return moment.astimezone(_zone(self.zone))

    def instant(self, day: date, at: time) -> datetime:
        """That wall time as a UTC instant; in the gap of spring moved forward, in the fold of autumn the first."""
        return datetime.combine(day, at, _zone(self.zone)).astimezone(UTC)


def add(calendar: Calendar, moment: datetime, delay: Delay, at: time | None = None) -> datetime:
    """`moment` plus `delay`; with `at`, at that wall time of the day arrived at. Raises `NeverOpen`."""
    unit = delay.unit
    if unit == "business days":
        return _plus_business_days(calendar, moment, delay.amount, at)
    if unit == "days":
        arrived = _plus_days(calendar, moment, delay.amount)
    elif unit in ("business hours", "business minutes"):
        arrived = _plus_open_seconds(calendar, moment, delay.amount * _SECONDS[unit])
    elif unit in _SECONDS:
        arrived = _aware(moment) + timedelta(seconds=delay.amount * _SECONDS[unit])
    else:
        arrived = _plus_wall_days(calendar, moment, delay)
    return arrived if at is None else calendar.instant(calendar.local(arrived).date(), at)


def subtract(calendar: Calendar, moment: datetime, delay: Delay, at: time | None = None) -> datetime:
    """`moment` minus `delay`, the mirror of `add`: from a closed day one starts at the closing before it."""
    if delay.unit == "business days":
        return _minus_business_days(calendar, moment, delay.amount, at)
    if delay.unit in ("business hours", "business minutes"):
        arrived = _minus_open_seconds(calendar, moment, delay.amount * _SECONDS[delay.unit])
    elif delay.unit in _SECONDS:
        arrived = _aware(moment) - timedelta(seconds=delay.amount * _SECONDS[delay.unit])
    else:
        arrived = _plus_wall_days(calendar, moment, delay, sign=-1)
    return arrived if at is None else calendar.instant(calendar.local(arrived).date(), at)


def shift_day(calendar: Calendar, day: date, delay: Delay, sign: int = 1) -> date:
    """The day so many days, weeks, months, years or business days after `day`; before it, with -1. Raises `NeverOpen`.

    Who starts on a closed day starts with the next open one (with the one before, backwards), as `add` has it.
    """
    amount = sign * delay.amount
    match delay.unit:
        case "days":
            return day + timedelta(days=amount)
        case "weeks":
            return day + timedelta(weeks=amount)
        case "months":
            return _plus_months(day, amount)
        case "years":
            return _plus_months(day, 12 * amount)
        case "business days":
            return _open_day(calendar, day if calendar.periods(day) else _open_day(calendar, day, sign), amount)
    raise ValueError(f"{delay} is no number of days")


def has_passed(calendar: Calendar, since: datetime, delay: Delay, now: datetime) -> bool:
    """Whether at least `delay` lies between `since` and `now`."""
    return _aware(now) >= add(calendar, since, delay)


def elapsed(calendar: Calendar, start: datetime, end: datetime, unit: Unit) -> int:
    """How many whole `unit` fit between two instants; negative when `end` comes before `start`."""
    if end < start:
        return -elapsed(calendar, end, start, unit)
    if unit in ("business hours", "business minutes"):
        return _open_seconds(calendar, start, end) // _SECONDS[unit]
    if unit in _SECONDS:
        return int((_aware(end) - _aware(start)) // timedelta(seconds=_SECONDS[unit]))
    guess = _guess(calendar, start, end, unit)
    while guess and add(calendar, start, Delay(guess, unit)) > end:
        guess -= 1
    return guess


def start_of_day(calendar: Calendar, day: date) -> datetime:
    """The first instant of that day in the calendar's zone."""
    return calendar.instant(day, time(0))


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """The last second of that day in the calendar's zone: a date without time ends with its day."""
    return start_of_day(calendar, day + timedelta(days=1)) - timedelta(seconds=1)


def next_open_day(calendar: Calendar, day: date) -> date:
    """The first open day after `day`. Raises `NeverOpen`."""
    return _open_day(calendar, day, 1)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether somebody works at that instant; the instant of closing still counts."""
    day = calendar.local(moment).date()
    return any(opens <= moment <= closes for opens, closes in _stretches(calendar, day))


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """`moment` itself when open, else the next instant of opening. Raises `NeverOpen`."""
    for opens, closes in _stretches_from(calendar, calendar.local(moment).date()):
        if moment <= closes:
            return max(opens, _aware(moment))
    raise NeverOpen("this calendar never opens again")


def open_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How long the calendar is open between two instants; nothing when `end` comes before `start`."""
    return sum((closes - opens for opens, closes in open_stretches(calendar, start, end)), timedelta())


def after_open_time(calendar: Calendar, moment: datetime, span: timedelta) -> datetime:
    """The instant at which the calendar has been open for `span` since `moment`. Raises `NeverOpen`."""
    left = span
    for opens, closes in _stretches_from(calendar, calendar.local(moment).date()):
        begin = max(opens, _aware(moment))
        if begin <= closes and left <= closes - begin:
            return begin + left
        left -= max(closes - begin, timedelta())
    raise NeverOpen("this calendar has too little open time within ten years")


def open_stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the calendar is open between two instants, in order."""
    first, last = calendar.local(start).date(), calendar.local(end).date()
    for n in range((last - first).days + 1):
        for opens, closes in _stretches(calendar, first + timedelta(days=n)):
            begin, finish = max(opens, _aware(start)), min(closes, _aware(end))
            if begin < finish:
                yield begin, finish


# Days


def _plus_business_days(calendar: Calendar, moment: datetime, days: int, at: time | None) -> datetime:
    local = calendar.local(moment)
    day, wall = local.date(), local.time()
    periods = calendar.periods(day)
    if not periods:
        day = _open_day(calendar, day, 1)
        periods, wall = calendar.periods(day), time.min
    day = _open_day(calendar, day, days)
    if at is not None:
        return calendar.instant(day, at)
    # Before the opening nobody counts yet: who starts at night starts with the day, as who starts on a closed day does.
    wall = max(wall, periods[0][0])
    wanted = calendar.instant(day, wall)
    for opens, closes in _stretches(calendar, day):
        if wanted <= closes:
            return max(wanted, opens)
    return closes


def _minus_business_days(calendar: Calendar, moment: datetime, days: int, at: time | None) -> datetime:
    local = calendar.local(moment)
    day, wall = local.date(), local.time()
    if not calendar.open_on(day):
        day = _open_day(calendar, day, -1)
        wall = time.max
    closes_at = calendar.periods(day)[-1][1]
    wall = wall if closes_at == time.min else min(wall, closes_at)
    day = _open_day(calendar, day, -days)
    if at is not None:
        return calendar.instant(day, at)
    stretches = list(_stretches(calendar, day))
    wanted = calendar.instant(day, wall)
    return next((min(wanted, closes) for opens, closes in reversed(stretches) if wanted >= opens), stretches[0][0])


def _open_day(calendar: Calendar, day: date, count: int) -> date:
    """The `count`th open day after `day` (before it, when negative); `day` itself for 0."""
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    closed = 0
    for _ in range(abs(count)):
        day += step
        while not calendar.periods(day):
            day += step
            closed += 1
            if closed > _FARTHEST.days:
                raise NeverOpen("this calendar has no open day within ten years")
    return day


def _plus_wall_days(calendar: Calendar, moment: datetime, delay: Delay, sign: int = 1) -> datetime:
    amount = sign * delay.amount
    if delay.unit in ("days", "weeks"):
        return _plus_days(calendar, moment, amount if delay.unit == "days" else 7 * amount)
    local = calendar.local(moment)
    match delay.unit:
        case "months":
            day = _plus_months(local.date(), amount)
        case _:
            day = _plus_months(local.date(), 12 * amount)
    return calendar.instant(day, local.time())


def _plus_days(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """At the same wall time; in an hour that is there twice, the same of the two."""
    local = calendar.local(moment)
    arrived = local + timedelta(days=days)
    return (arrived.replace(fold=1) if local.fold else arrived).astimezone(UTC)


def _plus_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _guess(calendar: Calendar, start: datetime, end: datetime, unit: Unit) -> int:
    """At least as many whole units as fit, and not many more."""
    first, last = calendar.local(start).date(), calendar.local(end).date()
    months = (last.year - first.year) * 12 + last.month - first.month
    match unit:
        case "days":
            return (last - first).days
        case "weeks":
            return (last - first).days // 7
        case "months":
            return months
        case "years":
            return months // 12 + 1
        case _:
            return sum(calendar.open_on(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


# Open time


def _plus_open_seconds(calendar: Calendar, moment: datetime, seconds: int) -> datetime:
    if not seconds:
        return next_opening(calendar, moment)
    left = timedelta(seconds=seconds)
    for opens, closes in _stretches_from(calendar, calendar.local(moment).date()):
        begin = max(opens, _aware(moment))
        if begin >= closes:
            continue
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
    raise NeverOpen("this calendar has too little open time within ten years")


def _minus_open_seconds(calendar: Calendar, moment: datetime, seconds: int) -> datetime:
    left = timedelta(seconds=seconds)
    day = calendar.local(moment).date()
    for past in range(_FARTHEST.days):
        for opens, closes in reversed(list(_stretches(calendar, day - timedelta(days=past)))):
            finish = min(closes, _aware(moment))
            if finish < opens or (finish == opens and left):
                continue
            if left <= finish - opens:
                return finish - left
            left -= finish - opens
    raise NeverOpen("this calendar had too little open time in ten years")


def _open_seconds(calendar: Calendar, start: datetime, end: datetime) -> int:
    first, last = calendar.local(start).date(), calendar.local(end).date()
    total = timedelta()
    for n in range((last - first).days + 1):
        for opens, closes in _stretches(calendar, first + timedelta(days=n)):
            total += max(min(closes, end) - max(opens, start), timedelta())
    return int(total.total_seconds())


def _stretches(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The open periods of one day as UTC instants."""
    for opens, closes in calendar.periods(day):
        ends = day + timedelta(days=1) if closes == time(0) else day
        yield _opening(calendar.zone, day, opens), _opening(calendar.zone, ends, closes)


def _stretches_from(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    for n in range(_FARTHEST.days):
        yield from _stretches(calendar, day + timedelta(days=n))


def _check_periods(periods: tuple[Period, ...]) -> None:
    last = time(0)
    for index, (opens, closes) in enumerate(periods):
        to_midnight = closes == time(0) and index == len(periods) - 1
        if opens < last or (opens >= closes and not to_midnight):
            raise InvalidCalendar(f"opening hours {opens:%H:%M}-{closes:%H:%M} overlap or run backwards")
        last = closes


# A walk asks for the same openings of the same few days over and over: they are kept. Any other moment is not.


@lru_cache(8192)
def _opening(zone: str, day: date, at: time) -> datetime:
    return datetime.combine(day, at, _zone(zone)).astimezone(UTC)


@lru_cache(256)
def _zone(key: str) -> ZoneInfo:
    return ZoneInfo(key)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC)


ALWAYS_OPEN = Calendar("UTC", cast(Hours, (((time(0), time(0)),),) * 7))
"""For tests and where nobody said otherwise: UTC, day and night."""
NO_OTHERS: Mapping[str, Calendar] = MappingProxyType({})
"""For what names no calendar besides its own."""
