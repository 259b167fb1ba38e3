"""Decide, table, set: choices made on data, without anybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from processes.walk.program import Expression, Node, Record
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Age

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(slots=True, kw_only=True, eq=False)
class DecideOn(Node):
    """One value looked up among the values of `is`."""

    kind = "decide"
    on: Expression
    exact: Mapping[Any, tuple[str, int]]
    """Branch and place by plain value."""
    cells: tuple[tuple[str, Callable[[Any, Scope], Any], int], ...] = ()
    """Branches whose cell is more than plain values."""
    otherwise: int
    unknown: int

    def run(self, m: "Machine") -> int:
        value = self.on(m)
        branch, place = self._find(value, m)
        m.trace.append((m.frame.path, self.id, "decide", branch, value))
        m.put(self.id, branch)
        return place

    def _find(self, value: Any, m: "Machine") -> tuple[str, int]:
        if value is UNKNOWN:
            return "unknown", self.unknown
        if value is not MISSING:
            found = self.exact.get(value) if value.__hash__ else None
            if found is not None:
                return found
            doubtful = False
            for branch, matches, place in self.cells:
                fits = matches(value, m)
                if fits is True:
                    return branch, place
                doubtful = doubtful or fits is UNKNOWN
            if doubtful:
                return "unknown", self.unknown
        return "otherwise", self.otherwise


@dataclass(slots=True, kw_only=True, eq=False)
class DecideCases(Node):
    """The first condition that holds, provided that all before it are false."""

    kind = "decide"
    cases: tuple[tuple[str, Expression, int, Record], ...]
    """Id, condition, place, and what the condition rests on, for the proof of the answer."""
    otherwise: int
    unknown: int

    def run(self, m: "Machine") -> int:
        for branch, when, place, rests_on in self.cases:
            holds = when(m)
            if holds is True:
                return self._take(m, branch, place, rests_on)
            if holds is UNKNOWN:
                return self._take(m, "unknown", self.unknown, rests_on)
        return self._take(m, "otherwise", self.otherwise, self.cases[-1][3])

    def _take(self, m: "Machine", branch: str, place: int, rests_on: Record) -> int:
        m.trace.append((m.frame.path, self.id, "decide", branch, rests_on(m)))
        m.put(self.id, branch)
        return place


@dataclass(slots=True, kw_only=True, eq=False)
class Table(Node):
    """Rows of cells; the hit policy says which fitting row counts."""

    kind = "table"
    match: Callable[[Scope], Any]
    """The number of the row that fits, None for none, UNKNOWN in doubt; a list of numbers for `collect`."""
    results: tuple[tuple[Expression, ...], ...]
    outputs: tuple[str, ...]
    hit: Literal["first", "unique", "collect"] = "first"
    otherwise: int
    unknown: int
    rests_on: Record

    def run(self, m: "Machine") -> int:
        row = self.match(m)
        m.trace.append((m.frame.path, self.id, "table", row, self.rests_on(m)))
        if row is UNKNOWN:
            m.forget((self.id,))
            return self.unknown
        if self.hit == "collect":
            m.put(self.id, [self._result(m, each) for each in row])
            return self.next
        if row is None:
            m.forget((self.id,))
            return self.otherwise
        m.put(self.id, self._result(m, row))
        return self.next

    def _result(self, scope: Scope, row: int) -> Any:
        values = [value(scope) for value in self.results[row]]
        return values[0] if len(values) == 1 else dict(zip(self.outputs, values, strict=True))


@dataclass(slots=True, kw_only=True, eq=False)
class SetValue(Node):
    """A calculated value with a name."""

    kind = "set"
    to: Expression

    def run(self, m: "Machine") -> int:
        value = self.to(m)
        if isinstance(value, Age):
            value = value.delay
        m.put(self.id, value)
        m.trace.append((m.frame.path, self.id, "set", None, value))
        return self.next
