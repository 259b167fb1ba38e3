"""Names: each must exist, mean one thing, and have been set before it is used."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from base.languages import N_
from processes.language import document as d
from processes.language.checking.environment import BUILT_IN, IN_TEXTS
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject
from processes.language.checking.written import Expression, Text
from processes.language.names import ANYTHING, unknown_names
from processes.walk.evaluation import names_of
from processes.walk.expressions import parts_of

_RESULTLESS: Final = ("close", "hand_over", "go_to", "cancel")
_FIRM: Final = ("to", "amount", "cap", "by", "due_by", "in", "promise")
"""Keys whose value is wanted as it is; a condition, a decision and what people look at can do without."""
_FIRM_OF: Final = {"act": ("with",), "send": ("attach",)}
"""And of some kinds: a customer's mail without the label that it speaks of helps nobody."""

_ALWAYS_THERE: Final = N_("“%(name)s” is a name that is always there: choose another one.")
_A_NEED: Final = N_("“%(name)s” is already the name of something the process needs: choose another one.")
_A_FACT: Final = N_("“%(name)s” is already the name of a fact: choose another one.")


def check_names_exist(s: Subject) -> None:
    """Every name in an expression or a text is known; the nearest one is offered."""
    for place in s.places:
        for expression in s.expressions[place.number]:
            _check_expression(s, place.id, expression)
        for text in s.texts[place.number]:
            _check_text(s, place, text)
    for owner, expression in s.loose:
        _check_expression(s, owner, expression)


def _check_expression(s: Subject, owner: str, expression: Expression) -> None:
    item = s.item_of(expression)
    fields = None if item is None else item.names() or (ANYTHING if item.kind == "any" else {})
    for error in unknown_names(expression.ast, s.names, "", fields):
        s.error("unknown_name", error.sentence, owner, expression.key, **error.params)


def _check_text(s: Subject, place: Place, text: Text) -> None:
    for language, parsed in s.parsed(text):
        for use in parsed.uses:
            path = use.path.split(".")
            if path[0] in IN_TEXTS or s.environment.at(path) is not None:
                continue
            for error in unknown_names(["name", *path], s.names):
                s.error("unknown_name", error.sentence, place.id, f"{text.key}.{language}", **error.params)


def check_names_are_single(s: Subject) -> None:
    """A name means one thing: a question, a fact, a result or what is always there."""
    taken = dict.fromkeys((*BUILT_IN, *IN_TEXTS, "setting", "event", "last_run"), _ALWAYS_THERE)
    for sentence, names in ((_A_NEED, s.document.needs), (_A_FACT, s.document.facts)):
        for name in names:
            if name in taken:
                s.error("same_name", taken[name], name, "", name=name)
            taken[name] = sentence
    for place in s.places:
        if place.step.step_id and place.step.kind not in _RESULTLESS and place.id in taken:
            s.error("same_name", taken[place.id], place.id, place.step.kind, name=place.id)


def check_names_are_set(s: Subject) -> None:
    """A result is used only where a walk can have it; where only some paths set it, a warning."""
    may, surely = s.flow.may_be_set(), s.flow.surely_set()
    numbers = {place.id: place.number for place in s.places if place.step.step_id and place.id not in BUILT_IN}
    facts = _what_facts_need(s)
    for place in s.reached():
        told: set[str] = set()
        for key, name, firm in _used(s, place):
            for needed in facts.get(name, (name,)):
                number = numbers.get(needed)
                if number is None or needed in told or _inside(place, needed):
                    continue
                if not may[place.number] >> number & 1 and not (number == place.number and _reads_itself(place)):
                    told.add(needed)
                    _never_set(s, place, key, name, needed)
                elif firm and name == needed and not surely[place.number] >> number & 1:
                    told.add(needed)
                    s.warn(
                        "perhaps_not_set",
                        N_("“%(name)s” is used here, but not every path that leads here sets it."),
                        place.id, key, name=name,
                    )  # fmt: skip


def _never_set(s: Subject, place: Place, key: str, name: str, needed: str) -> None:
    if name == needed:
        s.error("not_yet_set", N_("“%(name)s” is used here, but no path sets it before."), place.id, key, name=name)
        return
    s.error(
        "not_yet_set",
        N_("The fact “%(name)s” cannot be read here: it needs “%(needed)s”, which no path sets before."),
        place.id, key, name=name, needed=needed,
    )  # fmt: skip


def _inside(place: Place, name: str) -> bool:
    """Whether the name is that of a loop around the step: its item, or its turn."""
    return any(around.id == name and branch == "steps" for around, branch in place.around())


