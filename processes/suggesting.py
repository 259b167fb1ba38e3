"""Scenarios for what no scenario goes through yet, made from those there are and from the conditions in the way.

For each branch left, a scenario that comes by its step is changed in one place: another answer, a value that the
condition or the row asks for, an act that fails, nobody who answers. It is then played; only what takes a branch
that was left is suggested, with what happened as its expectation, for the author to read and keep.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from base.business_time import ALWAYS_OPEN, NO_OTHERS, Calendar
from base.money import Money
from processes.coverage import Branch, coverage_of
from processes.language import document as d
from processes.language.conditions import parse_cell, parse_condition
from processes.language.declared import Scenario
from processes.language.errors import LanguageError
from processes.language.grid import parse_grid
from processes.scenarios import MUST_BE_LISTED, Outcome, run_scenario
from processes.walk.program import Program

BASES = 4
"""Scenarios that are tried for a branch, at most."""
MOST = 30
"""Suggestions at once."""
TOLD = (*MUST_BE_LISTED, "ask", "wait", "hand_over", "task")
Change = tuple[str, str, Any]
"""`answers`, `results` or `facts`; the name or path; the value (None takes it out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A scenario to keep, and what it is the first to go through."""

    scenario: Scenario
    covers: tuple[Branch, ...]


def suggest(
    document: d.Document,
    program: Program,
    programs: Mapping[str, Program],
    outcomes: Sequence[Outcome],
    calendar: Calendar = ALWAYS_OPEN,
    calendars: Mapping[str, Calendar] = NO_OTHERS,
    most: int = MOST,
) -> list[Suggestion]:
    """Scenarios for the branches left; `outcomes` are the document's own, played."""
    known = coverage_of(document, outcomes)
    steps = {step.step_id: step for step in document.all_steps() if step.step_id}
    left = list(known.branches_left)
    found: list[Suggestion] = []
    while left and len(found) < most:
        branch = left.pop(0)
        made = _made_for(branch, steps[branch[0]], document, program, programs, outcomes, calendar, calendars)
        if made is None:
            continue
        scenario, taken = made
        covers = tuple(each for each in known.branches_left if each in taken and (each == branch or each in left))
        left = [each for each in left if each not in taken]
        found.append(Suggestion(scenario=scenario, covers=covers))
    return found


def _made_for(
    branch: Branch, step: d.StepBase, document: d.Document, program: Program, programs: Mapping[str, Program],
    outcomes: Sequence[Outcome], calendar: Calendar, calendars: Mapping[str, Calendar],
) -> tuple[Scenario, frozenset[Branch]] | None:  # fmt: skip
    played = dict(zip((each.name for each in outcomes), document.scenarios, strict=False))
    bases = [played[each.name] for each in outcomes if each.name in played and _comes_by(each, branch[0])][:BASES]
    for change in _changes(step, branch[1], document):
        for base in bases:
            scenario = _changed(base, change, f"{base.name} + {branch[0]} → {branch[1]}", document)
            outcome = run_scenario(scenario, program, programs, calendar, calendars)
            taken = coverage_of(document, [outcome]).branches_met
            if branch in taken:
                expect = [{each.kind: each.names[-1]} for each in outcome.happened if each.kind in TOLD]
                return scenario.model_copy(update={"expect": _once(expect)}), taken
    return None


def _comes_by(outcome: Outcome, step: str) -> bool:
    return any(each == step for turn in outcome.turns for path, each, *_ in turn.trace if not path)


def _once(expect: list[dict[str, str]]) -> list[dict[str, str]]:
    """Daily looks at the same wait are told once."""
    return [each for place, each in enumerate(expect) if place == 0 or each != expect[place - 1]]


# --- what to change ---------------------------------------------------------------------------------------------------


def _changes(step: d.StepBase, branch: str, document: d.Document) -> Iterator[Change]:
    match step:
        case d.Ask() if branch in ("if_yes", "if_no"):
            yield "answers", step.ask, branch.removeprefix("if_")
        case d.Ask() if branch == "if_never":
            yield "answers", step.ask, None
        case d.Ask() if branch == "if_none" and step.of is not None:
            yield "facts", step.of.list_, []
        case d.Ask() if branch in {choice.value for choice in step.choices}:
            yield "answers", step.ask, branch
        case d.Act() if branch == "if_fails":
            yield "results", step.act, {"fails": "refused"}
        case d.Act() if branch == "if_refused":
            yield "results", step.act, {"approved": "no"}
        case d.Task() if branch == "if_never":
            yield "results", step.task, "never"
        case d.Decide():
            yield from _of_decision(step, branch)
        case d.Table() if branch.startswith("row "):
            yield from _of_row(step, int(branch.removeprefix("row ")) - 1)
        case d.Table() if branch == "unknown":
            yield from (("facts", path, "unknown") for path in parse_grid(step.grid).columns)
    if branch == "unknown":
        for fact in document.facts:
            yield "facts", fact, "unknown"


def _of_decision(step: d.Decide, branch: str) -> Iterator[Change]:
    if step.on is not None:
        yield "facts", step.on, branch
        yield "answers", step.on, branch
        if "." in step.on:  # a field of a task's form
            name, _, field = step.on.partition(".")
            yield "results", name, {field: branch}
        return
    for place, case in enumerate(step.cases or [], start=1):
        if branch in (case.id, str(place)):
            try:
                yield from _of_condition(parse_condition(case.when))
            except LanguageError:
                return


def _of_row(table: d.Table, place: int) -> Iterator[Change]:
    try:
        grid = parse_grid(table.grid)
        for path, cell in zip(grid.columns, grid.rows[place][0], strict=True):
            if cell != "any":
                for value in _values_of(parse_cell(cell)):
                    yield "facts", path, value
    except LanguageError:
        return


def _of_condition(ast: Any) -> Iterator[Change]:
    """Single comparisons of the condition, each made true by one value."""
    if not isinstance(ast, list) or not ast:
        return
    if len(ast) == 3 and isinstance(ast[1], list) and ast[1] and ast[1][0] == "name":
        path = ".".join(str(part) for part in ast[1][1:])
        for value in _values_of(ast):
            yield "facts", path, value
            yield "answers", path, value
    for part in ast:
        yield from _of_condition(part)


def _values_of(ast: Any) -> Iterator[Any]:
    """Values that a comparison or a cell lets through, as scenarios write them."""
    if not isinstance(ast, list):
        return
    head, last = ast[0], ast[-1]
    if head == "is" or last in ("missing", "unknown"):
        yield "missing" if "missing" in ast else "unknown" if "unknown" in ast else "known"
    for constant in _constants(ast):
        if isinstance(constant, Money):
            yield from (str(Money(constant.minor + step, constant.currency)) for step in (0, 1, -1))
        elif isinstance(constant, int | float) and not isinstance(constant, bool):
            yield from (constant, constant + 1, constant - 1)
        else:
            yield constant


def _constants(ast: Any) -> Iterator[Any]:
    if isinstance(ast, list) and ast and ast[0] not in ("name", "call"):
        for part in ast[1:]:
            yield from _constants(part)
    elif ast is not None and not isinstance(ast, list):
        yield ast


# --- the changed scenario ---------------------------------------------------------------------------------------------


def _changed(base: Scenario, change: Change, name: str, document: d.Document) -> Scenario:
    where, path, value = change
    scenario = base.model_copy(deep=True)
    parts: dict[str, Any] = getattr(scenario, where)
    if where == "facts":
        _set_fact(parts, path, value, document)
    elif value is None:
        parts.pop(path, None)
    else:
        parts[path] = value
    return scenario.model_copy(update={"name": name})


def _set_fact(facts: dict[str, Any], path: str, value: Any, document: d.Document) -> None:
    root, _, field = path.partition(".")
    for step in document.all_steps():
        if isinstance(step, d.Ask) and step.ask == root and step.of is not None:
            root = step.of.list_
    if root not in document.facts:
        return
    if not field:
        facts[root] = deepcopy(value)
        return
    given = facts.get(root)
    for entry in given if isinstance(given, list) else [given]:
        if isinstance(entry, dict):
            entry[field] = value
