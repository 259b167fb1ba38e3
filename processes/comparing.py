"""Two documents of one process compared by their stable ids, in the author's words.

A step is the same step wherever it stands: it may be added, removed, moved, reworded (only its words changed), re-aimed
(it leads somewhere else) or changed (what it does). Nothing is read or written here; the page draws what this returns,
publishing counts it, and waiting cases are judged by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from base.languages import N_
from processes.language import document as d

ChangeKind = Literal["added", "removed", "moved", "reworded", "re-aimed", "changed"]
Container = tuple[str, ...]
"""Where steps stand: `("section",)` or `(step, branch)`."""

WORDY = ("text", "texts", "label", "subject", "confirm", "comment", "title", "if_broken")
"""Keys that hold words only."""
BRANCHES = frozenset(
    {"if_yes", "if_no", "if_none", "if_never", "none_of_these", "unknown", "otherwise", "is", "steps", "if_fails"}
)
POINTING = ("call", "start", "hand_over", "close")
NAMED_PARTS = ("needs", "settings", "facts", "outcomes", "gives", "parties")
PLAIN_PARTS = ("title", "reason", "audience", "languages", "calendar", "starts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference."""

    kind: ChangeKind
    part: str
    """`step`, `section`, `scenario`, or a top-level key."""
    name: str
    """Id of the step, or name of the part."""
    sentence: str
    """English, with parameters."""
    params: Mapping[str, Any] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    """What stood there and stands there, as authors write it; empty where there is nothing to show."""
    place: Container = ()
    """Of a removed step: where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All differences, in reading order of the newer document, removed ones last."""

    changes: tuple[Change, ...]

    def count(self, kind: ChangeKind) -> int:
        """How many steps and parts changed in this way."""
        return len({(each.part, each.name) for each in self.changes if each.kind == kind})

    def of_step(self, step: str) -> tuple[Change, ...]:
        """What became of one step."""
        return tuple(each for each in self.changes if each.part == "step" and each.name == step)

    @property
    def steps_touched(self) -> frozenset[str]:
        """Ids of steps whose behaviour changed: words and moves left out."""
        acting = ("added", "removed", "changed", "re-aimed")
        return frozenset(each.name for each in self.changes if each.part == "step" and each.kind in acting)

    @property
    def words_only(self) -> bool:
        """Whether nothing but words (and scenarios) changed."""
        return all(each.kind == "reworded" or each.part == "scenario" for each in self.changes)


@dataclass(frozen=True, slots=True)
class _Placed:
    step: d.StepBase
    place: Container
    order: int


def compare(before: d.Document, after: d.Document) -> Comparison:
    """What `after` changes."""
    old, new = _placed(before), _placed(after)
    changes: list[Change] = list(_sections(before, after))
    for name, placed in new.items():
        if name in old:
            changes += _step_changes(old[name], placed)
        else:
            changes.append(_change("added", "step", name, N_("The step is new."), place=placed.place))
    changes += _moved(old, new)
    changes += _exits(before, after, frozenset(old) & frozenset(new))
    for name, placed in old.items():
        if name not in new:
            changes.append(_change("removed", "step", name, N_("The step is gone."), place=placed.place))
    changes += _parts(before, after)
    changes += _scenarios(before, after)
    return Comparison(changes=tuple(changes))


def containers(document: d.Document) -> Iterator[tuple[Container, list[d.StepBase] | None]]:
    """Every list of steps with where it stands, in reading order; None for a branch that goes on."""
    stack: list[tuple[Container, d.Branch]] = [((each.section,), each.steps) for each in reversed(document.sections)]
    if isinstance(document.in_doubt, list):
        stack.insert(0, (("in_doubt",), document.in_doubt))
    while stack:
        place, branch = stack.pop()
        steps: list[d.StepBase] | None = list(branch) if isinstance(branch, list) else None
        yield place, steps
        inner = [((step.step_id, name), each) for step in steps or () for name, each in step.branches()]
        stack += reversed(inner)


def _placed(document: d.Document) -> dict[str, _Placed]:
    found: dict[str, _Placed] = {}
    for place, steps in containers(document):
        for order, step in enumerate(each for each in steps or () if each.step_id):
            found.setdefault(step.step_id, _Placed(step, place, order))
    return found