def _reads_itself(place: Place) -> bool:
    """A repeat reads its own turn in `until`; a promise may rest on the words that made it."""
    return isinstance(place.step, d.Repeat | d.Say | d.Note | d.Send | d.ForEach)


def _used(s: Subject, place: Place) -> Iterator[tuple[str, str, bool]]:
    """Key and name of each use, and whether it cannot do without the name."""
    guarded = _tested(s, place)
    firm_keys = (*_FIRM, *_FIRM_OF.get(place.step.kind, ()))
    for expression in s.expressions[place.number]:
        firm = expression.holds == "value" and expression.key.split(".")[0] in firm_keys
        loose = _excused(expression.ast)
        for path in sorted(names_of(expression.ast)):
            name = path.split(".")[0]
            late = isinstance(place.step, d.Repeat) and expression.key == "until"
            if late and _set_inside(s, place, name):
                continue
            yield expression.key, name, firm and name not in loose and name not in guarded
    for text in s.texts[place.number]:
        for _, parsed in s.parsed(text):
            for use in parsed.uses:
                name = use.path.split(".")[0]
                yield text.key, name, not use.guarded and name not in guarded and not _guards(use.guards, name)


def _guards(guards: frozenset[str], name: str) -> bool:
    return any(path.split(".")[0] == name for path in guards)


def _excused(ast: list[object]) -> set[str]:
    """Names whose absence the expression provides for: `first_known(a, b)`, `if(a is known, …)`."""
    loose: set[str] = set()
    for part in parts_of(ast):
        if part[0] == "call" and part[1] in ("first_known", "if"):
            loose |= {path.split(".")[0] for path in names_of(part)}
    return loose


def _tested(s: Subject, place: Place) -> set[str]:
    """Names that the step's own condition, or the decision it stands in, has looked at."""
    tested: set[str] = set()
    for expression in s.expressions[place.number]:
        if expression.key == "if":
            tested |= {path.split(".")[0] for path in names_of(expression.ast)}
    for around, _ in place.around():
        if isinstance(around.step, d.Decide):
            for expression in s.expressions[around.number]:
                tested |= {path.split(".")[0] for path in names_of(expression.ast)}
    return tested


def _set_inside(s: Subject, repeat: Place, name: str) -> bool:
    found = s.by_id.get(name)
    return found is not None and any(around is repeat for around, _ in found.around())


def _what_facts_need(s: Subject) -> dict[str, tuple[str, ...]]:
    """By fact: the results without which it cannot be read, through other facts too."""
    steps = {place.id for place in s.places if place.step.step_id}
    direct: dict[str, set[str]] = {name: set() for name in s.document.facts}
    for owner, expression in s.loose:
        if owner in direct:
            firsts = {path.split(".")[0] for path in names_of(expression.ast)}
            direct[owner] |= firsts - _excused(expression.ast)
    found: dict[str, tuple[str, ...]] = {}
    for name in direct:
        wanted, seen = [name], {name}
        while wanted:
            for first in direct.get(wanted.pop(), ()):
                if first not in seen:
                    seen.add(first)
                    wanted.append(first)
        found[name] = tuple(sorted(seen & steps))
    return found


def check_settings_are_read(s: Subject) -> None:
    """A setting that nothing reads is a figure that changes nothing."""
    read = {path for _, path in all_paths(s)}
    read |= {f"setting.{place.step.scale}" for place in s.places if isinstance(place.step, d.Table)}
    for name in s.document.settings:
        if f"setting.{name}" not in read and "setting" not in read:
            s.warn("setting_not_read", N_("The setting “%(name)s” is never read."), "", f"settings.{name}", name=name)


def all_paths(s: Subject) -> Iterator[tuple[str, str]]:
    """Every dotted path that the document reads, with the step or name that reads it."""
    for place in s.places:
        for expression in s.expressions[place.number]:
            yield from ((place.id, path) for path in names_of(expression.ast))
        for text in s.texts[place.number]:
            for _, parsed in s.parsed(text):
                yield from ((place.id, path) for path in parsed.paths)
    for owner, expression in s.loose:
        yield from ((owner, path) for path in names_of(expression.ast))


def check_cancels(s: Subject) -> None:
    """What is cancelled is a task or a promise of the document."""
    for place in s.places:
        if isinstance(place.step, d.Cancel) and place.step.cancel not in s.by_id:
            near = get_close_matches(place.step.cancel, s.by_id, 1)
            sentence = N_("There is no step “%(name)s” to cancel.")
            if near:
                sentence = N_("There is no step “%(name)s” to cancel; did you mean “%(near)s”?")
            s.error("unknown_step", sentence, place.id, "cancel", name=place.step.cancel, near="".join(near))
