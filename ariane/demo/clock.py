"""The moment at which the demo opens, and the business days of the imaginary company.

Every date of the demo is counted from `OPENING`, so that the story plays the same whatever the day it is started.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Paris")
OPENING = datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)
"""A Tuesday, 10:00 in Paris. The last public holiday, Wednesday 11 November, is six days back."""


def at(day: date, clock: str) -> datetime:
    """`day` at `clock` ("18:00"), aware, in the company's zone."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


def day(offset: int, clock: str) -> datetime:
    """The calendar day `offset` days from the opening, at `clock`: ``day(-6, "05:40")``."""
    return at(OPENING.date() + timedelta(days=offset), clock)


def is_open(when: date) -> bool:
    """Monday to Friday, French public holidays excepted."""
    return when.weekday() < 5 and when not in _holidays(when.year)


def business_day(start: date, count: int) -> date:
    """The `count`-th business day after `start` (before it when negative); 0 is `start` itself or the next one open."""
    step = timedelta(days=-1 if count < 0 else 1)
    found = start
    if count == 0:
        while not is_open(found):
            found += step
    for _ in range(abs(count)):
        found += step
        while not is_open(found):
            found += step
    return found


@cache
def _holidays(year: int) -> Mapping[date, str]:
    return holidays.country_holidays("FR", years=year)
