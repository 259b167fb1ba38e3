"""Decision tables of DMN 1.3 and later, as steps of ours: what can be said exactly is taken, all else refused by name.

Source: OMG, Decision Model and Notation 1.3 to 1.5, clauses 8 (decision tables) and 10 (FEEL); of FEEL the unary tests
and literals that our cells know: values, lists of values, comparisons, closed ranges, `not(…)`, dates and durations.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import combining, normalize
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from base.errors import Invalid
from base.languages import N_, translate
from processes.language.conditions import parse_cell, parse_value
from processes.language.errors import LanguageError
from processes.language.grid import split_row

MOST_BYTES = 2_000_000
MOST_CELLS = 50_000
VERSIONS: Final = {
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
POLICIES: Final = {"UNIQUE": "unique", "FIRST": "first", "COLLECT": "collect", "RULE ORDER": "collect"}
"""Hit policies of DMN and the `hit` of ours that gives the same; the others are refused."""


class NotDmn(Invalid):
    """The file is no DMN of a version that is read, or no sound XML."""

    sentence = N_("This is no DMN file of version 1.3 or later: %(because)s")

    def tell(self, language: str) -> str:
        """The sentence, with its reason in the same language."""
        return translate(
            language, self.sentence, because=translate(language, str(self.params["because"]), **self.params)
        )


class UnsupportedDmn(Invalid):
    """A part of the file that has no exact counterpart here; nothing was taken."""

    sentence = N_("“%(decision)s”, %(place)s: “%(part)s” cannot be said here. Nothing was taken.")

    def tell(self, language: str) -> str:
        """The sentence, with its place in the same language."""
        place = translate(language, str(self.params["place"]), **self.params)
        return translate(language, self.sentence, **{**self.params, "place": place})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable:
    """One decision of a file."""

    name: str
    """A name for the step, made of the decision's."""
    title: str
    """As the file calls it."""
    hit: str
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells of conditions, then of results, as ours are written."""

    def grid(self) -> str:
        """As authors write it."""
        heads = [*self.columns, *(f"= {name}" for name in self.outputs)]
        return "\n".join(" | ".join(cells) for cells in (heads, *self.rows)) + "\n"

    def step(self) -> dict[str, Any]:
        """The step of a process."""
        step: dict[str, Any] = {"table": self.name, "rows": self.grid(), "label": {"fr": self.title, "en": self.title}}
        return step if self.hit == "first" else {**step, "hit": self.hit}


def read_dmn(source: bytes) -> list[DecisionTable]:
    """The decision tables of a file, in its order. Raises NotDmn and UnsupportedDmn."""
    if len(source) > MOST_BYTES:
        raise NotDmn(because=N_("it is larger than 2 MB."))
    try:
        root = fromstring(source, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise NotDmn(because=N_("line %(line)s, column %(column)s."), line=line, column=column + 1) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise NotDmn(because=type(error).__name__) from error
    space, _, name = root.tag.removeprefix("{").rpartition("}")
    if name != "definitions" or space not in VERSIONS:
        raise NotDmn(because=root.tag[:120])
    found = [_decision(decision, f"{{{space}}}") for decision in root.iter(f"{{{space}}}decision")]
    if not found:
        raise NotDmn(because=N_("it holds no decision."))
    if sum(len(row) for table in found for row in table.rows) > MOST_CELLS:
        raise NotDmn(because=N_("its tables are too large."))
    return found


def _decision(decision: Element, space: str) -> DecisionTable:
    title = (decision.get("name") or decision.get("id") or "?").strip()[:80]
    table = decision.find(f"{space}decisionTable")
    if table is None:
        kinds = [each.tag.removeprefix(space) for each in decision if each.tag.startswith(space)]
        logic = next((kind for kind in reversed(kinds) if kind in LOGIC), "?")
        raise UnsupportedDmn(decision=title, place=N_("the decision"), part=logic)
    return _Table(table, space, title).read()


LOGIC: Final = ("literalExpression", "invocation", "context", "list", "relation", "functionDefinition", "conditional")
"""Kinds of decisions that are no tables."""


class _Table:
    def __init__(self, table: Element, space: str, title: str) -> None:
        self.table, self.space, self.title = table, space, title

    def read(self) -> DecisionTable:
        policy = self.table.get("hitPolicy", "UNIQUE")
        if policy not in POLICIES or self.table.get("aggregation"):
            self._refuse(N_("hit policy"), f"{policy} {self.table.get('aggregation', '')}".strip())
        inputs, outputs = self._all("input"), self._all("output")
        if not outputs:
            self._refuse(N_("results"), "0")
        columns = tuple(self._column(each, place) for place, each in enumerate(inputs, 1))
        names = tuple(self._output(each, place, len(outputs)) for place, each in enumerate(outputs, 1))
        rows = tuple(
            self._row(rule, place, len(columns), len(names)) for place, rule in enumerate(self._all("rule"), 1)
        )
        if not rows:
            self._refuse(N_("rules"), "0")
        return DecisionTable(
            name=_identifier(self.title),
            title=self.title,
            hit=POLICIES[policy],
            columns=columns,
            outputs=names,
            rows=rows,
        )

    def _all(self, name: str) -> list[Element]:
        return self.table.findall(f"{self.space}{name}")

    def _text(self, element: Element | None) -> str:
        text = None if element is None else element.find(f"{self.space}text")
        return "" if text is None else (text.text or "").strip()

    def _refuse(self, place: str, part: str, **where: int) -> None:
        raise UnsupportedDmn(decision=self.title, place=place, part=part[:80], **where)

    def _column(self, column: Element, place: int) -> str:
        text = self._text(column.find(f"{self.space}inputExpression"))
        name = text if text and _reads(parse_value, text) else _identifier(text) if _NAME.fullmatch(text) else ""
        if not name or "|" in name:
            self._refuse(N_("input %(column)s"), text, column=place)
        return name

    def _output(self, output: Element, place: int, count: int) -> str:
        if output.find(f"{self.space}defaultOutputEntry") is not None:
            self._refuse(N_("result %(column)s"), "defaultOutputEntry", column=place)
        name = output.get("name") or output.get("label") or (self.title if count == 1 else f"result {place}")
        return _identifier(name)

    def _row(self, rule: Element, place: int, columns: int, outputs: int) -> tuple[str, ...]:
        tests, results = rule.findall(f"{self.space}inputEntry"), rule.findall(f"{self.space}outputEntry")
        if len(tests) != columns or len(results) != outputs:
            self._refuse(N_("rule %(rule)s"), f"{len(tests)} + {len(results)}", rule=place)
        return (
            *(self._cell(self._text(each), place, n) for n, each in enumerate(tests, 1)),
            *(self._result(self._text(each), place, n) for n, each in enumerate(results, 1)),
        )

    def _cell(self, text: str, rule: int, column: int) -> str:
        return self._sound(N_("rule %(rule)s, input %(column)s"), text, _unary_tests(text), rule, column)

    def _result(self, text: str, rule: int, column: int) -> str:
        return self._sound(N_("rule %(rule)s, result %(column)s"), text, _literal(text), rule, column)

    def _sound(self, place: str, text: str, said: str | None, rule: int, column: int) -> str:
        """The cell, once our own language has read it."""
        if said is None or split_row(said) != [said] or not _reads(parse_cell, said):
            self._refuse(place, text, rule=rule, column=column)
        return str(said)


# --- FEEL ------------------------------------------------------------------------------------------------------------

_NAME: Final = re.compile(r"[^\W\d][\w \-']*", re.UNICODE)
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?|-?\.\d+")
_DATE: Final = re.compile(r'(?:date\(\s*"(\d{4}-\d{2}-\d{2})"\s*\)|@"(\d{4}-\d{2}-\d{2})")')
_DURATION: Final = re.compile(r'(?:duration\(\s*"|@")P(?:(\d+)D|(\d+)M|T(\d+)H|T(\d+)M)"\)?')
_COMPARISON: Final = re.compile(r"(<=|>=|<|>)\s*(.+)", re.DOTALL)
_RANGE: Final = re.compile(r"\[\s*(.+?)\s*\.\.\s*(.+?)\s*\]", re.DOTALL)
_NOT: Final = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_PLAIN: Final = re.compile(r"[^\W\d_][\w\-]*")
_UNITS: Final = ("days", "months", "hours", "minutes")
_RESERVED: Final = frozenset({"any", "not", "true", "false", "today", "now", "setting"})


def _unary_tests(text: str) -> str | None:
    """A cell of ours for a FEEL cell; None where there is none."""
    if text in ("", "-"):
        return "any"
    if denied := _NOT.fullmatch(text):
        inner = _unary_tests(denied[1].strip())
        return f"not {inner}" if inner and inner != "any" and not inner.startswith("not ") else None
    if compared := _COMPARISON.fullmatch(text):
        value = _ordered(compared[2].strip())
        return f"{compared[1]} {value}" if value else None
    if between := _RANGE.fullmatch(text):
        low, high = _ordered(between[1]), _ordered(between[2])
        return f"{low}..{high}" if low and high else None
    values = [_literal(piece) for piece in _pieces(text)]
    return ", ".join(str(value) for value in values) if None not in values else None


def _ordered(text: str) -> str | None:
    """A literal that can be compared: no text."""
    return _literal(text) if not text.startswith('"') else None


def _literal(text: str) -> str | None:
    """A value as our cells write it."""
    text = text.strip()
    if string := _STRING.fullmatch(text):
        return _quoted(re.sub(r"\\(.)", r"\1", string[1]))
    if text in ("true", "false"):
        return text
    if _NUMBER.fullmatch(text):
        return text if not text.lstrip("-").startswith(".") else text.replace(".", "0.", 1)
    if found := _DATE.fullmatch(text):
        return found[1] or found[2]
    if found := _DURATION.fullmatch(text):
        return next(f"{amount} {unit}" for amount, unit in zip(found.groups(), _UNITS, strict=True) if amount)
    return None


def _quoted(word: str) -> str | None:
    if _PLAIN.fullmatch(word) and word not in _RESERVED:
        return word
    if not word or "\n" in word or "\\" in word or ("'" in word and '"' in word):
        return None
    return f'"{word}"' if "'" in word else f"'{word}'"


def _pieces(text: str) -> Iterator[str]:
    """Values between commas; a comma inside quotes belongs to its value."""
    start, quoted = 0, False
    for at, letter in enumerate(text):
        if letter == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif letter == "," and not quoted:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _reads(parse: Callable[[str], Any], text: str) -> bool:
    try:
        parse(text)
    except LanguageError:
        return False
    return True


def _identifier(name: str) -> str:
    made = re.sub(r"[^a-z0-9]+", "_", _plain_letters(name).lower()).strip("_")
    return made if made[:1].isalpha() else f"table_{made}".rstrip("_")


def _plain_letters(name: str) -> str:
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter))


def insert(document: Mapping[str, Any], section: str, tables: list[DecisionTable]) -> dict[str, Any]:
    """The document with the tables at the end of a section, each under a name that is still free.

    They stand before a step that ends the section, which would never let them be reached.
    """
    made = deepcopy(dict(document))
    taken = set(_names(made))
    for each in made["sections"]:
        if each.get("section") == section:
            steps = []
            for table in tables:
                step = table.step()
                step["table"] = _free(step["table"], taken)
                taken.add(step["table"])
                steps.append(step)
            last = each["steps"][-1:]
            ends = bool(last) and any(kind in last[0] for kind in ("close", "go_to", "hand_over"))
            place = len(each["steps"]) - 1 if ends else len(each["steps"])
            each["steps"][place:place] = steps
    return made


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            if isinstance(value, str):
                yield value
            yield from _names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _names(item)
