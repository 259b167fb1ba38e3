"""What the models refuse, told to the author: one sentence a fault, with its step, its key and its place in the file.

The models speak of unions and tags; authors know steps, keys and branches. Of a union's complaints only those of the
form that was meant are kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from base.languages import N_
from processes.language import document as d
from processes.language import parts
from processes.language.declared import Fact, Scenario, SettingSpec
from processes.language.faults import Fault

Path = tuple[str | int, ...]

_PARTS: Final[Mapping[str, type[parts.Part]]] = {
    "remind": parts.Reminder, "promise": parts.Promise, "of": parts.Of, "choices": d.Choice, "approval": d.Approval,
    "in": parts.Items, "facts": Fact, "settings": SettingSpec, "needs": d.FieldSpec, "form": d.FieldSpec,
    "starts": parts.StartRule, "cases": d.Case, "sections": d.Section, "scenarios": Scenario,
}  # fmt: skip
_BY_LANGUAGE: Final = ("text", "subject", "label", "title", "confirm", "if_broken")
_WRONG_KIND: Final[Mapping[str, str]] = {
    "string": N_("A text or word is wanted here."),
    "int": N_("A whole number is wanted here."),
    "bool": N_("`true` or `false` is wanted here."),
    "list": N_("A list is wanted here."),
    "dict": N_("Keys with their values are wanted here."),
    "model": N_("Keys with their values are wanted here."),
}
_BRANCH: Final = N_("A branch is a list of steps, or `go_on`.")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A fault of the models, at its place in the data."""

    path: Path
    problem: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Pydantic's name for it."""
        return str(self.problem["type"])


def shape_faults(data: Mapping[str, Any], problems: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Fault, Path]]:
    """Each fault with its place in the data, in the order of pydantic's errors."""
    complaints = [Complaint(place_of(data, problem["loc"]), problem) for problem in problems]
    told: set[tuple[Path, str]] = set()
    for complaint in _meant(complaints):
        fault = _told(data, complaint)
        if (complaint.path, fault.sentence) not in told:
            told.add((complaint.path, fault.sentence))
            yield fault, complaint.path


