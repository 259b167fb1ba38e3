"""One column of a table: its cells sorted by how they are answered fastest.

Constant cells are answered by a look-up (texts) or a bisection (numbers, amounts, dates); only cells that read a name
are evaluated, once for all rows that share them. Rows are bits of a mask.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from base.money import Money
from processes.walk.cells import CellTest, compile_cell
from processes.walk.expressions import Ast
from processes.walk.functions import Expression
from processes.walk.scope import Scope
from processes.walk.values import MISSING, UNKNOWN, Value, decode

Masks: TypeAlias = tuple[int, int]
"""Rows that surely fit, rows that may fit; the second holds the first."""

_SORTABLE: Final = frozenset({str, date, datetime})


class Column:
    """One column: what it looks at, and its cells sorted by how they are best answered."""

    __slots__ = ("_any", "_constant", "_names", "value")

    def __init__(self, value: Expression, cells: Sequence[Ast]) -> None:
        self.value = value
        self._any = 0
        texts, ordered, names = _Distinct(), _Distinct(), _Distinct()
        for row, cell in enumerate(cells):
            bit = 1 << row
            if cell[0] == "any":
                self._any |= bit
                continue
            kinds = {_order_kind(constant) for constant in _constants(cell)}
            group = texts if kinds == {str} and _is_list_of_values(cell) else ordered
            (group if len(kinds) == 1 and None not in kinds else names).add(cell, bit)
        self._constant: list[_TextIndex | _OrderIndexes] = []
        if texts.cells:
            self._constant.append(_TextIndex(texts))
        if ordered.cells:
            self._constant.append(_OrderIndexes(ordered))
        self._names = names.tests()

    def fitting(self, scope: Scope, wanted: int) -> Masks:
        """Masks of the rows that fit; only those in `wanted` need to be right."""
        value = self.value(scope)
        if value is UNKNOWN:
            return self._any, -1
        sure = may = self._any
        for group in self._constant:
            fits, may_fit = group.fitting(value, scope, wanted)
            sure |= fits
            may |= may_fit
        if self._names:
            fits, may_fit = _evaluate(self._names, value, scope, wanted)
            sure |= fits
            may |= may_fit
        return sure, may


class _Distinct:
    """Cells that say the same, gathered with the rows they stand in."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells: dict[str, tuple[Ast, int]] = {}

    def add(self, cell: Ast, bit: int) -> None:
        key = json.dumps(cell)
        self.cells[key] = (cell, self.cells.get(key, (cell, 0))[1] | bit)

    def tests(self) -> list[tuple[int, CellTest]]:
        return [(mask, compile_cell(cell)) for cell, mask in self.cells.values()]


class _TextIndex:
    """Cells that list texts (`late, lost` · `not late`): one dictionary look-up."""

    __slots__ = ("_found", "_missing", "_others", "_tests")

    def __init__(self, distinct: _Distinct) -> None:
        self._tests = distinct.tests()
        self._others = 0
        listed: dict[str, int] = {}
        for cell, mask in distinct.cells.values():
            cell, negative = _unwrapped(cell)
            if negative:
                self._others |= mask
            for part in cell[1]:
                listed[part[1]] = listed.get(part[1], 0) | mask
        # A row of `not …` fits every text but its own; a row of plain texts fits its own only: exactly one flip each.
        self._found = {text: self._others ^ mask for text, mask in listed.items()}
        self._missing = self._others

    def fitting(self, value: Value, scope: Scope, wanted: int) -> Masks:
        if value is True or value is False:
            value = "yes" if value else "no"
        if type(value) is str:
            mask = self._found.get(value, self._others)
            return mask, mask
        if value is MISSING:
            return self._missing, self._missing
        return _evaluate(self._tests, value, scope, wanted)


