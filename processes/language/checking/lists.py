"""Closed lists and kinds: what is compared can be equal, and every value of a closed list leads somewhere."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from base.languages import N_
from processes.language import document as d
from processes.language.checking.known import Known
from processes.language.checking.subject import Subject
from processes.language.checking.written import Expression
from processes.language.conditions import parse_cell
from processes.language.errors import LanguageError
from processes.language.telling import tell
from processes.walk.functions import FUNCTIONS
from processes.walk.values import decode

Ast = list[Any]

_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_KINDS: Final = {
    "text": "text", "choice": "text", "yes_no": "text", "number": "number", "money": "money", "moment": "day",
    "date": "day", "delay": "delay",
}  # fmt: skip
_IN_TEXT: Final = re.compile(r"""([a-z][\w.]*)\s*(?:==|!=)\s*(?:'([^']*)'|"([^"]*)")""")
_NO_VALUES: Final = ("otherwise", "unknown")
"""Branches of a decision that are no value of their own."""


def check_values(s: Subject) -> None:
    """Values compared with a closed list are in it, and both sides of a comparison are of one kind."""
    for place in s.places:
        for expression in s.expressions[place.number]:
            _check_expression(s, place.id, expression)
        for text in s.texts[place.number]:
            for language, parsed in s.parsed(text):
                for path, single, double in _IN_TEXT.findall(parsed.source):
                    known = s.environment.at(path.split("."))
                    _check_value(s, known, path, single or double, place.id, f"{text.key}.{language}")
        _check_default(s, place.step)
    for owner, expression in s.loose:
        _check_expression(s, owner, expression)


def _check_expression(s: Subject, owner: str, expression: Expression) -> None:
    key = expression.key
    if expression.holds == "cell":
        if expression.about:
            known = s.environment.of_source(expression.about)
            for constant in cell_constants(expression.ast):
                _check_pair(s, known, expression.about, s.environment.of(constant), constant, owner, key)
        return
    for left, right, item in _pairs(s, expression.ast, s.item_of(expression)):
        kinds = s.environment.of(left, item), s.environment.of(right, item)
        if right[0] == "const":
            _check_pair(s, kinds[0], tell(left), kinds[1], right, owner, key)
        elif left[0] == "const":
            _check_pair(s, kinds[1], tell(right), kinds[0], left, owner, key)
        else:
            _check_kinds(s, kinds, tell(left), tell(right), owner, key)


def _pairs(s: Subject, ast: Ast, item: Known | None) -> Iterator[tuple[Ast, Ast, Known | None]]:
    """The two sides of each comparison, with what a leading dot means there."""
    match ast[0]:
        case "const" | "name" | "item":
            return
        case "call":
            inner = s.environment.of(ast[2], item) if len(ast) > 2 else None
            for place, part in enumerate(ast[2:]):
                yield from _pairs(s, part, inner if place in FUNCTIONS[ast[1]].items else item)
        case "in" | "not in":
            entries = ast[2][1:] if ast[2] and ast[2][0] == "list" else ast[2]
            if entries and isinstance(entries[0], list):
                yield from ((ast[1], entry, item) for entry in entries)
        case head:
            if head in _COMPARISONS:
                yield ast[1], ast[2], item
            for part in ast[1:]:
                if isinstance(part, list) and part and isinstance(part[0], str):
                    yield from _pairs(s, part, item)


def cell_constants(cell: Ast) -> Iterator[Ast]:
    """The constants a cell compares with."""
    match cell[0]:
        case "values":
            yield from (part for part in cell[1] if part[0] == "const")
        case "not":
            yield from cell_constants(cell[1])
        case "between" | "cmp":
            yield from (part for part in cell[1:] if isinstance(part, list) and part[0] == "const")


def _check_pair(s: Subject, known: Known, name: str, other: Known, constant: Ast, owner: str, key: str) -> None:
    value = decode(constant[1])
    if isinstance(value, str) and known.values:
        _check_value(s, known, name, value, owner, key)
    else:
        _check_kinds(s, (known, other), name, tell(constant), owner, key)


