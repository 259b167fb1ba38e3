"""From the cells of a line to what is imported, or to the reason why it is not."""

import hashlib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from base.folding import fold, one_line
from base.languages import LANGUAGES, N_, translate
from cases.customers import IdentifierKind, Identity
from cases.importing.mapping import NEEDED, Mapping
from cases.importing.reading import FORMULAS, Fault, Line
from cases.orders import fold_number

MISSING = N_("%(what)s is empty.")
NO_MOMENT = N_("“%(value)s” is no date that can be read.")
IN_THE_FUTURE = N_("“%(value)s” lies in the future: only what has happened is imported.")
BEFORE_IT_BEGAN = N_("It ends before it begins.")
NO_MAIL = N_("“%(value)s” is no mail address.")
NO_PHONE = N_("“%(value)s” is no telephone number.")
UNKNOWN_REASON = N_("The reason “%(value)s” is not in the mapping.")
UNKNOWN_WORD = N_("“%(value)s” is none of: %(words)s")
NOBODY = N_("Nothing says whose it is: no name, mail address, telephone, account, order or case.")
TOO_LONG = N_("%(what)s is longer than %(most)s characters.")
UNQUALIFIED = "unqualified"
"""The reason of a case of which none is known."""
_LONGEST = 300
_DIRECTIONS = {
    "inbound": "inbound", "in": "inbound", "entrant": "inbound", "": "inbound",
    "outbound": "outbound", "out": "outbound", "sortant": "outbound",
    "internal": "internal", "interne": "internal",
}  # fmt: skip
_YES, _NO = frozenset("yes y true 1 oui o vrai".split()), frozenset("no n false 0 non faux".split())
_BY_NUMBERS = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:(?:\s+|\s*[T,à]\s*)(\d{1,2})[:hH](\d{2})?(?::(\d{2}))?)?\s*([AaPp][Mm])?"
)
_SECONDS = re.compile(r"\d{9,10}|\d{12,13}")
_FIRST_YEAR = 1970