class _OrderIndexes:
    """Cells on constant numbers, amounts of one currency, dates or moments: one bisection for each kind."""

    __slots__ = ("_by_kind", "_missing", "_tests")

    def __init__(self, distinct: _Distinct) -> None:
        self._tests = distinct.tests()
        by_kind: dict[Any, list[tuple[Ast, int]]] = {}
        for cell, mask in distinct.cells.values():
            by_kind.setdefault(_order_kind(next(iter(_constants(cell)))), []).append((cell, mask))
        self._by_kind = {kind: _OrderIndex(cells) for kind, cells in by_kind.items()}
        self._missing: Masks | None = None

    def fitting(self, value: Value, scope: Scope, wanted: int) -> Masks:
        index = self._by_kind.get(_order_kind(value))
        if index is not None and len(self._by_kind) == 1:
            mask = index.fitting(value)
            return mask, mask
        if value is MISSING:
            # The same whatever the scope: constant cells against nothing.
            if self._missing is None:
                self._missing = _evaluate(self._tests, value, scope, -1)
            return self._missing
        return _evaluate(self._tests, value, scope, wanted)


class _OrderIndex:
    """For each place between and on the limits, the rows that fit there."""

    __slots__ = ("_limits", "_masks")

    def __init__(self, cells: list[tuple[Ast, int]]) -> None:
        self._limits = sorted({_order_key(constant) for cell, _ in cells for constant in _constants(cell)})
        flips = [0] * (2 * len(self._limits) + 2)
        for cell, mask in cells:
            for start, end in self._stretches(cell):
                flips[start] ^= mask
                flips[end + 1] ^= mask
        self._masks: list[int] = []
        mask = 0
        for flip in flips[:-1]:
            mask ^= flip
            self._masks.append(mask)

    def fitting(self, value: Value) -> int:
        key = _order_key(value)
        place = bisect_left(self._limits, key)
        on_limit = place < len(self._limits) and self._limits[place] == key
        return self._masks[2 * place + on_limit]

    def _stretches(self, cell: Ast) -> list[tuple[int, int]]:
        """Places (even: between limits, odd: on one) where the cell fits, as ranges without overlap."""
        last = 2 * len(self._limits)
        cell, negative = _unwrapped(cell)
        places = [2 * bisect_left(self._limits, _order_key(constant)) + 1 for constant in _constants(cell)]
        match cell[0]:
            case "values":
                ranges = [(place, place) for place in sorted(set(places))]
            case "between":
                ranges = [(places[0], places[1])] if places[0] <= places[1] else []
            case _:
                ranges = [
                    {"<": (0, places[0] - 1), "<=": (0, places[0]), ">": (places[0] + 1, last)}.get(
                        cell[1], (places[0], last)
                    )
                ]
        return [*ranges, (0, last)] if negative else ranges


def _evaluate(tests: Iterable[tuple[int, CellTest]], value: Value, scope: Scope, wanted: int) -> Masks:
    sure = may = 0
    for mask, test in tests:
        if mask & wanted:
            fits = test(value, scope)
            if fits is not False:
                may |= mask
                if fits is True:
                    sure |= mask
    return sure, may


def _constants(cell: Ast) -> list[Value]:
    """The constants of a cell; a part that reads a name stands as UNKNOWN, which has no kind."""
    match cell[0]:
        case "not":
            return _constants(cell[1])
        case "values":
            parts = cell[1]
        case "between":
            parts = cell[1:]
        case _:
            parts = cell[2:]
    return [decode(part[1]) if part[0] == "const" else UNKNOWN for part in parts]


def _is_list_of_values(cell: Ast) -> bool:
    return bool(_unwrapped(cell)[0][0] == "values")


def _unwrapped(cell: Ast) -> tuple[Ast, bool]:
    """The cell without its `not`s, and whether they turn it round; `= x` is a list of one value."""
    negative = False
    while cell[0] == "not":
        cell, negative = cell[1], not negative
    if cell[0] == "cmp" and cell[1] in ("=", "!="):
        return ["values", cell[2:]], negative != (cell[1] == "!=")
    return cell, negative


def _order_kind(value: Value) -> Any:
    """What may be sorted together; None for values without an order of their own."""
    kind = type(value)
    if kind is Money:
        return value.currency
    if kind is int or kind is Decimal:
        return Decimal
    return kind if kind in _SORTABLE else None


def _order_key(value: Value) -> Any:
    return value.minor if type(value) is Money else value
