"""How services write times, and how they write "nothing".

A service writes instants with an offset, with `Z`, without any zone, as two texts, as seconds or milliseconds since
1970, or in the form of mail headers. A `TimeRule` says which forms a definition expects and the zone of texts that
carry none. Pure: no clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH_SECONDS = "epoch_seconds"
EPOCH_MILLISECONDS = "epoch_milliseconds"
ISO = "iso"
MAIL = "rfc2822"
NAMED_FORMATS = frozenset({EPOCH_SECONDS, EPOCH_MILLISECONDS, ISO, MAIL})

_ZERO_DATE = re.compile(r"0000-00-00.*|0001-01-01(?:T00:00:00(?:\.0+)?Z?)?|0+")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Unreadable(ValueError):
    """A service's value that is not what its definition says it is."""


@dataclass(frozen=True, slots=True)
class TimeRule:
    """The forms in which a service writes times."""

    zone: ZoneInfo
    """Zone of a text without one."""
    formats: tuple[str, ...] = (ISO,)
    """Tried in this order, ISO always last: a named form or a `strptime` pattern."""

    def in_zone(self, name: object) -> "TimeRule":
        """The same forms in another zone. Raises `Unreadable` when there is no such zone."""
        return replace(self, zone=zone_named(name))


def zone_named(name: object) -> ZoneInfo:
    """The zone of an IANA name. Raises `Unreadable`."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unreadable(f"{name!r} is no time zone") from error


def says_nothing(value: object) -> bool:
    """Whether a service's value means that there is none: null, an empty text, an empty list or record."""
    return value is None or value == "" or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def read_moment(value: Any, rule: TimeRule) -> datetime | None:
    """An aware UTC instant, or None for nothing and for a zero date. Raises `Unreadable`."""
    written = _written(value, rule)
    return None if written is None else _to_utc(written)


def read_day(value: Any, rule: TimeRule) -> date | None:
    """A day. Midnight is a day as it was written; any other instant falls on its day in the rule's zone."""
    written = _written(value, rule)
    if written is None:
        return None
    midnight = written.timetz().replace(tzinfo=None) == time()
    return written.date() if midnight else _to_utc(written).astimezone(rule.zone).date()


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with a `Z`, as expressions hand instants to each other."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _written(value: Any, rule: TimeRule) -> datetime | None:
    if says_nothing(value) or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{value!r} is no time")
    text = str(value).strip()
    if _ZERO_DATE.fullmatch(text):
        return None
    written = _first_that_fits(text, (*rule.formats, ISO))
    if written.tzinfo is None:
        written = written.replace(tzinfo=rule.zone)
    if not _FIRST_YEAR <= written.year <= _LAST_YEAR:
        raise Unreadable(f"{text!r} is no time of these years")
    return written


def _first_that_fits(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return _in_form(text, form)
        except (ValueError, OverflowError, OSError, TypeError, IndexError):
            continue
    raise Unreadable(f"{text[:40]!r} is no time in the forms {', '.join(formats)}")


def _in_form(text: str, form: str) -> datetime:
    if form == ISO:
        return datetime.fromisoformat(text)
    if form == EPOCH_SECONDS:
        return datetime.fromtimestamp(float(text), UTC)
    if form == EPOCH_MILLISECONDS:
        return datetime.fromtimestamp(float(text) / 1000, UTC)
    if form == MAIL:
        return parsedate_to_datetime(text)
    return datetime.strptime(text, form)  # noqa: DTZ007  a text without zone gets the rule's one afterwards


def _to_utc(written: datetime) -> datetime:
    return written.astimezone(UTC)