def place_of(data: Any, loc: Sequence[str | int]) -> Path:
    """A model's path as one of the data: tags and members of unions are passed over."""
    path: Path = ()
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(data, Mapping) and isinstance(part, str):
            if part in data:
                # A step's kind is a tag of the model before it is a key of the step.
                if last or isinstance(data[part], Mapping | list) or part not in d.STEP_KINDS:
                    data, path = data[part], (*path, part)
            elif last and part not in d.STEP_KINDS and not _is_member(part):
                path = (*path, part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data, path = data[part], (*path, part)
    return path


def _is_member(part: str) -> bool:
    """Whether a part of a model's path names a member of a union."""
    return "[" in part or part[:1].isupper() or part in ("str", "int", "bool")


def _meant(complaints: list[Complaint]) -> Iterator[Complaint]:
    """Without those about the other forms a value could have had, and about keys that were merely misspelt."""
    below = {complaint.path[:end] for complaint in complaints for end in range(len(complaint.path))}
    kinds: dict[Path, list[str]] = {}
    misspelt: dict[Path, list[str]] = {}
    for complaint in complaints:
        kinds.setdefault(complaint.path, []).append(complaint.kind)
        if complaint.kind == "extra_forbidden" and complaint.path:
            misspelt.setdefault(complaint.path[:-1], []).append(str(complaint.path[-1]))
    for complaint in complaints:
        path, kind = complaint.path, complaint.kind
        if kind == "literal_error" or kind.endswith("_type"):
            here = kinds[path]
            if path in below or "too_short" in here or kind != here[0]:
                continue
        if kind == "missing" and path and get_close_matches(str(path[-1]), misspelt.get(path[:-1], ()), 1):
            continue
        yield complaint


def _told(data: Mapping[str, Any], complaint: Complaint) -> Fault:
    step, key = step_and_key(data, complaint.path)
    sentence, params = _sentence(data, complaint)
    return Fault(code=f"shape_{complaint.kind}", sentence=sentence, params=params, step=step, key=key)


def step_and_key(data: Any, path: Path) -> tuple[str, str]:
    """The innermost step on the way to a place, and what follows it on that way; of a fact or need, its name."""
    step, after = "", 0
    for number, part in enumerate(path):
        data = data[part] if _holds(data, part) else None
        if isinstance(part, int) and isinstance(data, Mapping):
            kind = next((key for key in data if key in d.STEP_KINDS), None)
            if kind is not None and path[0] in ("sections", "in_doubt") and (found := id_of(kind, data)):
                step, after = found, number + 1
    if not step and len(path) >= 2 and path[0] in ("facts", "needs"):
        step, after = str(path[1]), 2
    return step, ".".join(str(part + 1) if isinstance(part, int) else part for part in path[after:])


def _holds(data: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(data, list) and part < len(data)
    return isinstance(data, Mapping) and part in data


def id_of(kind: str, step: Mapping[str, Any]) -> str:
    """The id a step will have, from what is written; empty for the kinds that have none."""
    head = str(step[kind])[:80]
    given = str(step["id"])[:80] if "id" in step else ""
    match kind:
        case "go_to" | "cancel":
            return ""
        case "call" | "start":
            return given or head.replace("-", "_")
        case "hand_over":
            return given or str(step.get("because", head))[:80]
        case "close":
            return given or f"close_{head}"
    return head


# Sentences


def _sentence(data: Mapping[str, Any], complaint: Complaint) -> tuple[str, dict[str, Any]]:
    problem, path = complaint.problem, complaint.path
    context: Mapping[str, Any] = problem.get("ctx") or {}
    last = str(path[-1]) if path else ""
    match complaint.kind:
        case "missing":
            return N_("`%(name)s` is missing here."), {"name": str(problem["loc"][-1])}
        case "extra_forbidden":
            return _unknown_key(data, path)
        case "union_tag_not_found" | "union_tag_invalid":
            return _no_step(problem["input"])
        case "literal_error":
            return _wrong_word(str(context.get("expected", "")), problem["input"])
        case "value_error":
            return str(context["error"]), {}
        case "string_pattern_mismatch":
            return _wrong_name(str(context.get("pattern", "")), problem["input"])
        case "too_short" | "string_too_short":
            return N_("This is empty."), {}
        case "string_too_long" | "too_long":
            return N_("This is too long: at most %(most)s."), {"most": context.get("max_length", "")}
        case "greater_than_equal" | "less_than_equal":
            return N_("A number from 1 to 1,000 is wanted here."), {}
        case kind if kind.endswith(("_type", "_parsing")):
            if last in _BY_LANGUAGE and kind == "dict_type":
                return N_("Write it by language: {fr: …, en: …}."), {}
            return _WRONG_KIND.get(kind.split("_")[0], N_("This cannot be read.")), {}
    return N_("This cannot be read."), {}


def _unknown_key(data: Mapping[str, Any], path: Path) -> tuple[str, dict[str, Any]]:
    name = str(path[-1])[:60] if path else ""
    known = _keys_at(data, path[:-1])
    near = get_close_matches(name, known, 1)
    if near:
        return N_("`%(name)s` is no key here; did you mean `%(near)s`?"), {"name": name, "near": near[0]}
    return N_("`%(name)s` is no key here; there are %(names)s."), {"name": name, "names": ", ".join(known)}


def _keys_at(data: Any, owner: Path) -> list[str]:
    """The keys that may stand at a place of the data."""
    for part in owner:
        data = data[part] if _holds(data, part) else None
    kind = next((key for key in data if key in d.STEP_KINDS), None) if isinstance(data, Mapping) else None
    words = [part for part in owner if isinstance(part, str)]
    model: type[parts.Part] = d.Document
    if kind is not None and owner and isinstance(owner[-1], int):
        model = d.STEP_KINDS[kind]
    elif owner:
        model = next((_PARTS[word] for word in reversed(words[-2:]) if word in _PARTS), d.Document)
    return [field.alias or name for name, field in model.model_fields.items()]


def _no_step(found: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(found, Mapping):
        for key in found:
            near = get_close_matches(str(key), d.STEP_KINDS, 1)
            if near:
                return N_("`%(name)s` is no kind of step; did you mean `%(near)s`?"), {
                    "name": str(key)[:60],
                    "near": near[0],
                }
    return N_("A step begins with what it does: %(kinds)s."), {"kinds": ", ".join(d.STEP_KINDS)}


def _wrong_word(expected: str, found: Any) -> tuple[str, dict[str, Any]]:
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    if words == ["go_on"]:
        return _BRANCH, {}
    name = str(found)[:60]
    near = get_close_matches(name, words, 1)
    if near:
        return N_("“%(name)s” is not possible here; did you mean “%(near)s”?"), {"name": name, "near": near[0]}
    return N_("“%(name)s” is not possible here; possible are: %(names)s."), {"name": name, "names": ", ".join(words)}


def _wrong_name(pattern: str, found: Any) -> tuple[str, dict[str, Any]]:
    params = {"name": str(found)[:60]}
    if "_]" in pattern:
        return N_("“%(name)s” is no name: small letters, digits and _, beginning with a letter."), params
    if "-]" in pattern:
        return N_("“%(name)s” is no key: small letters, digits and -, beginning with a letter."), params
    return N_("“%(name)s” is no language; write for example fr or en."), params