def _change(kind: ChangeKind, part: str, name: str, sentence: str, **more: Any) -> Change:
    return Change(kind=kind, part=part, name=name, sentence=sentence, **more)


# --- steps ----------------------------------------------------------------------------------------------------------


def _step_changes(old: _Placed, new: _Placed) -> Iterator[Change]:
    name, before, after = new.step.step_id, _own(old.step), _own(new.step)
    if old.step.kind != new.step.kind:
        sentence = N_("The step is now of another kind.")
        yield _change("changed", "step", name, sentence, before=old.step.kind, after=new.step.kind)
        return
    if old.step.kind in POINTING and old.step.head != new.step.head:
        sentence = N_("It leads to “%(after)s” instead of “%(before)s”.")
        ends = {"before": old.step.head, "after": new.step.head}
        yield _change("re-aimed", "step", name, sentence, params=ends)
    for key in sorted({*before, *after} - {new.step.kind}):
        yield from _key_changes(name, key, before.get(key), after.get(key))
    yield from _branch_changes(name, old.step, new.step)


def _key_changes(step: str, key: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    old_words, old_rest = _split(key, before)
    new_words, new_rest = _split(key, after)
    for place in sorted({*old_words, *new_words}):
        was, now = old_words.get(place, ""), new_words.get(place, "")
        if was != now:
            sentence = N_("Other words (%(place)s).")
            yield _change("reworded", "step", step, sentence, params={"place": place}, before=was, after=now)
    if old_rest != new_rest:
        sentence = N_("“%(key)s” is another.")
        more = {"before": written(old_rest), "after": written(new_rest)}
        yield _change("changed", "step", step, sentence, params={"key": key}, **more)


def _branch_changes(name: str, old: d.StepBase, new: d.StepBase) -> Iterator[Change]:
    was, now = [each for each, _ in old.branches()], [each for each, _ in new.branches()]
    for branch in now:
        if branch not in was:
            yield _change("changed", "step", name, N_("The branch “%(branch)s” is new."), params={"branch": branch})
    for branch in was:
        if branch not in now:
            yield _change("changed", "step", name, N_("The branch “%(branch)s” is gone."), params={"branch": branch})


def _own(step: d.StepBase) -> dict[str, Any]:
    """What a step says itself, without what stands in its branches."""
    body = step.model_dump(mode="json", by_alias=True, exclude_unset=True)
    own = {key: value for key, value in body.items() if key not in BRANCHES}
    for key in ("choices", "cases"):
        if isinstance(own.get(key), list):
            own[key] = [{k: v for k, v in each.items() if k != "steps"} for each in own[key]]
    if isinstance(own.get("approval"), dict):
        own["approval"] = {key: value for key, value in own["approval"].items() if key != "if_refused"}
    return own


def _split(key: str, value: Any, path: str = "") -> tuple[dict[str, str], Any]:
    """Words by place, and the rest, of a value under `key`."""
    place = f"{path} · {key}" if path else key
    if key in WORDY:
        return dict(_texts(place, value)), None
    if isinstance(value, Mapping):
        words: dict[str, str] = {}
        rest = {}
        for name, each in value.items():
            more, left = _split(str(name), each, place)
            words |= more
            if left is not None:
                rest[name] = left
        return words, rest
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        words, kept = {}, []
        for number, each in enumerate(value, start=1):
            more, left = _split(str(each.get("value", number)), each, place)
            words |= more
            kept.append(left)
        return words, kept
    return {}, value


def _texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(f"{place} · {name}", each)
    elif value is not None:
        yield place, str(value)


def _moved(old: Mapping[str, _Placed], new: Mapping[str, _Placed]) -> Iterator[Change]:
    stayed: dict[Container, list[str]] = {}
    for name, placed in new.items():
        if name not in old:
            continue
        if old[name].place != placed.place:
            params = {"before": told_place(old[name].place), "after": told_place(placed.place)}
            yield _change("moved", "step", name, N_("Moved from %(before)s to %(after)s."), params=params)
        else:
            stayed.setdefault(placed.place, []).append(name)
    for names in stayed.values():
        kept = _longest_in_order([old[name].order for name in names])
        for position, name in enumerate(names):
            if position not in kept:
                yield _change("moved", "step", name, N_("Moved within its branch."))


def _longest_in_order(numbers: list[int]) -> set[int]:
    """Positions of a longest rising run: what need not have moved."""
    best: list[tuple[int, int]] = []
    for _position, number in enumerate(numbers):
        before = [(length, at) for at, (length, _) in enumerate(best) if numbers[at] < number]
        length, at = max(before, default=(0, -1))
        best.append((length + 1, at))
    kept: set[int] = set()
    at = max(range(len(best)), key=lambda each: best[each][0], default=-1)
    while at >= 0:
        kept.add(at)
        at = best[at][1]
    return kept


def _exits(before: d.Document, after: d.Document, both: frozenset[str]) -> Iterator[Change]:
    """Where branches lead: another section, or simply on."""
    old, new = dict(containers(before)), dict(containers(after))
    for place, steps in new.items():
        known = place in old and (len(place) == 1 or place[0] in both)
        was, now = _aims(old[place]) if known else "", _aims(steps)
        if known and was != now:
            sentence = N_("%(place)s leads to “%(after)s” instead of “%(before)s”.")
            params = {"place": told_place(place), "before": was, "after": now}
            part = "step" if len(place) == 2 else "section"
            yield _change("re-aimed", part, place[0], sentence, params=params)


def _aims(steps: list[d.StepBase] | None) -> str:
    if steps is None:
        return "go_on"
    return ", ".join(f"{each.kind} {each.head}" for each in steps if not each.step_id) or "–"


# --- the rest of the document ----------------------------------------------------------------------------------------


def _sections(before: d.Document, after: d.Document) -> Iterator[Change]:
    old = {each.section: each for each in before.sections}
    new = {each.section: each for each in after.sections}
    for name, section in new.items():
        if name not in old:
            yield _change("added", "section", name, N_("The section is new."))
        elif old[name].title != section.title:
            more = {"before": written(old[name].title), "after": written(section.title)}
            yield _change("reworded", "section", name, N_("Another title."), **more)
    for name in old:
        if name not in new:
            yield _change("removed", "section", name, N_("The section is gone."))
    common_old = [name for name in old if name in new]
    common_new = [name for name in new if name in old]
    if common_old != common_new:
        more = {"before": ", ".join(common_old), "after": ", ".join(common_new)}
        yield _change("moved", "section", common_new[0], N_("The order of the sections is another."), **more)


def _parts(before: d.Document, after: d.Document) -> Iterator[Change]:
    old = before.model_dump(mode="json", by_alias=True, exclude_unset=True)
    new = after.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for part in NAMED_PARTS:
        was, now = old.get(part) or {}, new.get(part) or {}
        for name in sorted({*was, *now}):
            yield from _named(part, name, was.get(name), now.get(name))
    for part in PLAIN_PARTS:
        if old.get(part) != new.get(part):
            kind: ChangeKind = "reworded" if part == "title" else "changed"
            more = {"before": written(old.get(part)), "after": written(new.get(part))}
            yield _change(kind, part, part, N_("“%(key)s” is another."), params={"key": part}, **more)


def _named(part: str, name: str, was: Any, now: Any) -> Iterator[Change]:
    if was is None:
        yield _change("added", part, name, N_("“%(name)s” is new."), params={"name": name}, after=written(now))
    elif now is None:
        yield _change("removed", part, name, N_("“%(name)s” is gone."), params={"name": name}, before=written(was))
    elif was != now:
        _, old_rest = _split(name, was)
        _, new_rest = _split(name, now)
        kind: ChangeKind = "reworded" if old_rest == new_rest else "changed"
        more = {"before": written(was), "after": written(now)}
        yield _change(kind, part, name, N_("“%(name)s” is another."), params={"name": name}, **more)


def _scenarios(before: d.Document, after: d.Document) -> Iterator[Change]:
    old, new = ({each.name: each.model_dump() for each in each_.scenarios} for each_ in (before, after))
    for name, scenario in new.items():
        if name not in old:
            yield _change("added", "scenario", name, N_("The scenario is new."))
        elif old[name] != scenario:
            yield _change("changed", "scenario", name, N_("The scenario tells another story."))
    for name in old:
        if name not in new:
            yield _change("removed", "scenario", name, N_("The scenario is gone."))


def told_place(place: Container) -> str:
    """A place in a few signs: `situation › late`."""
    return " › ".join(place)


def written(value: Any) -> str:
    """A value in the author's signs, on one line a key."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {written(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(written(each).replace("\n", "; ") for each in value)
    return str(value)
