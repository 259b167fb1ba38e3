"""Decisions compiled: values looked up, conditions in order, tables, calculated values."""

from typing import Any

from base.languages import N_
from processes.language import document as d
from processes.language.compile import Compiler
from processes.language.errors import LanguageError
from processes.language.grid import Grid, parse_grid
from processes.walk.evaluation import compile_cell, compile_expression, compile_table, names_of
from processes.walk.program import STOP, Expression
from processes.walk.steps import decisions
from processes.walk.values import UNKNOWN, decode


def decide(c: Compiler, step: d.Decide, after: int) -> int:
    """A choice on one value, or on conditions in order."""
    if step.on is not None:
        return _decide_on(c, step, after)
    cases = []
    for place, case in enumerate(step.cases or [], start=1):
        key = f"cases.{place}.when"
        when = c.condition(key, case.when)
        target = c.branch(case.steps, after)
        cases.append((case.id or str(place), when, leads(c, case.steps, target), c.rests_on(key)))
    return c.add(
        decisions.DecideCases(
            id=c.step,
            cases=tuple(cases),
            otherwise=leads(c, step.otherwise, c.branch(step.otherwise, after)),
            unknown=c.doubt(step.unknown, after, "unknown"),
        )
    )


def _decide_on(c: Compiler, step: d.Decide, after: int) -> int:
    on = c.value(c.step, "on", step.on or "")
    exact, cells = keys_of(c, step.is_ or {}, after)
    otherwise = STOP if step.otherwise is None else c.branch(step.otherwise, after)
    if step.otherwise is None:
        otherwise = c.in_doubt  # the checks make sure that the closed list is covered
    return c.add(
        decisions.DecideOn(
            id=c.step, on=on, exact=exact, cells=cells, otherwise=leads(c, step.otherwise, otherwise),
            unknown=c.doubt(step.unknown, after, "unknown"),
        )
    )  # fmt: skip


def keys_of(
    c: Compiler, branches: dict[str, d.Branch], after: int
) -> tuple[dict[Any, tuple[str, int]], tuple[tuple[str, Any, int], ...]]:
    """The keys of `is`: plain values looked up, other cells tried in turn."""
    exact: dict[Any, tuple[str, int]] = {}
    cells: list[tuple[str, Any, int]] = []
    for source, branch in branches.items():
        cell = c.cell("is", source)
        place = leads(c, branch, c.branch(branch, after))
        if cell[0] == "values" and all(part[0] == "const" for part in cell[1]):
            for part in cell[1]:
                value = decode(part[1])
                if value in exact:
                    c.fault("overlap", N_("The value “%(value)s” stands twice."), key="is", value=str(value))
                exact[value] = (str(value), place)
        else:
            cells.append((source, compile_cell(cell), place))
    if {"yes", "no"} & exact.keys():
        exact |= {True: exact["yes"]} if "yes" in exact else {}
        exact |= {False: exact["no"]} if "no" in exact else {}
    return exact, tuple(cells)


def leads(c: Compiler, branch: d.Branch | None, place: int) -> int:
    """A branch that goes on needs something to go on to."""
    return place if isinstance(branch, list) else c.follow(place)


def table(c: Compiler, step: d.Table, after: int) -> int:
    """Rows of cells."""
    try:
        grid = parse_grid(step.grid)
    except LanguageError as error:
        c.language_fault("rows", error)
        return c.follow(after)
    columns = [_column(c, source) for source in grid.columns]
    rows = [[c.cell(f"rows.{line}", source) for source in cells] for line, (cells, _) in enumerate(grid.rows, start=1)]
    compiled = compile_table(columns, rows)
    named = {path for column in columns for path in names_of(column)}
    return c.add(
        decisions.Table(
            id=c.step,
            next=c.follow(after),
            match={"first": compiled.first, "unique": compiled.unique, "collect": compiled.collect}[step.hit],
            results=tuple(_results(c, grid, line) for line in range(len(grid.rows))),
            outputs=grid.outputs,
            hit=step.hit,
            otherwise=c.follow(after) if step.otherwise is None else c.branch(step.otherwise, after),
            unknown=c.doubt(step.unknown, after, "unknown"),
            rests_on=c.paths(named),
        )
    )


def _column(c: Compiler, source: str) -> list[Any]:
    c.value(c.step, f"column:{source}", source)
    ast: list[Any] = c.asts.get((c.step, f"column:{source}"), ["const", {"$unknown": None}])
    return ast


def _results(c: Compiler, grid: Grid, line: int) -> tuple[Expression, ...]:
    results = []
    for source in grid.rows[line][1]:
        cell = c.cell(f"rows.{line + 1}.=", source)
        plain = cell[0] == "values" and len(cell[1]) == 1
        if not plain:
            c.fault("not_one_value", N_("A result is one value, not “%(source)s”."), key="rows", source=source)
        results.append(compile_expression(cell[1][0]) if plain else lambda scope: UNKNOWN)
    return tuple(results)


def set_value(c: Compiler, step: d.Set, after: int) -> int:
    """A calculated value."""
    return c.add(decisions.SetValue(id=c.step, next=c.follow(after), to=c.value(c.step, "to", step.to)))
