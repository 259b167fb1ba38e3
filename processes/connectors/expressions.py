"""JMESPath with functions of our own: the language in which definitions read a service's answer.

Beside the standard functions a definition may use those of `AnswerFunctions`, each with a line of prose; all of them
take "nothing" for an answer, so that an absent list or date never breaks a mapping. An expression sees the current
item; `root()`, `answer()`, `input('number')` and `named('event')` reach the rest. Nothing here can loop, call out,
or look at the clock.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError

from processes.connectors.carriers import carrier_key
from processes.connectors.times import TimeRule, Unreadable, read_day, read_moment, says_nothing, to_text

LONGEST: Final = 2_000
"""Characters of one expression."""

Json = Any


class BadExpression(ValueError):
    """An expression that a definition may not contain; the argument says why."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the functions of one evaluation can reach."""

    answer: Json
    root: Json
    inputs: Mapping[str, Json]
    time: TimeRule
    tables: Mapping[str, Mapping[str, str]]
    named: dict[str, Json] = field(default_factory=dict)


class Expression:
    """A compiled expression. Raises `BadExpression` when it is none."""

    __slots__ = ("_parsed", "_path", "text")

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise BadExpression(f"longer than {LONGEST} characters")
        try:
            self._parsed = jmespath.compile(text)
        except JMESPathError as error:
            raise BadExpression(str(error).split("\n")[0]) from error
        except RecursionError as error:
            raise BadExpression("nested too deeply") from error
        self.text = text
        self._path = tuple(text.split(".")) if _PLAIN_PATH.fullmatch(text) else None
        _refuse_unknown_functions(self._parsed.parsed)

    def literal_arguments(self, function: str) -> list[str]:
        """What stands as a text in the first place of each call of a function, for checks."""
        calls = [node for node in _nodes(self._parsed.parsed) if node.get("type") == "function_expression"]
        first = [call["children"][0] for call in calls if call["value"] == function and call["children"]]
        return [node["value"] for node in first if node["type"] == "literal" and isinstance(node["value"], str)]

    def of(self, item: Json, context: Context) -> Json:
        """Its value for `item`. Raises `Unreadable` when the answer has other types than the expression needs."""
        if self._path is not None:
            return _at(self._path, item)
        try:
            return self._parsed.search(item, options=jmespath.Options(custom_functions=AnswerFunctions(context)))
        except (JMESPathError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            raise Unreadable(f"{self.text!r}: {error}") from error

    def holds(self, item: Json, context: Context) -> bool:
        """Whether its value is one that JMESPath takes for true; false when the types do not fit."""
        try:
            return _is_true(self.of(item, context))
        except Unreadable:
            return False


def _at(path: Sequence[str], item: Json) -> Json:
    """What most expressions are, `customer.first_name`, without the interpreter: the same value."""
    for name in path:
        item = item.get(name) if isinstance(item, dict) else None
        if item is None:
            return None
    return item


_PLAIN_PATH: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_ANY: Final[Any] = {"types": []}
_LIST: Final[Any] = {"types": ["array", "object", "string", "number", "boolean", "null"]}
_REF: Final[Any] = {"types": ["expref"]}
_TEXT: Final[Any] = {"types": ["string"]}
_NUMBER: Final[Any] = {"types": ["number"]}
_ALL: Final[Any] = {"types": [], "variadic": True}


class AnswerFunctions(functions.Functions):
    """The functions of one evaluation."""

    def __init__(self, context: Context) -> None:
        self._context = context

    # reaching other places

    @functions.signature()
    def _func_root(self) -> Json:
        """The whole item being mapped, from inside a list."""
        return self._context.root

    @functions.signature()
    def _func_answer(self) -> Json:
        """The whole answer of the service."""
        return self._context.answer

    @functions.signature(_TEXT)
    def _func_input(self, name: str) -> Json:
        """What was asked: an input of the capability."""
        return self._context.inputs.get(name)

    @functions.signature(_TEXT)
    def _func_named(self, name: str) -> Json:
        """A value named before in `let`."""
        return self._context.named.get(name)

    @functions.signature(_TEXT, _ANY)
    def _func_mapped(self, table: str, code: Json) -> Json:
        """The common word for a code in one of the definition's tables, null when nobody mapped it."""
        return self._context.tables.get(table, {}).get(code_text(code) or "")

    # lists

    @functions.signature(_LIST, _REF)
    def _func_newest(self, items: Json, key: Any) -> Json:
        """The item with the latest time, wherever it stands in the list."""
        dated = self._by_time(items, key)
        return dated[-1] if dated else None

    @functions.signature(_LIST, _REF)
    def _func_oldest(self, items: Json, key: Any) -> Json:
        """The item with the earliest time."""
        dated = self._by_time(items, key)
        return dated[0] if dated else None

    @functions.signature(_LIST, _REF)
    def _func_by_time(self, items: Json, key: Any) -> Json:
        """The dated items, oldest first."""
        return self._by_time(items, key)

    @functions.signature(_LIST, _REF)
    def _func_count_where(self, items: Json, test: Any) -> int:
        """How many items pass the test."""
        return sum(_is_true(value) for _, value in _each(items, test))

    @functions.signature(_LIST, _REF)
    def _func_first_where(self, items: Json, test: Any) -> Json:
        """The first item that passes the test."""
        return next((item for item, value in _each(items, test) if _is_true(value)), None)

    @functions.signature(_LIST)
    def _func_distinct(self, items: Json) -> Json:
        """The items that say something, each once."""
        kept: dict[str, Json] = {repr(item): item for item in _listed(items) if not says_nothing(item)}
        return list(kept.values())

    @functions.signature(_LIST, _REF, _LIST, _REF)
    def _func_merge_on(self, left: Json, left_key: Any, right: Json, right_key: Any) -> Json:
        """Each record of the first list with the record of the second that has the same key; the first one's win."""
        by_key = {repr(key): item for item, key in _each(right, right_key) if isinstance(item, dict)}
        return [{**by_key.get(repr(key), {}), **item} for item, key in _each(left, left_key) if isinstance(item, dict)]

    @functions.signature(_LIST, _REF, _REF)
    def _func_sum_of(self, items: Json, price: Any, quantity: Any) -> Json:
        """Exact sum of price times quantity, as a decimal text; null for an empty list."""
        listed = _listed(items)
        if not listed:
            return None
        pairs = [(price.visit(price.expression, item), quantity.visit(quantity.expression, item)) for item in listed]
        return str(sum((_decimal(one) * _decimal(many) for one, many in pairs), Decimal(0)))

    @functions.signature(_LIST, _TEXT, _TEXT)
    def _func_spread(self, items: Json, plural: str, singular: str) -> Json:
        """A record with a list in it, once for each thing in that list: two numbers on one shipment, two parcels."""
        return [copy for item in _listed(items) if isinstance(item, dict) for copy in _spread(item, plural, singular)]

    # times and texts

    @functions.signature(_ANY, _TEXT)
    def _func_to_utc(self, written: Json, zone: str) -> Json:
        """An instant as ISO text in UTC; the zone is that of a text without one."""
        return self._utc_text(written, self._context.time.in_zone(zone))

    @functions.signature(_ANY)
    def _func_utc(self, written: Json) -> Json:
        """An instant as ISO text in UTC, by the operation's own rule of times."""
        return self._utc_text(written, self._context.time)

    @functions.signature(_ANY, _NUMBER)
    def _func_plus_days(self, written: Json, days: float) -> Json:
        """The day so many calendar days after a date."""
        day = read_day(written, self._context.time)
        return None if day is None else (day + timedelta(days=int(days))).isoformat()

    @functions.signature(_ALL)
    def _func_concat(self, *parts: Json) -> Json:
        """The parts written one after the other; null as soon as one of them says nothing."""
        return None if any(part is None or part == "" for part in parts) else "".join(map(_as_text, parts))

    @functions.signature(_ALL)
    def _func_spoken(self, *parts: Json) -> Json:
        """The parts that say something, joined by ", ": an address in one line."""
        return ", ".join(_as_text(part) for part in parts if not says_nothing(part)) or None

    @functions.signature(_ALL)
    def _func_first_present(self, *candidates: Json) -> Json:
        """The first that says something: not null, not empty."""
        return next((one for one in candidates if not says_nothing(one)), None)

    @functions.signature(_ANY)
    def _func_present(self, value: Json) -> bool:
        """Whether it says something."""
        return not says_nothing(value)

    @functions.signature(_ANY, _ANY, _ANY)
    def _func_choose(self, test: Json, one: Json, other: Json) -> Json:
        """The second when the first is true, else the third."""
        return one if _is_true(test) else other

    @functions.signature(_ANY, _ANY)
    def _func_same(self, one: Json, other: Json) -> bool:
        """Whether two texts agree, capitals, spaces and punctuation aside; nothing agrees with nothing."""
        left, right = plain(one), plain(other)
        return bool(left) and left == right

    @functions.signature(_ANY)
    def _func_lower(self, value: Json) -> Json:
        """In small letters, without spaces around; null for nothing."""
        return None if says_nothing(value) else _as_text(value).strip().lower()

    @functions.signature(_ANY)
    def _func_carrier_key(self, name: Json) -> Json:
        """The one key of a carrier, whatever a shop calls it ("Colissimo" → "laposte")."""
        return None if says_nothing(name) else carrier_key(_as_text(name))

    @functions.signature(_ANY, _TEXT, _NUMBER)
    def _func_part(self, value: Json, separator: str, place: float) -> Json:
        """The n-th part (0 is the first) of a text cut at a separator; null when there are fewer."""
        parts = _as_text(value).split(separator) if separator and not says_nothing(value) else []
        return parts[int(place)].strip() if -len(parts) <= place < len(parts) else None

    def _utc_text(self, written: Json, rule: TimeRule) -> Json:
        moment = read_moment(written, rule)
        return None if moment is None else to_text(moment)

    def _by_time(self, items: Json, key: Any) -> list[Json]:
        dated = [(moment, place, item) for place, (item, moment) in enumerate(self._dated(items, key)) if moment]
        # Of two events at one time the service's own order decides, whichever way round it lists them.
        newest_first = len(dated) > 1 and dated[0][0] > dated[-1][0]
        dated.sort(key=lambda entry: (entry[0], -entry[1] if newest_first else entry[1]))
        return [item for _, _, item in dated]

    def _dated(self, items: Json, key: Any) -> Iterator[tuple[Json, datetime | None]]:
        for item, written in _each(items, key):
            try:
                yield item, read_moment(written, self._context.time)
            except Unreadable:
                yield item, None


def code_text(code: Json) -> str | None:
    """A code as tables spell it: texts as they are, whole numbers in digits; anything else is no code."""
    if isinstance(code, bool):
        return "true" if code else "false"
    return str(code) if isinstance(code, str | int) and code != "" else None


def plain(value: Json) -> str:
    """Letters and digits only, small: "#FR 1001" and "fr1001" are the same number."""
    return "".join(letter for letter in _as_text(value).casefold() if letter.isalnum()) if value is not None else ""


def function_names() -> frozenset[str]:
    """All that an expression may call."""
    return frozenset(AnswerFunctions.FUNCTION_TABLE)


def _each(items: Json, reference: Any) -> Iterator[tuple[Json, Json]]:
    visit: Callable[[Any, Json], Json] = reference.visit
    for item in _listed(items):
        yield item, visit(reference.expression, item)


def _listed(items: Json) -> list[Json]:
    return items if isinstance(items, list) else []


def _spread(item: dict[str, Json], plural: str, singular: str) -> list[Json]:
    several = item.get(plural)
    return [{**item, singular: one} for one in several] if isinstance(several, list) and several else [item]


def _is_true(value: Json) -> bool:
    return not (value is None or value is False or value == "" or value == [] or value == {})


def _as_text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise Unreadable(f"a {type(value).__name__} is no text")


def _decimal(value: Json) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(f"{value!r} is no number")
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise Unreadable(f"{value!r} is no number") from error
    if not number.is_finite() or abs(number) > 10**15:
        raise Unreadable(f"{value!r} is no amount")
    return number


def _refuse_unknown_functions(tree: Any) -> None:
    known = function_names()
    for node in _nodes(tree):
        if node.get("type") == "function_expression" and node["value"] not in known:
            raise BadExpression(f"there is no function {node['value']}()")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            children: Iterable[Any] = node.get("children", ())
            waiting.extend(children)
