"""Conditions and values of a process said in words, as the editor says them: "order › status is shipped".

Nothing here decides anything. What cannot be said in words is shown as its author wrote it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from base.business_time import Delay
from base.languages import N_, translate
from base.money import Money
from processes.connectors.catalogue import FieldType
from processes.language.conditions import parse_cell, parse_condition, parse_delay, parse_value
from processes.language.errors import LanguageError
from processes.language.filters import delay_in_words
from processes.walk.expressions import Ast
from processes.walk.values import decode

if TYPE_CHECKING:
    from processes.judging import Named


class Unsayable(Exception):
    """A part of an expression for which there are no words."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """How one process speaks in one language."""

    language: str
    names: "Mapping[str, Named]"
    """Every name of the process with its label, by path."""
    sections: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    capabilities: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    """Parts of listed items, by their own name."""

    def name(self, path: str) -> str:
        """What a name is called."""
        known = self.names.get(path)
        return known.label if known else path.replace("_", " ")

    def condition(self, source: str) -> str:
        """A condition in words."""
        return self._said(source, parse_condition, lambda ast: self._condition(ast, False))

    def value(self, source: str) -> str:
        """A value or calculation in words."""
        return self._said(source, parse_value, lambda ast: self._value(ast, ""))

    def delay(self, source: str) -> str:
        """A delay in words: two business days, or the name of the setting that holds it."""
        return self._said(source, parse_delay, lambda ast: self._value(ast, ""))

    def cell(self, source: str, path: str = "") -> str:
        """A cell, of the column that looks at `path`: `late, lost`, `> 3`."""
        return self._said(source, parse_cell, lambda ast: self._cell(ast, path))

    def _said(self, source: str, parse: Callable[[str], Ast], say: Callable[[Ast], str]) -> str:
        try:
            return say(parse(source))
        except (LanguageError, Unsayable):
            return source

    def _tell(self, word: str, **params: str) -> str:
        return translate(self.language, word, **params)

    # --- conditions ---------------------------------------------------------------------------------------------------

    def _condition(self, ast: Ast, inner: bool) -> str:
        match ast:
            case ["and" | "or" as join, *parts]:
                said = f" {self._tell(JOINS[join])} ".join(self._condition(part, True) for part in parts)
                return f"({said})" if inner else said
            case ["not", ["name" | "item", *_] as name]:
                return f"{self._value(name, '')} {self._tell(N_('does not hold'))}"
            case ["not", part]:
                return self._tell(N_("not (%(condition)s)"), condition=self._condition(part, False))
            case ["is", part, state]:
                return f"{self._value(part, '')} {self._tell(STATES[state])}"
            case ["in" | "not in" as sign, part, options]:
                path = _path(part)
                return f"{self._value(part, '')} {self._tell(SIGNS[sign])} {self._options(options, path)}"
            case [("=" | "!=" | "<" | "<=" | ">" | ">=") as sign, part, other]:
                return f"{self._value(part, '')} {self._sign(sign, part)} {self._value(other, _path(part))}"
            case ["call", "any" | "all" | "count" as name, items, condition]:
                return self._tell(
                    OF_ITEMS[name], list=self._value(items, ""), condition=self._condition(condition, False)
                )
            case ["const", True]:
                return self._tell(N_("always"))
            case ["name" | "item", *_]:
                return f"{self._value(ast, '')} {self._tell(N_('holds'))}"
        raise Unsayable

    def _sign(self, sign: str, part: Ast) -> str:
        known = self.names.get(_path(part))
        dated = known is not None and known.kind in ("date", "moment")
        return self._tell(DATED[sign] if dated and sign in DATED else SIGNS[sign])

    def _options(self, ast: Ast, path: str) -> str:
        match ast:
            case ["list", *options]:
                return ", ".join(self._value(option, path) for option in options)
        return self._value(ast, path)

    def _cell(self, ast: Ast, path: str) -> str:
        match ast:
            case ["any"]:
                return self._tell(N_("anything"))
            case ["values", values]:
                return ", ".join(self._value(value, path) for value in values)
            case ["between", low, high]:
                return self._tell(N_("%(low)s to %(high)s"), low=self._value(low, path), high=self._value(high, path))
            case ["cmp", sign, other]:
                return f"{self._tell(SIGNS[sign])} {self._value(other, path)}"
            case ["not", inner]:
                return self._tell(N_("not %(values)s"), values=self._cell(inner, path))
        raise Unsayable

    # --- values -------------------------------------------------------------------------------------------------------

    def _value(self, ast: Ast, path: str) -> str:
        """`path`: the name with whose closed list it is compared."""
        match ast:
            case ["const", encoded]:
                return self._known(decode(encoded), path)
            case ["name", *parts]:
                return self.name(".".join(parts))
            case ["item", *parts]:
                return self._part(parts[-1]) if parts else self._tell(N_("the item"))
            case ["+" | "-" | "*" | "/" as sign, left, right]:
                return f"{self._value(left, path)} {ARITHMETIC[sign]} {self._value(right, path)}"
            case ["list", *items]:
                return ", ".join(self._value(item, path) for item in items)
            case ["call", "first", items, condition]:
                return self._tell(
                    N_("the first of %(list)s whose %(condition)s"),
                    list=self._value(items, ""), condition=self._condition(condition, False),
                )  # fmt: skip
            case ["call", "count", items, condition]:
                return self._tell(
                    OF_ITEMS["count"], list=self._value(items, ""), condition=self._condition(condition, False)
                )
            case ["call", "if", condition, this, other]:
                return self._tell(
                    N_("%(this)s if %(condition)s, else %(other)s"), this=self._value(this, path),
                    condition=self._condition(condition, False), other=self._value(other, path),
                )  # fmt: skip
            case ["call", name, *values] if name in CALLS:
                return f"{self._tell(CALLS[name])} {', '.join(self._value(value, path) for value in values)}"
        raise Unsayable

    def _part(self, name: str) -> str:
        known = self.fields.get(name)
        return known.label.tell(self.language) if known else name.replace("_", " ")

    def _word(self, value: str, path: str) -> str:
        """A text; a word of a closed list by its label."""
        part = self.fields.get(path[1:]) if path.startswith(".") else None
        known = self.names.get(path)
        if part is not None and value in part.values:
            return part.values[value].tell(self.language)
        if known is not None and value in known.values:
            return known.values[value]
        return value.replace("_", " ") if value.isidentifier() else value

    def _known(self, value: Any, path: str) -> str:
        """A plain value."""
        match value:
            case bool():
                return self._tell(N_("yes") if value else N_("no"))
            case str():
                return self._word(value, path)
            case Delay():
                return delay_in_words(value, self.language)
            case Money():
                return f"{value.decimal} {value.currency}".replace(".", "," if self.language == "fr" else ".")
            case int():
                return str(value)
            case datetime() | date():
                return value.isoformat()
        raise Unsayable


def words_of(
    names: "Iterable[Named]", language: str, *, sections: Mapping[str, str] | None = None,
    teams: Mapping[str, str] | None = None, processes: Mapping[str, str] | None = None,
    capabilities: Mapping[str, str] | None = None, fields: Mapping[str, FieldType] | None = None,
) -> Words:  # fmt: skip
    """The words of a process whose names are these."""
    return Words(
        language=language, names={named.path: named for named in names}, sections=sections or {}, teams=teams or {},
        processes=processes or {}, capabilities=capabilities or {}, fields=fields or {},
    )  # fmt: skip


def _path(ast: Ast) -> str:
    """The name that an expression is; a part of an item begins with a dot."""
    return ".".join(ast[1:]) if ast[0] == "name" else f".{ast[-1]}" if ast[0] == "item" else ""


JOINS: Final = {"and": N_("and"), "or": N_("or")}
SIGNS: Final = {
    "=": N_("is"), "!=": N_("is not"), "<": N_("is less than"), "<=": N_("is at most"), ">": N_("is more than"),
    ">=": N_("is at least"), "in": N_("is one of"), "not in": N_("is none of"),
}  # fmt: skip
DATED: Final = {
    "<": N_("is before"), "<=": N_("is at the latest"), ">": N_("is after"), ">=": N_("is at the earliest"),
}  # fmt: skip
STATES: Final = {"known": N_("is known"), "missing": N_("is missing"), "unknown": N_("is unknown")}
ARITHMETIC: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}
OF_ITEMS: Final = {
    "any": N_("one of %(list)s at least has: %(condition)s"),
    "all": N_("each of %(list)s has: %(condition)s"),
    "count": N_("the number of %(list)s with: %(condition)s"),
}
CALLS: Final = {
    "since": N_("time since"), "count": N_("number of"), "date": N_("the day of"), "ids": N_("the keys of"),
    "end_of_day": N_("the end of the day of"), "next_open_day": N_("the next open day from"),
    "first_known": N_("the first known of"), "first": N_("the first of"), "min": N_("the least of"),
    "max": N_("the most of"), "sum": N_("the sum of"),
}  # fmt: skip
