"""Every name that a document's expressions and texts may use, with what is known of it.

Types are worked out when they are asked for, since names rest on one another in any order: a fact on the answer it is
read with, a `set` on a fact, a question on the list of a fact.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from processes.connectors.catalogue import Capability
from processes.language import document as d
from processes.language import parts
from processes.language.checking import known as k
from processes.language.checking.known import ANY, Known
from processes.language.conditions import parse_cell, parse_value
from processes.language.declared import Fact
from processes.language.errors import LanguageError
from processes.language.grid import parse_grid
from processes.language.names import Fields
from processes.walk.events import WALKERS
from processes.walk.values import decode

Ast = list[Any]

_MAYBE: Final = Known("text", optional=True)
BUILT_IN: Final[dict[str, Known]] = {
    "case": k.record(
        {
            "reference": k.TEXT, "reason": k.TEXT, "opened_at": k.MOMENT, "language": k.TEXT, "state": k.TEXT,
            "last_message_at": Known("moment", optional=True), "order_number": _MAYBE,
        }
    ),
    "customer": k.record(
        dict.fromkeys(("name", "first_name", "last_name", "mail", "phone"), _MAYBE) | {"language": k.TEXT}
    ),
    "contact": k.record({"number": k.NUMBER}),
    "brand": k.record({"name": k.TEXT, "key": k.TEXT}),
    "walker": Known("choice", values=WALKERS),
    "channel": k.TEXT,
    "language": k.TEXT,
    "today": Known("date"),
    "now": k.MOMENT,
}  # fmt: skip
"""Names that are always there; those of `case`, `customer`, `contact` and `brand` are what the shell gives a walk."""
IN_TEXTS: Final[dict[str, Known]] = {"link": k.TEXT, "passage": k.TEXT}
"""Names that only texts know."""
UTTERED: Final = k.record({"at": k.MOMENT})
SENT: Final = k.record({"at": k.MOMENT, "bounced": Known("yes_no", values=k.YES_NO, optional=True)})
FAILURE: Final = Known("text", optional=True)


class Environment:
    """Names of a document by what they mean."""

    def __init__(
        self, document: d.Document, others: Mapping[str, d.Document], capabilities: Mapping[str, Capability]
    ) -> None:
        self.document = document
        self.others = others
        self.capabilities = capabilities
        self.steps = {step.step_id: step for step in document.all_steps() if step.step_id}
        self._known: dict[str, Known] = dict(BUILT_IN)
        self._known["setting"] = k.record({name: k.of_setting(spec) for name, spec in document.settings.items()})
        self._open: set[str] = set()

    def get(self, name: str) -> Known | None:
        """What is known of a name; None when nobody knows it."""
        if name in self._known:
            return self._known[name]
        if name in self._open:
            return ANY  # it rests on itself: the compiler and the reading order say so
        self._open.add(name)
        found = self._work_out(name)
        self._open.discard(name)
        if found is not None:
            self._known[name] = found
        return found

    def at(self, path: Sequence[str], item: Known | None = None) -> Known | None:
        """What is known of a dotted path, below `item` where there is one."""
        place = self.get(path[0]) if item is None else item
        for key in path[1:] if item is None else path:
            if place is None:
                return None
            place = place.below(key)
        return place

    def names(self, in_texts: bool = False) -> Fields:
        """All names with their fields."""
        named = [*BUILT_IN, "setting", *self.document.needs, *self.document.facts, *self.steps]
        found = {name: known.names() for name in named if (known := self.get(name)) is not None}
        return found | ({name: known.names() for name, known in IN_TEXTS.items()} if in_texts else {})

    def of_source(self, source: str, item: Known | None = None) -> Known:
        """The type of an expression as it is written; anything when it cannot be read."""
        try:
            return self.of(parse_value(source), item)
        except LanguageError:
            return ANY

    def of(self, ast: Ast, item: Known | None = None) -> Known:
        """The type of an expression."""
        match ast[0]:
            case "const":
                return k.of_value(decode(ast[1]))
            case "name":
                return self.at(ast[1:]) or ANY
            case "item":
                return (self.at(ast[1:], item) if item is not None else None) or ANY
            case "+" | "-" | "*" | "/":
                return _calculated([self.of(part, item) for part in ast[1:]])
            case "call":
                return self._of_call(ast[1], ast[2:], item)
            case "list":
                return ANY
            case _:
                return k.YES_OR_NO

    def _of_call(self, function: str, given: list[Ast], item: Known | None) -> Known:
        first = self.of(given[0], item) if given else ANY
        match function:
            case "any" | "all":
                return k.YES_OR_NO
            case "count":
                return k.NUMBER
            case "since":
                return k.DELAY
            case "date" | "next_open_day":
                return Known("date", optional=first.optional)
            case "end_of_day":
                return Known("moment", optional=first.optional)
            case "first":
                return Known("record", first.fields) if first.kind == "list" and first.fields else ANY
            case "sum" | "min" | "max" if len(given) == 2:
                return replace(self.of(given[1], first), optional=False)
            case "round":
                return first
            case "if":
                return k.together([self.of(part, item) for part in given[1:]], optional=False)
            case "first_known":
                operands = [self.of(part, item) for part in given]
                return k.together(operands, optional=all(part.optional for part in operands))
            case _:
                return ANY

    # --- where names come from ------------------------------------------------------------------------------------

    def _work_out(self, name: str) -> Known | None:
        if name in self.document.facts:
            return self._fact(self.document.facts[name])
        if name in self.document.needs:
            return self._field(self.document.needs[name])
        step = self.steps.get(name)
        return None if step is None else _RESULTS.get(step.kind, _nothing)(self, step)

    def _fact(self, fact: Fact) -> Known:
        capability = self.capabilities.get(fact.from_)
        if capability is None:
            return ANY
        fields = {name: k.of_catalogue(each) for name, each in capability.fields.items()}
        if fact.each is None:
            return k.record(fields)
        items = self.of_source(fact.each)
        return ANY if items.kind == "any" else Known("list", {**items.fields, **fields})

    def _field(self, spec: d.FieldSpec) -> Known:
        return k.of_field(spec, ANY if spec.of is None else self.of_source(spec.of.list_))

    def form(self, fields: Mapping[str, d.FieldSpec]) -> Known:
        """The answers of a form; a field that depends on a condition may be missing."""
        return k.record(
            {
                name: replace(self._field(spec), optional=True) if spec.if_ else self._field(spec)
                for name, spec in fields.items()
            }
        )

    def asked(self, step: d.Ask) -> Known:
        """The answer to a question."""
        if step.form is not None:
            return self.form(step.form)
        spec = d.FieldSpec.model_construct(
            kind=step.answer or "text", choices=step.choices, of=step.of, optional=step.optional, default=step.default
        )
        found = self._field(spec)
        extra = ("none_of_these",) if step.none_of_these is not None and found.values else ()
        return replace(found, values=found.values + extra)

    def table(self, step: d.Table) -> Known:
        """The result of a table: the closed list of its results, or a record of several."""
        try:
            grid = parse_grid(step.grid)
            columns = [
                k.together([_result(cells[place]) for _, cells in grid.rows], optional=False)
                for place in range(len(grid.outputs))
            ]
        except LanguageError:
            return ANY
        whole = columns[0] if len(columns) == 1 else k.record(dict(zip(grid.outputs, columns, strict=True)))
        return whole if step.hit != "collect" else Known("list", whole.fields, whole.values)

    def act(self, step: d.Act) -> Known:
        """The operation's answer, or why it failed."""
        capability = self.capabilities.get(step.using)
        if capability is None:
            return ANY
        fields = {name: k.of_catalogue(each) for name, each in capability.fields.items()}
        return k.record({**fields, "failure": FAILURE})

    def called(self, step: d.Call) -> Known:
        """The outcome of a called process, and what it gives."""
        callee = self.others.get(step.call)
        if callee is None:
            return ANY
        inner = Environment(callee, {}, self.capabilities)
        given = {name: replace(inner.of_source(source), optional=True) for name, source in callee.gives.items()}
        return k.record({"outcome": Known("choice", values=tuple(callee.outcomes)), **given})

    def each(self, step: d.ForEach) -> Known:
        """The item a `for_each` is at."""
        items = self.of_source(step.in_.list_ if isinstance(step.in_, parts.Items) else step.in_)
        return Known("record", items.fields) if items.kind == "list" and items.fields else ANY


