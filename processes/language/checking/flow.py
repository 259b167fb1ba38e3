"""Where a walk can go from each step: the document as a graph, and what may and must have been set on the way.

Sets of steps are whole numbers used as rows of bits, so that 4,000 steps are looked through in a few milliseconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from processes.language import document as d


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on."""

    target: int
    sets: bool = True
    """Whether the step has its result when the walk goes this way."""
    by_people: bool = False
    """Somebody brings the walk back here after a hand-over."""
    gathers: int = 0
    """Steps that have a result this way as well: those inside a `for_each`, as lists."""


@dataclass(slots=True, eq=False)
class Place:
    """A step where it stands."""

    number: int
    step: d.StepBase
    id: str
    section: str
    above: "Place | None" = None
    """The step in whose branch it stands."""
    branch: str = ""
    """Which branch of that step."""
    before: "Place | None" = None
    """The step before it in the same list."""
    edges: list[Edge] = field(default_factory=list)

    def around(self) -> Iterator[tuple["Place", str]]:
        """The steps it stands in, with the branch, from the innermost."""
        place = self
        while place.above is not None:
            yield place.above, place.branch
            place = place.above


class Flow:
    """The graph of a document."""

    def __init__(self, document: d.Document) -> None:
        self.places: list[Place] = []
        self.sections: dict[str, int] = {}
        """The first step of each section."""
        self.doubt: int | None = None
        self._numbers: dict[int, int] = {}
        self._unnamed: dict[str, int] = {}
        for section in document.sections:
            self.sections.setdefault(section.section, len(self.places))
            self._number(section.steps, section.section, None, "")
        if isinstance(document.in_doubt, list):
            self.doubt = len(self.places)
            self._number(document.in_doubt, "in_doubt", None, "")
        starts = [self._numbers[id(section.steps[0])] for section in document.sections]
        for section, after in zip(document.sections, [*starts[1:], None], strict=True):
            self._join(section.steps, after)
        if isinstance(document.in_doubt, list):
            self._join(document.in_doubt, None)
        self.reached = self._reached()
        self._into: list[list[tuple[int, int]]] = [[] for _ in self.places]
        """For each step the steps before it, with what they set on the way here."""
        for place in self.places:
            for edge in place.edges:
                if place.number in self.reached and not edge.by_people:
                    sets = edge.gathers | (1 << place.number if edge.sets else 0)
                    self._into[edge.target].append((place.number, sets))

    # --- the steps ------------------------------------------------------------------------------------------------

    def _number(self, branch: list[d.Step], section: str, above: Place | None, name: str) -> None:
        before: Place | None = None
        for step in branch:
            place = Place(len(self.places), step, self._id(step, section), section, above, name, before)
            self._numbers[id(step)] = place.number
            self.places.append(place)
            for inner, steps in step.branches():
                if isinstance(steps, list):
                    self._number(steps, section, place, inner)
            before = place

    def _id(self, step: d.StepBase, section: str) -> str:
        if step.step_id:
            return step.step_id
        name = f"{section}.{step.kind}.{step.head}"
        self._unnamed[name] = number = self._unnamed.get(name, 0) + 1
        return f"{name}.{number}"

    # --- the ways on ----------------------------------------------------------------------------------------------

    def _join(self, branch: list[d.Step], after: int | None) -> None:
        for step, following in zip(branch, [*branch[1:], None], strict=True):
            next_place = after if following is None else self._numbers[id(following)]
            self._ways(self.places[self._numbers[id(step)]], next_place)

    def _ways(self, place: Place, after: int | None) -> None:
        step = place.step
        inner_after = place.number if isinstance(step, d.Repeat | d.ForEach) else after
        for name, branch in step.branches():
            target = after if not isinstance(branch, list) else self._numbers[id(branch[0])]
            if isinstance(branch, list):
                self._join(branch, inner_after if name == "steps" else after)
            self._way(place, target, sets=_sets(step, name))
        self._onward(place, step, after)
        if _may_be_in_doubt(step):
            self._way(place, self.doubt, sets=False)

    def _way(self, place: Place, target: int | None, *, sets: bool = True, by_people: bool = False) -> None:
        if target is not None:
            place.edges.append(Edge(target, sets, by_people))

    def _onward(self, place: Place, step: d.StepBase, after: int | None) -> None:
        """The ways that are no written branch."""
        match step:
            case d.Close():
                return
            case d.GoTo():
                self._way(place, self.sections.get(step.go_to))
            case d.HandOver():
                for section in step.return_to:
                    self._way(place, self.sections.get(section), by_people=True)
            case d.Ask():
                self._asked(place, step, after)
            case d.ForEach():
                if after is not None:
                    inside = sum(1 for _ in d.walk_branch(step.steps))
                    place.edges.append(Edge(after, sets=False, gathers=((1 << inside) - 1) << place.number + 1))
            case d.Decide():
                if step.cases is not None and step.otherwise is None:
                    self._way(place, after)
            case d.Call():
                if step.is_ is None:
                    return  # it closes with the called process
            case d.Say() | d.Note() | d.Send():
                self._way(place, after)
                if step.if_ or step.only:
                    self._way(place, after, sets=False)
            case d.Task():
                self._way(place, after, sets=step.waits)
                if step.waits and (step.if_ or step.only or step.ends_when):
                    self._way(place, after, sets=False)
            case d.Table():
                self._way(place, after)
                if step.otherwise is None and not _has_last_row(step):
                    self._way(place, after, sets=False)
            case _:
                self._way(place, after)

    def _asked(self, place: Place, step: d.Ask, after: int | None) -> None:
        written: dict[str, d.Branch | None] = {choice.value: choice.steps for choice in step.choices}
        if step.answer == "yes_no":
            written = {"yes": step.if_yes, "no": step.if_no}
        if not written or step.optional or any(branch is None for branch in written.values()):
            self._way(place, after, sets=not step.optional)
        if step.if_ or step.only or step.ends_when:
            self._way(place, after, sets=False)

    # --- what follows from it -------------------------------------------------------------------------------------

    def _reached(self) -> set[int]:
        """Steps that some walk can come to."""
        seen: set[int] = set()
        waiting = [0] if self.places else []
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                waiting.extend(edge.target for edge in self.places[number].edges)
        return seen

    def may_be_set(self) -> list[int]:
        """For each step, the steps that some walk passes before it and that leave a result, or tried to."""
        found = [0] * len(self.places)
        changed = True
        while changed:
            changed = False
            for number in range(len(self.places)):
                bits = found[number]
                for source, _ in self._into[number]:
                    bits |= found[source] | 1 << source
                if bits != found[number]:
                    found[number], changed = bits, True
        return found

    def surely_set(self) -> list[int]:
        """For each step, the steps whose result every walk has by then."""
        everything = (1 << len(self.places)) - 1
        found = [everything] * len(self.places)
        found[0] = 0
        changed = True
        while changed:
            changed = False
            for number in range(1, len(self.places)):
                bits = everything
                for source, sets in self._into[number]:
                    bits &= found[source] | sets
                if bits != found[number]:
                    found[number], changed = bits, True
        return found


