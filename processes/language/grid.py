"""The grid of a decision table as authors write it: columns between bars, results under `= name`."""

import re
from dataclasses import dataclass
from typing import Final

from base.languages import N_
from processes.language.errors import LanguageError

SCALE: Final = re.compile(r"setting\.([a-z][a-z0-9_]*)")
"""What stands for a grid when a setting holds it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Sources of a table: conditions' columns, results' columns, and the cells of each row."""

    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """For each row: its condition cells and its result cells."""


def parse_grid(source: str) -> Grid:
    """Read a grid. Raises LanguageError naming the line for a grid without results or a row of another length."""
    if named := SCALE.fullmatch(source.strip()):
        raise LanguageError(N_("The setting “%(name)s” holds no rows here."), 0, name=named[1])
    lines = [(number, line) for number, line in enumerate(source.splitlines(), start=1) if line.strip()]
    if not lines:
        raise LanguageError(N_("The table is empty."), 0)
    heads = split_row(lines[0][1])
    columns = tuple(head for head in heads if not head.startswith("="))
    outputs = tuple(head[1:].strip() for head in heads if head.startswith("="))
    if not outputs or heads != [*columns, *(f"= {name}" for name in outputs)]:
        raise LanguageError(N_("The first line names the columns; those of results come last and begin with “= ”."), 0)
    rows = []
    for number, line in lines[1:]:
        cells = split_row(line)
        if len(cells) != len(heads):
            raise LanguageError(
                N_("Line %(line)s has %(cells)s cells; the table has %(columns)s columns."),
                0,
                line=number,
                cells=len(cells),
                columns=len(heads),
            )
        rows.append((tuple(cells[: len(columns)]), tuple(cells[len(columns) :])))
    if not rows:
        raise LanguageError(N_("The table has no row."), 0)
    return Grid(columns, outputs, tuple(rows))


def split_row(line: str) -> list[str]:
    """Cells between bars; a bar inside quotes belongs to its cell, `=name` reads as `= name`."""
    cells, cell, quote = [], "", ""
    for letter in line.strip().strip("|"):
        if letter == "|" and not quote:
            cells.append(cell.strip())
            cell = ""
            continue
        if letter in "'\"":
            quote = "" if quote == letter else quote or letter
        cell += letter
    cells.append(cell.strip())
    return [f"= {cell[1:].strip()}" if cell.startswith("=") else cell for cell in cells]
