"""A process as a tree to read: sections, steps and branches in the reader's language, with what each rests on.

The read-only page, the printed book and differences all draw this; nothing here decides anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from base.languages import N_, pick, translate
from processes.language import document as d
from processes.language import parts
from processes.speaking import Words

LONGEST_TITLE = 90
"""Signs of a step's first words that serve as its title."""
_OTHER_WORDINGS = re.compile(r"\{%-?\s*(?:elif|else)\b.*?(?=\{%-?\s*endif)", re.DOTALL)
_MARK = re.compile(r"\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PATH = re.compile(r"[a-z_][\w.]*")

Line = tuple[str, str]
"""A key in words, and what it holds as the author wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutline:
    """One step."""

    kind: str
    id: str
    title: str
    text: str = ""
    """Its words, where the title does not say all of them."""
    lines: tuple[Line, ...] = ()
    branches: "tuple[BranchOutline, ...]" = ()
    target: str = ""
    """Section or process it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchOutline:
    """One branch of a step; without steps the path goes on with the next step."""

    name: str
    label: str
    steps: tuple[StepOutline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionOutline:
    """One section; an unfinished path goes on with the next."""

    name: str
    title: str
    steps: tuple[StepOutline, ...]
    goes_on_with: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole process."""

    title: str
    sections: tuple[SectionOutline, ...]
    in_doubt: tuple[StepOutline, ...] = field(default=())
    steps: int = 0


def outline_of(document: d.Document, language: str, words: Words | None = None) -> Outline:
    """The process in a language, the document's first where a text lacks it; with `words`, what it rests on is said in
    them instead of as its author wrote it."""
    draw = _Drawing(document, language, words)
    titles = [pick(section.title or {}, language) or section.section for section in document.sections]
    sections = tuple(
        SectionOutline(
            name=section.section, title=titles[place], steps=draw.steps(section.steps),
            goes_on_with=titles[place + 1] if place + 1 < len(titles) else "",
        )
        for place, section in enumerate(document.sections)
    )  # fmt: skip
    in_doubt = draw.steps(document.in_doubt) if isinstance(document.in_doubt, list) else ()
    count = sum(1 for _ in document.all_steps())
    return Outline(title=pick(document.title, language), sections=sections, in_doubt=in_doubt, steps=count)


def step_title(step: d.StepBase, language: str) -> str:
    """What a step is called: its label, else where it points, else its first words, else its name."""
    if step.label:
        return pick(step.label, language)
    if step.kind in ("go_to", "call", "start", "hand_over", "close"):
        return step.head
    texts = getattr(step, "subject", None) or getattr(step, "text", None)
    first = _first_words(pick(texts, language)) if isinstance(texts, dict) else ""
    return first or step.step_id.replace("_", " ")


def _first_words(template: str) -> str:
    """How a text begins: of its first possible wording, values left open."""
    plain = _OTHER_WORDINGS.sub("", template)
    line = " ".join(_VALUE.sub("…", _MARK.sub("", plain)).strip().partition("\n")[0].split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"


class _Drawing:
    def __init__(self, document: d.Document, language: str, words: Words | None) -> None:
        self.document = document
        self.language = language
        self.words = words

    def steps(self, branch: d.Branch) -> tuple[StepOutline, ...]:
        return tuple(self.step(step) for step in branch) if isinstance(branch, list) else ()

    def step(self, step: d.StepBase) -> StepOutline:
        text, title = self._told(getattr(step, "text", None)), self._title(step)
        return StepOutline(
            kind=step.kind, id=step.step_id, title=title, text="" if " ".join(text.split()) == title else text,
            lines=tuple(self._lines(step)), target=str(step.head) if step.kind in ("go_to", "call", "start") else "",
            branches=tuple(
                BranchOutline(name=name, label=self._branch_label(step, name), steps=self.steps(branch))
                for name, branch in step.branches()
            ),
        )  # fmt: skip

    def _title(self, step: d.StepBase) -> str:
        """As `step_title`; with words, what has none of its own is called by what it does."""
        words, plain = self.words, step_title(step, self.language)
        if words is None or step.label:
            return plain
        if step.kind in POINTING:
            return getattr(words, POINTING[step.kind]).get(plain) or plain.replace("_", " ")
        if first := _first_words(self._told(getattr(step, "subject", None) or getattr(step, "text", None))):
            return first
        if isinstance(step, d.Act):
            return words.capabilities.get(step.using) or plain
        if isinstance(step, d.Decide) and step.on is not None:
            return self._tell(N_("By %(value)s"), value=words.value(step.on))
        if isinstance(step, d.Decide) and step.cases:
            return self._tell(N_("%(condition)s?"), condition=capital(words.condition(step.cases[0].when)))
        return capital(plain.replace("_", " "))

    def _tell(self, word: str, **params: str) -> str:
        return translate(self.language, word, **params)

    def _told(self, texts: object) -> str:
        """Words of a step, the values in them by their names."""
        told = pick(texts, self.language) if isinstance(texts, dict) else ""
        words = self.words
        return _VALUE.sub(lambda value: _short(value[0], words), told) if words else told

    def _branch_label(self, step: d.StepBase, name: str) -> str:
        if isinstance(step, d.Ask):
            for choice in step.choices:
                if choice.value == name:
                    return self._told(choice.label)
        if isinstance(step, d.Decide) and step.cases is not None:
            place = next((n for n, case in enumerate(step.cases, 1) if name in (case.id, str(n))), None)
            return self._said("condition", step.cases[place - 1].when) if place else self._word(name)
        if isinstance(step, d.Decide) and self.words and name not in WORDS:
            return self.words.cell(name, step.on or "")
        return self._word(name)

    def _word(self, name: str) -> str:
        return translate(self.language, WORDS[name]) if name in WORDS else name.replace("_", " ")

    def _said(self, sort: str, source: str) -> str:
        return str(getattr(self.words, sort)(source)) if self.words else source

    def _lines(self, step: d.StepBase) -> Iterator[Line]:
        for key, word in LINES.items():
            value = getattr(step, key, None)
            if value is None or value == [] or value == {}:
                continue
            if isinstance(value, dict):
                value = ", ".join(f"{name}: {self._said('value', str(each))}" for name, each in value.items())
            elif isinstance(value, list):
                value = ", ".join(self._one(key, each) for each in value if not isinstance(each, parts.Part))
            elif isinstance(value, str):
                value = self._one(key, value)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                yield translate(self.language, word), str(value)
        approval = getattr(step, "approval", None)
        if isinstance(approval, d.Approval):
            yield translate(self.language, N_("a second person when")), self._said("condition", approval.when)

    def _one(self, key: str, value: object) -> str:
        """What a key holds, said as what it is: a condition, a value, a delay, a name."""
        plain = str(value)
        if self.words is None:
            return plain
        if key in SORTS:
            return self._said(SORTS[key], plain)
        if key == "using":
            return self.words.capabilities.get(plain, plain)
        if key == "for_":
            return self.words.teams.get(plain) or self.words.delay(plain).replace("_", " ")
        return translate(self.language, WALKERS[plain]) if key == "only" else plain.replace("_", " ")


def _short(value: str, words: Words) -> str:
    """`{{ parcel.number | upper }}` as ‹parcel number›."""
    path = _PATH.search(value)
    return f"‹{words.name(path[0]).rpartition(' › ')[2]}›" if path else "…"


def capital(words: str) -> str:
    """With a capital letter at the beginning."""
    return words[:1].upper() + words[1:]


POINTING = {"go_to": "sections", "call": "processes", "start": "processes", "hand_over": "teams"}
"""Where the words name what a step leads to."""
SORTS = {
    "if_": "condition", "until": "condition", "on": "value", "to": "value", "amount": "value", "cap": "value",
    "by": "value", "due_by": "value", "every": "delay", "within": "delay", "due": "delay",
}  # fmt: skip
WALKERS = {
    "agent": N_("agent"), "customer": N_("customer"), "robot": N_("robot"), "assistant": N_("assistant"),
}  # fmt: skip
WORDS = {
    "yes": N_("yes"),
    "no": N_("no"),
    "if_yes": N_("yes"),
    "if_no": N_("no"),
    "if_none": N_("none"),
    "if_never": N_("never"),
    "if_fails": N_("it fails"),
    "if_refused": N_("refused"),
    "unknown": N_("not known"),
    "otherwise": N_("otherwise"),
    "none_of_these": N_("none of these"),
    "steps": N_("each time"),
}
LINES = {
    "if_": N_("only if"),
    "only": N_("only for"),
    "on": N_("looks at"),
    "rows": N_("rows"),
    "to": N_("value"),
    "using": N_("through"),
    "with_": N_("with"),
    "amount": N_("amount"),
    "cap": N_("at most"),
    "until": N_("until"),
    "every": N_("looks every"),
    "at": N_("at"),
    "within": N_("within"),
    "by": N_("by"),
    "for_": N_("for"),
    "due": N_("due within"),
    "due_by": N_("due by"),
    "at_most": N_("times at most"),
    "because": N_("because"),
    "default": N_("if nobody answers"),
    "cause": N_("cause"),
}
