"""Calendars as people edit them: a zone, weekly opening hours, a region's holidays, own closures.

The rules that use them are in `base.business_time`, which is pure; here the holidays library is asked once per region
and its days frozen into the calendar.
"""

from collections.abc import Collection
from datetime import date, time
from functools import cache
from typing import Any, Self, cast

import holidays
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.business_time import Calendar, Hours, InvalidCalendar, NeverOpen, Period
from base.database import Base, Id, Json
from base.errors import Invalid, NotFound
from base.languages import N_

DEFAULT_REGION = "FR"
HOLIDAY_YEARS = range(2015, 2046)
"""The years whose holidays a calendar knows."""
WEEKDAYS_9_TO_18 = [[["09:00", "18:00"]]] * 5 + [[], []]


class UnknownCalendar(NotFound):
    """No calendar has that key."""

    sentence = N_("There is no calendar named %(key)s.")


class UnusableCalendar(Invalid):
    """Hours that are never open, overlap or run backwards, or a zone or region nobody knows."""

    sentence = N_("This calendar cannot be used: %(because)s.")


class CalendarRow(Base):
    """A named calendar; brands, teams and process documents point to it."""

    __tablename__ = "calendar"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str]
    zone: Mapped[str]
    """Key of the time zone."""
    hours: Mapped[Json]
    """Seven weekdays from Monday, each a list of `["09:00", "12:30"]`."""
    region: Mapped[str | None]
    """Whose public holidays: "FR", or "FR-57" for a part of it; None: they work through."""
    closures: Mapped[Json]
    """Own closed stretches, each `["2026-08-03", "2026-08-14"]`, both included."""

    @classmethod
    def create(
        cls,
        session: Session,
        key: str,
        name: str,
        *,
        zone: str = "Europe/Paris",
        hours: list[list[list[str]]] | None = None,
        region: str | None = DEFAULT_REGION,
        closures: list[list[str]] | None = None,
    ) -> Self:
        """Add a calendar. Raises `UnusableCalendar`."""
        row = cls(
            key=key, name=name, zone=zone, hours=hours or WEEKDAYS_9_TO_18, region=region, closures=closures or []
        )
        row.calendar()
        session.add(row)
        session.flush()
        return row

    def change(
        self,
        *,
        name: str,
        zone: str,
        hours: list[list[list[str]]],
        region: str | None,
        closures: list[list[str]],
    ) -> None:
        """Take over what people entered, for dates found from now on. Raises `UnusableCalendar`, changing nothing."""
        calendar_of(zone=zone, hours=hours, region=region, closures=closures)
        self.name, self.zone, self.hours, self.region, self.closures = name, zone, hours, region, closures

    def calendar(self) -> Calendar:
        """What rules work with. Raises `UnusableCalendar`."""
        return calendar_of(zone=self.zone, hours=self.hours, region=self.region, closures=self.closures)


def calendar_of(*, zone: str, hours: list[list[list[str]]], region: str | None, closures: list[list[str]]) -> Calendar:
    """A calendar as people enter it, ready for rules. Raises `UnusableCalendar`."""
    try:
        return _calendar(zone, _frozen(hours), region, _frozen(closures))
    except (InvalidCalendar, NeverOpen, ValueError, NotImplementedError) as error:
        raise UnusableCalendar(because=str(error)) from error


def calendar_named(session: Session, key: str) -> Calendar:
    """The calendar with that key, ready for rules. Raises `UnknownCalendar`."""
    row = session.execute(select(CalendarRow).where(CalendarRow.key == key)).scalar_one_or_none()
    if row is None:
        raise UnknownCalendar(key=key)
    return row.calendar()


def calendars_of(session: Session, keys: Collection[str] | None = None) -> dict[str, Calendar]:
    """Calendars by key, ready for rules: all, or those of the keys that there are."""
    wanted = select(CalendarRow) if keys is None else select(CalendarRow).where(CalendarRow.key.in_(keys))
    return {row.key: row.calendar() for row in session.scalars(wanted)}


@cache
def holidays_of(region: str) -> frozenset[date]:
    """The public holidays of "FR" or "FR-57", over `HOLIDAY_YEARS`. Raises `NotImplementedError`."""
    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=HOLIDAY_YEARS))


@cache
def _calendar(zone: str, hours: Any, region: str | None, closures: Any) -> Calendar:
    return Calendar(
        zone=zone,
        hours=cast(Hours, tuple(tuple(_period(*period) for period in day) for day in hours)),
        holidays=holidays_of(region) if region else frozenset(),
        closures=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in closures),
    )


def _period(opens: str, closes: str) -> Period:
    return time.fromisoformat(opens), time.fromisoformat("00:00" if closes == "24:00" else closes)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
