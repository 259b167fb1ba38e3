"""A file becomes a document, or a list of faults with step, key and line: never a crash, whatever it holds."""

import json
import random
from typing import Any

import pytest

from processes.language.faults import Fault
from processes.language.shape import read_document
from processes.language.yaml import read_yaml, write_yaml
from processes.library import shipped_document, shipped_keys, shipped_source

HEAD = """ariane: 1
process: test
title: {en: Test}
reason: delivery.late
audience: [agent]
outcomes: {done: solved}
sections:
- section: main
  steps:
"""
FIRST = 10
"""The line of the first step."""


def faults(steps: str) -> list[Fault]:
    """What is wrong with a document of these steps."""
    return read_document(HEAD + steps, "yaml")[1]


def told(steps: str) -> list[tuple[int | None, str]]:
    """Lines and sentences."""
    return [(fault.line, fault.tell("en")) for fault in faults(steps)]


@pytest.mark.parametrize("key", shipped_keys())
def test_a_shipped_process_has_no_error_in_either_form(key: str) -> None:
    others = {name: shipped_document(name) for name in shipped_keys()}
    source = shipped_source(key)
    document, found = read_document(source, "yaml", others)
    assert document == shipped_document(key)
    assert [fault.tell("en") for fault in found if fault.level == "error"] == []
    assert read_document(json.dumps(read_yaml(source).data), "json", others)[0] == document


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("{say: hello, txt: {en: Hi}}", "hello · txt: `txt` is no key here; did you mean `text`?"),
        ("{say: hello}", "hello · text: `text` is missing here."),
        ("{say: hello, text: Hi}", "hello · text: Write it by language: {fr: …, en: …}."),
        (
            "{say: Hello, text: {en: Hi}}",
            "Hello · say: “Hello” is no name: small letters, digits and _, beginning with a letter.",
        ),
        ("{aks: hello}", "sections.1.steps.1: `aks` is no kind of step; did you mean `ask`?"),
        (
            "{ask: hello, kind: yesno, text: {en: Hi}}",
            "hello · kind: “yesno” is not possible here; did you mean “yes_no”?",
        ),
        ("{ask: hello, text: {en: Hi}}", "hello · ask: Give `kind` or `form`, one of the two."),
        ("{wait: hello, for: 1 day, remind: 3}", "hello · remind: A list is wanted here."),
        (
            "{ask: hello, kind: yes_no, text: {en: Hi}, if_no: go}",
            "hello · if_no: A branch is a list of steps, or `go_on`.",
        ),
        (
            "{decide: hello, cases: [{whn: now > now, steps: go_on}]}",
            "hello · cases.1.whn: `whn` is no key here; did you mean `when`?",
        ),
        (
            "{call: other-one, is: {done: go_on}, wiht: {}}",
            "other_one · wiht: `wiht` is no key here; did you mean `with`?",
        ),
        ("{go_to: main, at_most: 0}", "sections.1.steps.1.at_most: A number from 1 to 1,000 is wanted here."),
    ],
)
def test_a_fault_of_the_shape_names_step_key_and_line(step: str, sentence: str) -> None:
    assert told(f"  - {step}\n") == [(FIRST, sentence)]


def test_all_faults_are_told_at_once_each_with_its_line() -> None:
    steps = """  - ask: first
    kind: yes_no
    text: {en: Yes?}
    if_yes:
    - say: inner
      tekst: {en: Hi}
    - {close: done, cuase: x}
  - wait: later
    for: [1 day]
"""
    assert told(steps) == [
        (FIRST + 5, "inner · tekst: `tekst` is no key here; did you mean `text`?"),
        (FIRST + 6, "close_done · cuase: `cuase` is no key here; did you mean `cause`?"),
        (FIRST + 8, "later · for: A text or word is wanted here."),
    ]


def test_what_cannot_be_read_and_what_makes_no_sense_have_their_lines_too() -> None:
    steps = """  - set: day
    to: today +
  - say: hello
    text:
      en: "{{ dya }}"
  - {close: done}
"""
    found = faults(steps)
    assert [(fault.line, fault.step, fault.key, fault.code) for fault in found] == [
        (FIRST + 1, "day", "to", "cannot_be_read"),
        (FIRST + 4, "hello", "text.en", "unknown_name"),
    ]