def _calculated(operands: list[Known]) -> Known:
    """The type of a sum or product: a date or an amount wins over what is added to it."""
    if any(part.kind == "any" for part in operands):
        return ANY
    optional, internal = any(part.optional for part in operands), any(part.internal for part in operands)
    for kind in ("moment", "date", "money", "delay", "number"):
        if any(part.kind == kind for part in operands):
            dates = sum(part.kind in ("moment", "date") for part in operands)
            return Known("delay" if dates == 2 else kind, {}, (), optional, internal)
    return ANY


def _result(source: str) -> Known:
    cell = parse_cell(source)
    if cell[0] != "values" or len(cell[1]) != 1 or cell[1][0][0] != "const":
        return ANY
    return k.of_value(decode(cell[1][0][1]))


def _nothing(environment: Environment, step: d.StepBase) -> Known | None:
    return None


def _decided(environment: Environment, step: Any) -> Known:
    names = [name.strip() for source in step.is_ or {} for name in source.split(",")]
    names += [case.id or str(place) for place, case in enumerate(step.cases or [], start=1)]
    return Known("choice", values=(*dict.fromkeys(names), "otherwise", "unknown"))


_RESULTS: Final[dict[str, Callable[[Environment, Any], Known | None]]] = {
    "say": lambda environment, step: UTTERED,
    "note": lambda environment, step: UTTERED,
    "send": lambda environment, step: SENT,
    "ask": Environment.asked,
    "decide": _decided,
    "table": Environment.table,
    "set": lambda environment, step: environment.of_source(step.to),
    "act": Environment.act,
    "wait": lambda environment, step: Known("choice", values=("met", "never")),
    "repeat": lambda environment, step: k.record({"turn": k.NUMBER}),
    "for_each": Environment.each,
    "task": lambda environment, step: environment.form(step.form) if step.form else ANY,
    "call": Environment.called,
    "start": lambda environment, step: ANY,
}