def _sets(step: d.StepBase, branch: str) -> bool:
    """Whether a step has its result when it goes into a branch."""
    if branch == "if_never":
        return isinstance(step, d.Wait | d.Repeat)
    return branch not in ("unknown", "if_none", "if_fails", "if_refused") and not (
        isinstance(step, d.Table) and branch == "otherwise"
    )


def _has_last_row(step: d.Table) -> bool:
    lines = [line for line in step.grid.splitlines() if line.strip()]
    heads = lines[0].strip().strip("|").split("|") if lines else []
    wanted = sum(not head.strip().startswith("=") for head in heads)
    cells = [cell.strip() for cell in lines[-1].strip().strip("|").split("|")] if lines else []
    return bool(wanted) and cells[:wanted] == ["any"] * wanted


def _may_be_in_doubt(step: d.StepBase) -> bool:
    """Whether the document's `in_doubt` may follow."""
    match step:
        case d.Close() | d.HandOver() | d.Set() | d.Start() | d.Cancel():
            return False
        case d.GoTo():
            return step.at_most is not None
        case d.Wait():
            return step.until is not None and step.unknown is None
        case d.Decide():
            return step.unknown is None or (step.on is not None and step.otherwise is None)
        case d.Table():
            return step.unknown is None
        case _:
            return True
