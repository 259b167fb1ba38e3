"""Tables: no row that never counts, no two rows that contradict each other, no value without a row."""

from collections.abc import Sequence
from typing import Any, Final

from base.languages import N_
from processes.language import document as d
from processes.language.checking.lists import cell_constants, covers_value
from processes.language.checking.subject import Subject
from processes.language.conditions import parse_cell
from processes.language.errors import LanguageError
from processes.language.grid import Grid, parse_grid
from processes.walk.values import decode

Ast = list[Any]
Row = tuple[Ast, ...]

MOST_ROWS: Final = 300
"""Above this, rows are compared with those alike only."""


def check_tables(s: Subject) -> None:
    """Every table that can be read."""
    for place in s.places:
        if isinstance(place.step, d.Table):
            try:
                grid = parse_grid(place.step.grid)
                rows = [tuple(parse_cell(cell) for cell in cells) for cells, _ in grid.rows]
            except LanguageError:
                continue
            if place.step.hit == "unique":
                _check_unique(s, place.id, rows)
            elif place.step.hit == "first":
                _check_first(s, place.id, grid, rows)
            if place.step.otherwise is None and place.step.hit != "collect":
                _check_gaps(s, place.id, grid, rows)


def _check_first(s: Subject, step: str, grid: Grid, rows: Sequence[Row]) -> None:
    shadows = Shadows([s.environment.of_source(column).values for column in grid.columns])
    alike: dict[str, int] = {}
    for number, row in enumerate(rows):
        first = alike.setdefault(repr(row), number)
        if first != number:
            sentence = N_("Row %(row)s has the same conditions as row %(first)s, which always wins.")
            s.error("overlap", sentence, step, "rows", row=number + 1, first=first + 1)
        elif number < MOST_ROWS and (before := shadows.over(row, rows[:number])) is not None:
            sentence = N_("Row %(row)s never counts: row %(first)s before it always wins.")
            if before < 0:
                sentence = N_("Row %(row)s never counts: the rows before it always win.")
            s.error("never_taken", sentence, step, "rows", row=number + 1, first=before + 1)


class Shadows:
    """Which rows fit whenever another does; answers are kept, since the same cells stand in many rows."""

    def __init__(self, closed: Sequence[tuple[str, ...]]) -> None:
        self.closed = closed
        """The closed list of each column."""
        self._known: dict[tuple[int, int, int], bool] = {}

    def over(self, row: Row, before: Sequence[Row]) -> int | None:
        """The number of an earlier row that fits whenever this one does; -1 for several together."""
        for number, earlier in enumerate(before):
            if all(self._covers(place, earlier[place], cell) for place, cell in enumerate(row)):
                return number
        for place, cell in enumerate(row):
            values = _texts(cell) if cell[0] == "values" else self.closed[place] if cell[0] == "any" else ()
            wide = [earlier[place] for earlier in before if self._covers_beside(place, earlier, row)] if values else []
            if wide and all(any(covers_value(each, value) for each in wide) for value in values):
                return -1
        return None

    def _covers_beside(self, place: int, earlier: Row, row: Row) -> bool:
        return all(self._covers(other, earlier[other], cell) for other, cell in enumerate(row) if other != place)

    def _covers(self, place: int, wide: Ast, narrow: Ast) -> bool:
        if wide[0] == "any" or wide is narrow:
            return True
        key = (place, id(wide), id(narrow))  # the rows outlive this, and equal cells are one object
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _covers(wide, narrow, self.closed[place])
        return found


def _texts(cell: Ast) -> tuple[str, ...]:
    """The texts of a cell that holds nothing else."""
    found = tuple(value for part in cell_constants(cell) if isinstance(value := decode(part[1]), str))
    return found if len(found) == len(cell[1]) else ()


def _covers(wide: Ast, narrow: Ast, closed: tuple[str, ...]) -> bool:
    """Whether the first cell surely fits whenever the second does."""
    if wide[0] == "any" or wide == narrow:
        return True
    if narrow[0] == "any":
        return bool(closed) and all(covers_value(wide, value) for value in closed)
    if narrow[0] != "values" or wide[0] not in ("values", "not"):
        return False
    texts = _texts(narrow)
    if texts:
        return all(covers_value(wide, text) for text in texts)
    return wide[0] == "values" and all(part in wide[1] for part in narrow[1])


def _check_unique(s: Subject, step: str, rows: Sequence[Row]) -> None:
    for number, row in enumerate(rows[:MOST_ROWS]):
        for first, earlier in enumerate(rows[:number]):
            if all(_meet(one, other) for one, other in zip(earlier, row, strict=True)):
                sentence = N_("Rows %(first)s and %(row)s can fit at the same time, but the table wants one only.")
                s.error("overlap", sentence, step, "rows", row=number + 1, first=first + 1)
                break


def _meet(one: Ast, other: Ast) -> bool:
    """Whether some value surely fits both cells."""
    if one[0] == "any" or other[0] == "any" or one == other:
        return True
    if one[0] == other[0] == "values":
        return any(part in other[1] for part in one[1])
    for narrow, wide in ((one, other), (other, one)):
        if narrow[0] == "values" and any(covers_value(wide, text) for text in _texts(narrow)):
            return True
    return False


def _check_gaps(s: Subject, step: str, grid: Grid, rows: Sequence[Row]) -> None:
    """Each value of a closed list has a row in which it alone decides, or the table says `otherwise`."""
    if any(all(cell[0] == "any" for cell in row) for row in rows):
        return
    closed = {
        place: values for place, column in enumerate(grid.columns) if (values := s.environment.of_source(column).values)
    }
    left = {place: [value for value in values if not _alone(rows, place, value)] for place, values in closed.items()}
    if any(not values for values in left.values()):
        return
    never = {
        place: [value for value in values if not any(covers_value(row[place], value) for row in rows)]
        for place, values in closed.items()
    }
    for place, lacking in never.items():
        if lacking:
            sentence = N_("No row is for %(values)s (column %(column)s): add one, or write `otherwise`.")
            s.error("not_handled", sentence, step, "rows", values=", ".join(lacking), column=grid.columns[place])
    if not any(never.values()):
        sentence = N_("Perhaps no row fits: end the table with a row of `any`, or write `otherwise`.")
        s.warn("otherwise_missing", sentence, step, "rows")


def _alone(rows: Sequence[Row], place: int, value: str) -> bool:
    """Whether a row fits the value whatever the other columns say."""
    return any(
        covers_value(row[place], value) and all(cell[0] == "any" for other, cell in enumerate(row) if other != place)
        for row in rows
    )