def test_keys_that_look_like_the_models_own_words_are_told_too() -> None:
    for key in ("par[ties", "Items", "str", "literal['go_on']", "é"):
        ((line, named),) = [
            (f.line, f.key) for f in read_document(f'"{key}": {{}}\n{HEAD}  - {{close: done}}', "yaml")[1]
        ]
        assert (line, named) == (1, key)


def test_json_has_lines_as_well() -> None:
    source = json.dumps(read_yaml(HEAD + "  - {say: hello, txt: {en: Hi}}\n").data, indent=1)
    ((line, key),) = [(fault.line, fault.key) for fault in read_document(source, "json")[1]]
    assert key == "txt"
    assert line is not None and '"txt"' in source.splitlines()[line - 1]


def test_sentences_are_told_in_french() -> None:
    (fault,) = faults("  - {say: hello, txt: {en: Hi}}\n")
    assert (
        fault.tell("fr")
        == "hello · txt : `txt` n’est pas une clé ici\N{NO-BREAK SPACE}; vouliez-vous dire `text`\N{NO-BREAK SPACE}?"
    )


HOSTILE = {
    "deep": "a: " + "[" * 3000 + "]" * 3000,
    "cycle": "a: &a [*a]",
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "tag": "a: !!python/object/apply:os.system [ls]",
    "large": "x" * (6 * 1024 * 1024),
    "empty": "",
    "list": "- 1",
    "null": "\x00",
    "steps in steps": HEAD + "  - " + "{decide: d, cases: [{when: x, steps: [" * 3000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_hostile_file_is_refused(source: str, form: Any) -> None:
    document, found = read_document(source, form)
    assert document is None
    assert found and all(fault.level == "error" and fault.tell("fr") for fault in found)


def test_mutated_documents_never_crash() -> None:
    chance = random.Random(7)
    for turn in range(250):
        data = read_yaml(shipped_source(shipped_keys()[turn % len(shipped_keys())])).data
        del data["scenarios"]
        for _ in range(chance.randint(1, 4)):
            mutate(data, chance)
        read = read_document(json.dumps(data), "json") if turn % 2 else read_document(write_yaml(data), "yaml")
        assert all(fault.tell("fr") and fault.tell("en") for fault in read[1])


def test_mutated_files_never_crash() -> None:
    chance = random.Random(8)
    for turn in range(250):
        source = shipped_source(shipped_keys()[turn % len(shipped_keys())]).partition("\nscenarios:")[0]
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(source))
            source = source[:place] + chance.choice(SCRAPS) + source[place + chance.randint(0, 6) :]
        _, found = read_document(source, "yaml")
        assert all(fault.tell("fr") and fault.tell("en") for fault in found)


SCRAPS = [
    "",
    " ",
    "\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    '"',
    "'",
    "{{",
    "}}",
    "%}",
    "#",
    "|",
    ".",
    "é",
    "0",
    "not ",
    "any ",
]
ODD: list[Any] = [
    "", " ", "go_on", "any", "not", "x.y", ".", "{{", "{{ x }}", "1 day", "-1 days", "99999999999999 years", "a | b",
    "= x\ny", 0, -1, 10**17, True, [], {}, [[]], {"": ""}, {"a": {"b": []}}, [{"say": "x"}], "setting.x", "x" * 3000,
    "é", "(" * 30, "first_known()", "if(a, b, c)", "count(.x)", "order", "today", "link", "reship", "'", "a: b",
]  # fmt: skip


def mutate(data: Any, chance: random.Random) -> None:
    """Change one thing somewhere: replace, remove, rename, or put another part of the document there."""
    holders: list[Any] = []
    waiting = [data]
    while waiting:
        held = waiting.pop()
        if held:
            holders.append(held)
        waiting += [
            each for each in (held.values() if isinstance(held, dict) else held) if isinstance(each, dict | list)
        ]
    holder = chance.choice(holders)
    key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match chance.randrange(4):
        case 0:
            holder[key] = chance.choice(ODD)
        case 1:
            del holder[key]
        case 2 if isinstance(holder, dict):
            holder[chance.choice([*WORDS, f"{key}x"])] = holder.pop(key)
        case _:
            holder[key] = json.loads(json.dumps(chance.choice(holders)))


WORDS = [
    "say",
    "ask",
    "close",
    "text",
    "if",
    "is",
    "cases",
    "with",
    "id",
    "steps",
    "kind",
    "of",
    "default",
    "en",
    "at_most",
]