class Unusable(Exception):
    """A line is not taken, because of its fault."""

    def __init__(self, sentence: str, field: str = "", **params: object) -> None:
        super().__init__(sentence)
        self.fault = Fault(sentence, params, field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A line that is not taken."""

    line: int
    raw: tuple[str, ...]
    fault: Fault

    def tell(self, language: str) -> str:
        """Why, for the reader."""
        return translate(language, self.fault.sentence, **self.fault.params)

    def cells(self) -> list[str]:
        """What stood there, so that a spreadsheet takes no cell for a formula."""
        return [f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in map(_storable, self.raw)]


Key = tuple[IdentifierKind, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a line says, parsed."""

    line: int
    raw: tuple[str, ...]
    key: str
    """Its id in its system, or "#" and a hash."""
    identity: Identity
    keys: tuple[Key, ...]
    """The identifiers of `identity`."""
    texts: dict[str, str]
    """The plain fields."""
    at: datetime | None
    ended_at: datetime | None
    reason: str | None
    solved: bool | None
    order: str
    """Folded number."""

    @property
    def says_who(self) -> bool:
        """Whether anything tells the customer."""
        return bool(self.keys or self.identity.name)


class Parser:
    """Makes entries of lines as a mapping says. `reasons` are the keys that exist."""

    def __init__(self, mapping: Mapping, now: datetime, reasons: Collection[str]) -> None:
        self._mapping, self._now, self._reasons = mapping, now, frozenset(reasons)
        self._words = {
            field: {fold(one_line(said)): meant for said, meant in words.items()}
            for field, words in mapping.words.items()
        }
        self._moment = moments(mapping.zone, mapping.day_first)

    def parse(self, line: Line) -> Entry | Reject:
        """The line as an entry, or why it is none."""
        raw = tuple(line.raw)
        if line.fault is not None:
            return Reject(line=line.number, raw=raw, fault=line.fault)
        try:
            return self._entry(line.number, raw, self._texts(line))
        except Unusable as error:
            return Reject(line=line.number, raw=raw, fault=error.fault)

    def _texts(self, line: Line) -> dict[str, str]:
        texts = {}
        for field, cell in zip(self._mapping.columns, line.cells, strict=True):
            text = one_line(cell)
            if len(text) > _LONGEST:
                raise Unusable(TOO_LONG, field, what=field, most=_LONGEST)
            texts[field] = text
        for field, text in self._mapping.fixed.items():
            texts[field] = texts.get(field) or text
        for field, words in self._words.items():
            texts[field] = words.get(fold(texts.get(field, "")), texts.get(field, ""))
        for field in NEEDED[self._mapping.kind]:
            if not texts[field] and field != "reason":
                raise Unusable(MISSING, field, what=field)
        return texts

    def _entry(self, line: int, raw: tuple[str, ...], texts: dict[str, str]) -> Entry:
        get = texts.get
        identity = self._identity(texts)
        at = self._when("opened_at" if self._mapping.kind == "cases" else "at", texts)
        ended = self._when("closed_at" if self._mapping.kind == "cases" else "ended_at", texts)
        if at is not None and ended is not None and ended < at:
            raise Unusable(BEFORE_IT_BEGAN)
        entry = Entry(
            line=line, raw=raw, key=get("external_id") or hash_of(texts), identity=identity,
            keys=self._keys(identity), texts=texts, at=at, ended_at=ended, reason=self._reason(get("reason", "")),
            solved=_solved(get("solved", "")), order=fold_number(get("order") or get("number") or ""),
        )  # fmt: skip
        if self._mapping.kind == "contacts":
            texts["direction"] = _direction(get("direction", ""))
        if self._mapping.kind != "orders" and not (entry.says_who or entry.order or get("case")):
            raise Unusable(NOBODY)
        return entry

    def _identity(self, texts: dict[str, str]) -> Identity:
        get, source = texts.get, self._mapping.source
        spoken = get("language", "")[:2].lower()
        return Identity(
            first_name=get("first_name", ""), name=get("name", ""), mail=get("mail"), phone=get("phone"),
            external={source: texts["customer_id"]} if get("customer_id") else {},
            account={source: texts["account"]} if get("account") else {},
            language=spoken if spoken in LANGUAGES else None, region=self._mapping.region,
        )  # fmt: skip

    def _keys(self, identity: Identity) -> tuple[Key, ...]:
        keys = tuple(identity.identifiers())
        if self._mapping.unreadable == "reject":
            kinds = {kind for kind, _source, _value in keys}
            if identity.mail and "mail" not in kinds:
                raise Unusable(NO_MAIL, "mail", value=identity.mail[:80])
            if identity.phone and "phone" not in kinds:
                raise Unusable(NO_PHONE, "phone", value=identity.phone[:80])
        return keys

    def _when(self, field: str, texts: dict[str, str]) -> datetime | None:
        text = texts.get(field, "")
        if not text:
            return None
        moment = self._moment(text)
        if moment is None:
            raise Unusable(NO_MOMENT, field, value=text[:80])
        if moment > self._now:
            raise Unusable(IN_THE_FUTURE, field, value=text[:80])
        return moment

    def _reason(self, text: str) -> str | None:
        if self._mapping.kind == "orders" or text in self._reasons:
            return text or None
        if text and text != UNQUALIFIED and text in self._mapping.words.get("reason", {}).values():
            return text
        if self._mapping.unknown_reason == "reject" and text != UNQUALIFIED:
            raise Unusable(UNKNOWN_REASON, "reason", value=text[:80])
        return None


def moments(zone: str, day_first: bool) -> Callable[[str], datetime | None]:
    """What reads a moment: ISO 8601, 31/12/2025 14:30, 31.12.2025, seconds or milliseconds since 1970."""
    place = ZoneInfo(zone)

    @lru_cache(maxsize=10_000)
    def read(text: str) -> datetime | None:
        try:
            found = _seconds(text) or _iso(text) or _by_numbers(text, day_first)
            if found is None or found.year < _FIRST_YEAR:
                return None
            return (found if found.tzinfo else found.replace(tzinfo=place)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    return read


def _seconds(text: str) -> datetime | None:
    if not _SECONDS.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("/", "-") if text[:4].isdigit() else text)
    except ValueError:
        return None


def _by_numbers(text: str, day_first: bool) -> datetime | None:
    found = _BY_NUMBERS.fullmatch(text)
    if found is None:
        return None
    first, second, year, hour, minute, second_of = (int(part or 0) for part in found.groups()[:6])
    day, month = (first, second) if day_first else (second, first)
    half = (found[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(year, month, day, hour, minute, second_of)  # noqa: DTZ001  the zone is the mapping's


def hash_of(texts: dict[str, str]) -> str:
    """What a row without an id is told apart by: everything that the mapping takes of it."""
    said = "\x1f".join(f"{field}={text}" for field, text in sorted(texts.items()) if text)
    return "#" + hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _direction(text: str) -> str:
    meant = _DIRECTIONS.get(fold(text))
    if meant is None:
        raise Unusable(UNKNOWN_WORD, "direction", value=text[:80], words="inbound, outbound, internal")
    return meant


def _solved(text: str) -> bool | None:
    said = fold(text)
    if not said:
        return None
    if said not in _YES | _NO:
        raise Unusable(UNKNOWN_WORD, "solved", value=text[:80], words="yes, no")
    return said in _YES


def _storable(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode()