def _check_value(s: Subject, known: Known | None, name: str, value: str, owner: str, key: str) -> None:
    if known is None or not known.values or value in known.values:
        return
    near = get_close_matches(value, known.values, 1)
    if near:
        sentence = N_("“%(value)s” is no value of `%(name)s`; did you mean “%(near)s”?")
        s.error("unknown_value", sentence, owner, key, value=value, name=name, near=near[0])
        return
    sentence = N_("“%(value)s” is no value of `%(name)s`, which knows %(values)s.")
    s.error("unknown_value", sentence, owner, key, value=value, name=name, values=", ".join(known.values[:20]))


def _check_kinds(s: Subject, kinds: tuple[Known, Known], left: str, right: str, owner: str, key: str) -> None:
    sorts = [_KINDS.get(kind.kind) for kind in kinds]
    if None not in sorts and sorts[0] != sorts[1]:
        sentence = N_("`%(left)s` and `%(right)s` are of different kinds: they can never be compared.")
        s.error("different_kinds", sentence, owner, key, left=left, right=right)


def _check_default(s: Subject, step: d.StepBase) -> None:
    fields: dict[str, d.Ask | d.FieldSpec] = {}
    match step:
        case d.Ask(form=None):
            fields = {"default": step}
        case d.Ask() | d.Task():
            fields = {f"form.{name}.default": spec for name, spec in (step.form or {}).items()}
    for key, spec in fields.items():
        kind = spec.answer if isinstance(spec, d.Ask) else spec.kind
        values = ["yes", "no"] if kind == "yes_no" else [choice.value for choice in spec.choices]
        if kind in ("choice", "yes_no") and spec.default is not None and spec.default not in values:
            sentence = N_("The default “%(value)s” is none of the answers %(values)s.")
            s.error("unknown_value", sentence, step.step_id, key, value=spec.default, values=", ".join(values))


def check_every_value_is_handled(s: Subject) -> None:
    """A decision on a closed list handles each of its values, or says `otherwise`."""
    for place in s.places:
        step = place.step
        if not isinstance(step, d.Decide) or step.on is None or step.otherwise is not None:
            continue
        known = s.environment.of_source(step.on)
        if not known.values:
            sentence = N_("Say what happens with every other value: write `otherwise`.")
            s.error("otherwise_missing", sentence, place.id, "is")
            continue
        left = [value for value in known.values if value not in _NO_VALUES and not _handled(step, value)]
        if left:
            sentence = N_("Nothing is said for %(values)s: add them, or write `otherwise`.")
            s.error("not_handled", sentence, place.id, "is", values=", ".join(left))


def _handled(step: d.Decide, value: str) -> bool:
    return any(covers_value(_cell(source), value) for source in step.is_ or {})


def _cell(source: str) -> Ast:
    try:
        return parse_cell(source)
    except LanguageError:
        return ["any"]


def covers_value(cell: Ast, value: str) -> bool:
    """Whether a cell surely fits a text."""
    match cell[0]:
        case "any":
            return True
        case "values":
            return any(part[0] == "const" and _same(decode(part[1]), value) for part in cell[1])
        case "not":
            inner = list(cell_constants(cell[1]))
            return cell[1][0] == "values" and len(inner) == len(cell[1][1]) and not covers_value(cell[1], value)
    return False


def _same(found: object, value: str) -> bool:
    return found == value or (isinstance(found, bool) and value == ("yes" if found else "no"))


def check_cases_differ(s: Subject) -> None:
    """A case whose condition stands before it already is never taken."""
    for place in s.places:
        seen: dict[str, int] = {}
        for expression in s.expressions[place.number] if isinstance(place.step, d.Decide) else ():
            if expression.key.startswith("cases."):
                number = int(expression.key.split(".")[1])
                first = seen.setdefault(tell(expression.ast), number)
                if first != number:
                    sentence = N_("Case %(number)s is never taken: case %(first)s has the same condition.")
                    s.error("never_taken", sentence, place.id, expression.key, number=number, first=first)
