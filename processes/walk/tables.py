"""Decision tables: which row fits. Cells are compiled to bits, so that 200 rows cost no more than a handful.

Each column answers with two bit masks, one bit a row: rows that surely fit, and rows that may fit because something is
unknown. A row wins only if every row before it is false.
"""

from collections.abc import Sequence

from processes.walk.clash import N_, EvaluationError
from processes.walk.columns import Column, Masks
from processes.walk.expressions import Ast, compile_expression
from processes.walk.scope import Scope
from processes.walk.values import UNKNOWN, Unknown


def compile_table(columns: Sequence[Ast], rows: Sequence[Sequence[Ast]]) -> "Table":
    """A table of `columns` (expressions) and `rows` (as many cells each). `TypeError` when a row has another length."""
    if any(len(row) != len(columns) for row in rows):
        raise TypeError("a row needs one cell for each column")
    return Table(
        [Column(compile_expression(column), [row[place] for row in rows]) for place, column in enumerate(columns)],
        len(rows),
    )


class Table:
    """Ask it for the rows that fit; rows are counted from 0."""

    __slots__ = ("_all", "columns")

    def __init__(self, columns: list["Column"], rows: int) -> None:
        self.columns = columns
        self._all = (1 << rows) - 1

    def first(self, scope: Scope) -> int | Unknown | None:
        """The first row that fits; None when none does; UNKNOWN when a row before it may."""
        sure, possible = self._fitting(scope)
        row = possible & -possible
        if not row:
            return None
        return row.bit_length() - 1 if sure & row else UNKNOWN

    def unique(self, scope: Scope) -> int | Unknown | None:
        """The only row that fits. Raises `EvaluationError` when two do."""
        sure, possible = self._fitting(scope)
        if sure & (sure - 1):
            rows = ", ".join(str(row + 1) for row in _rows(sure))
            raise EvaluationError(N_("Several rows of the table fit: %(rows)s."), rows=rows)
        if sure != possible:
            return UNKNOWN
        return sure.bit_length() - 1 if sure else None

    def collect(self, scope: Scope) -> list[int] | Unknown:
        """All rows that fit; UNKNOWN when it cannot be told of one."""
        sure, possible = self._fitting(scope)
        return _rows(sure) if sure == possible else UNKNOWN

    def _fitting(self, scope: Scope) -> Masks:
        sure = possible = self._all
        for column in self.columns:
            fits, may_fit = column.fitting(scope, possible)
            sure &= fits
            possible &= may_fit
            if not possible:
                break
        return sure, possible


def _rows(mask: int) -> list[int]:
    return [row for row in range(mask.bit_length()) if mask >> row & 1]
