"""Dates, ages, amounts and numbers as the reader writes them. Templates use these filters and no others."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import dates, numbers
from flask import Flask

from base.languages import N_, writing
from base.money import Money
from webui.i18n import language, tell, zone
from webui.requests import now

FRESH = timedelta(seconds=5)
"""Younger than this is "just now": a page that counts single seconds is restless."""


def install(app: Flask) -> None:
    app.jinja_env.globals["now"] = now
    app.jinja_env.filters.update(
        day=day,
        near_day=near_day,
        short_day=short_day,
        hour=hour,
        when=when,
        exactly=exactly,
        ago=ago,
        span=span,
        money=money,
        number=number,
    )


def day(moment: date | datetime) -> str:
    """`Tuesday 24 November 2026`"""
    return dates.format_date(_local(moment), "EEEE d MMMM y", locale=_locale())


def near_day(moment: date | datetime) -> str:
    """`Tuesday 24 November`; with its year when it is another than this one."""
    local = _local(moment)
    pattern = "EEEE d MMMM" if local.year == now().astimezone(zone()).year else "EEEE d MMMM y"
    return dates.format_date(local, pattern, locale=_locale())


def short_day(moment: date | datetime) -> str:
    """`Tue 24 Nov`; with its year when it is another than this one."""
    local = _local(moment)
    pattern = "EEE d MMM" if local.year == now().astimezone(zone()).year else "EEE d MMM y"
    return dates.format_date(local, pattern, locale=_locale())


def hour(moment: datetime) -> str:
    """`18:00`"""
    return _hour(moment, zone(), _locale())


def when(moment: datetime) -> str:
    """`today 18:00`, `tomorrow 18:00`, `Fri 27 Nov 18:00`: the shortest that leaves no doubt."""
    days = (_local(moment) - _local(now())).days
    words = {-1: N_("yesterday %(hour)s"), 0: N_("today %(hour)s"), 1: N_("tomorrow %(hour)s")}
    if days in words:
        return tell(words[days], hour=hour(moment))
    return f"{short_day(moment)} {hour(moment)}"


def exactly(moment: datetime) -> str:
    """The whole date, second and zone, for a title on hover."""
    return _exactly(moment, zone(), _locale())


def ago(moment: datetime) -> str:
    """`12 seconds ago`, `in 3 hours`."""
    distance = moment - now()
    if abs(distance) < FRESH:
        return tell(N_("just now"))
    return dates.format_timedelta(distance, add_direction=True, threshold=1.2, locale=_locale())


def span(length: timedelta) -> str:
    """`3 h 12`, `45 min`, `2 d`: how long, without direction."""
    minutes = abs(int(length.total_seconds())) // 60
    if minutes < 60:
        return tell(N_("%(count)s min"), count=minutes)
    if minutes < 48 * 60:
        return tell(N_("%(hours)s h %(minutes)s"), hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    return tell(N_("%(count)s d"), count=minutes // (24 * 60))


def money(amount: Money) -> str:
    """`84,90 €`"""
    return numbers.format_currency(amount.decimal, amount.currency, locale=_locale())


def number(value: int | float | Decimal) -> str:
    return numbers.format_decimal(value, locale=_locale())


@lru_cache(20_000)
def _hour(moment: datetime, where: tzinfo, locale: str) -> str:
    """Kept: a timeline shows the same moments at every step, and Babel takes its time."""
    return dates.format_time(moment.astimezone(where), "short", locale=locale)


@lru_cache(20_000)
def _exactly(moment: datetime, where: tzinfo, locale: str) -> str:
    return dates.format_datetime(moment, "full", tzinfo=where, locale=locale)


def _local(moment: date | datetime) -> date:
    return moment.astimezone(zone()).date() if isinstance(moment, datetime) else moment


def _locale() -> str:
    return writing(language())
