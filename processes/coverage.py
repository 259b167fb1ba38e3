"""What the scenarios of a process have been through: steps, branches, rows of tables, ends, and values of statuses.

Read off the traces of played scenarios. A branch is named as on the tree (`step/branch`), a row `step/row 3`.
Statuses are the closed lists of live data that the process decides on: each value should be met at least once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from processes.connectors.catalogue import Capability, FieldType, catalogue
from processes.language import document as d
from processes.language.conditions import parse_condition, parse_value
from processes.language.errors import LanguageError
from processes.language.grid import parse_grid
from processes.scenarios import Outcome

Branch = tuple[str, str]
"""Step and branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was met, and what was not, in reading order."""

    steps: tuple[str, ...]
    steps_met: frozenset[str]
    branches: tuple[Branch, ...]
    branches_met: frozenset[Branch]
    statuses: Mapping[str, tuple[str, ...]]
    """Values of each closed list decided on, by path (`parcel.status`)."""
    statuses_met: Mapping[str, frozenset[str]]

    @property
    def steps_left(self) -> tuple[str, ...]:
        """Steps that no scenario comes by."""
        return tuple(step for step in self.steps if step not in self.steps_met)

    @property
    def branches_left(self) -> tuple[Branch, ...]:
        """Branches that no scenario takes."""
        return tuple(branch for branch in self.branches if branch not in self.branches_met)

    @property
    def statuses_left(self) -> dict[str, tuple[str, ...]]:
        """Values that no scenario meets, by path."""
        left = {
            path: tuple(value for value in values if value not in self.statuses_met.get(path, frozenset()))
            for path, values in self.statuses.items()
        }
        return {path: values for path, values in left.items() if values}

    @property
    def share(self) -> float:
        """Between 0 and 1: steps, branches and values of statuses together."""
        wanted = len(self.steps) + len(self.branches) + sum(map(len, self.statuses.values()))
        left = len(self.steps_left) + len(self.branches_left) + sum(map(len, self.statuses_left.values()))
        return 1 - left / wanted if wanted else 1.0


def coverage_of(document: d.Document, outcomes: Iterable[Outcome]) -> Coverage:
    """What played scenarios cover of a document; what is walked in a called process is not counted."""
    steps, branches = _wanted(document)
    statuses = dict(_statuses(document))
    decided = {
        step.decide: step.on for step in document.all_steps() if isinstance(step, d.Decide) and step.on in statuses
    }
    met_steps: set[str] = set()
    met: set[Branch] = set()
    values: dict[str, set[str]] = {path: set() for path in statuses}
    for outcome in outcomes:
        for turn in outcome.turns:
            for path, step, what, branch, seen in turn.trace:
                if path:
                    if what == "closed":
                        met.add((path.rstrip("/").split("/")[0], str(branch)))
                    continue
                met_steps.add(step)
                met.update((step, name) for name in _names(what, branch))
                _note_values(values, seen)
                if what == "decide" and step in decided:
                    values[decided[step]].add(str(branch))
    return Coverage(
        steps=tuple(steps), steps_met=frozenset(met_steps), branches=tuple(branches), branches_met=frozenset(met),
        statuses=statuses, statuses_met={path: frozenset(each) for path, each in values.items()},
    )  # fmt: skip


def _wanted(document: d.Document) -> tuple[list[str], list[Branch]]:
    steps, branches = [], []
    for step in document.all_steps():
        if step.step_id and not isinstance(step, d.Cancel):
            steps.append(step.step_id)
            branches += [(step.step_id, name) for name in _branches(step)]
    return steps, branches


def _branches(step: d.StepBase) -> Iterator[str]:
    given = [name for name, _ in step.branches()]
    match step:
        case d.Ask():
            values = [choice.value for choice in step.choices]
            yield from values
            yield from (name for name in given if name not in values)
        case d.Decide() | d.Call():
            for name in given:
                yield from (part.strip() for part in name.split(","))
        case d.Table():
            yield from (f"row {number}" for number in range(1, _rows(step) + 1))
            yield from given
        case d.Act():
            yield "if_fails"
            if step.approval is not None:
                yield "if_refused"
        case _:
            yield from (name for name in given if name != "steps")


def _rows(table: d.Table) -> int:
    """How many rows stand in the document; those of a setting are the business's own."""
    try:
        return len(parse_grid(table.grid).rows)
    except LanguageError:
        return 0


def _names(what: str, branch: object) -> Iterator[str]:
    """The branches that one line of a trace stands for."""
    match what, branch:
        case "table", int(row):
            yield f"row {row + 1}"
        case "table", None:
            yield "otherwise"
        case ("table", _) | ("unknown", _):
            yield "unknown"
        case (("answered" | "default" | "kept"), ("yes" | "no")):
            yield f"if_{branch}"
            yield str(branch)
        case (("answered" | "default" | "kept" | "decide"), str(value)):
            yield value
        case "none", _:
            yield "if_none"
        case "never", _:
            yield "if_never"
        case "failed", _:
            yield "if_fails"
        case "not_approved", _:
            yield "if_refused"


def _note_values(values: dict[str, set[str]], seen: object) -> None:
    if isinstance(seen, Mapping):
        for path in values.keys() & seen.keys():
            if isinstance(seen[path], str):
                values[path].add(seen[path])


# --- statuses ---------------------------------------------------------------------------------------------------------


def _statuses(document: d.Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Closed lists of live data that a decision or table looks at, by path, with their values."""
    closed = _closed_lists(document)
    found: dict[str, tuple[str, ...]] = {}
    for source in _looked_at(document):
        for path in _paths(source):
            if path in closed:
                found.setdefault(path, closed[path])
    yield from found.items()


def _looked_at(document: d.Document) -> Iterator[str]:
    for step in document.all_steps():
        if isinstance(step, d.Table):
            yield from parse_grid(step.grid).columns if _rows(step) else ()
        elif isinstance(step, d.Decide) and step.on is not None:
            yield step.on


def _closed_lists(document: d.Document) -> dict[str, tuple[str, ...]]:
    """Choices among the fields of facts, and of the items of list facts under the names of the questions for one."""
    capabilities: Mapping[str, Capability] = catalogue()
    found: dict[str, tuple[str, ...]] = {}
    fields: dict[str, Mapping[str, FieldType]] = {}
    for name, fact in document.facts.items():
        capability = capabilities.get(fact.from_)
        fields[name] = capability.fields if capability is not None else {}
    for step in document.all_steps():
        if isinstance(step, d.Ask) and step.of is not None and step.of.list_ in fields:
            fields[step.ask] = fields[step.of.list_]
    for name, known in fields.items():
        for field, kind in known.items():
            if kind.kind == "choice":
                found[f"{name}.{field}"] = tuple(kind.values)
    return found


def _paths(source: str) -> Iterator[str]:
    try:
        ast = parse_value(source)
    except LanguageError:
        try:
            ast = parse_condition(source)
        except LanguageError:
            return
    yield from _names_in(ast)


def _names_in(ast: object) -> Iterator[str]:
    if isinstance(ast, list) and ast and ast[0] == "name":
        yield ".".join(str(part) for part in ast[1:])
    elif isinstance(ast, list):
        for part in ast:
            yield from _names_in(part)
