"""The processes that come with Ariane: no fault in them, their scenarios are green, and every branch is played."""

from collections.abc import Iterator
from datetime import date, time
from functools import cache

import pytest

from base.business_time import ALWAYS_OPEN, Calendar
from processes.language import document as d
from processes.language.compile import compile_document
from processes.language.grid import parse_grid
from processes.language.texts import nest, parse_text, render_plain
from processes.library import shipped_document, shipped_keys, shipped_source
from processes.scenarios import Outcome, run_scenarios
from processes.walk.program import Program
from processes.walk.turn import Asking, CreateTask, Message, Words
from processes.walk.values import UNKNOWN

FRANCE = Calendar(
    zone="Europe/Paris",
    hours=(((time(9), time(18)),),) * 5 + ((), ()),
    holidays=frozenset({date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1)}),
)
Branch = tuple[str, str, str]
"""Process, step, branch."""

PARCEL_STATUSES = {
    "announced", "in_transit", "out_for_delivery", "ready_for_pickup", "delivery_failed", "delivered",
    "partially_delivered", "returning", "returned", "lost", "damaged", "customs", "unknown_parcel",
}  # fmt: skip


@pytest.mark.parametrize("key", shipped_keys())
def test_it_compiles_without_a_fault(key: str) -> None:
    faults = compile_document(shipped_document(key)).faults
    assert [f"{fault.step}: {fault.tell('en')}" for fault in faults] == []


@pytest.mark.parametrize("calendar", [FRANCE, ALWAYS_OPEN], ids=["France", "always open"])
@pytest.mark.parametrize("key", shipped_keys())
def test_its_scenarios_are_green_whatever_the_opening_hours(key: str, calendar: Calendar) -> None:
    document = shipped_document(key)
    outcomes = run_scenarios(document, programs()[key], programs(), calendar)
    assert outcomes
    assert {outcome.name: outcome.problem % outcome.params for outcome in outcomes if not outcome.passed} == {}


@pytest.mark.parametrize("key", shipped_keys())
def test_scenarios_take_every_branch_and_every_step(key: str) -> None:
    document = shipped_document(key)
    taken = taken_everywhere()
    missing = sorted(
        f"{step} → {branch}"
        for process, step, branch in branches_of(document)
        if (process, step, branch) not in taken and (process, step, branch) not in EXCEPTIONS
    )
    assert missing == []


def test_exceptions_are_still_exceptions() -> None:
    assert EXCEPTIONS.keys() & taken_everywhere() == set()


def test_scenarios_of_the_flagship_meet_every_parcel_status() -> None:
    met = {
        values["parcel.status"]
        for outcome in played()["parcel-not-received"]
        for turn in outcome.turns
        for _, step, what, _, values in turn.trace
        if (step, what) == ("situation", "table")
    }
    assert met - {UNKNOWN} == PARCEL_STATUSES


@pytest.mark.parametrize("key", shipped_keys())
def test_every_text_is_written_in_both_languages_with_the_same_values(key: str) -> None:
    for name, variants in programs()[key].texts.items():
        for variant, body in variants.items():
            assert set(body) == {"fr", "en"}, (name, variant)
            assert parse_text(body["fr"]).paths == parse_text(body["en"]).paths, (name, variant)


@pytest.mark.parametrize("key", shipped_keys())
def test_every_text_said_has_all_its_values_in_both_languages_and_every_variant(key: str) -> None:
    for outcome in played()[key]:
        for words in spoken(outcome):
            values = nest({**words.values, "link": "https://ariane.test/r/1"})
            for body in programs()[words.process].texts[words.text].values():
                for language, source in body.items():
                    told = render_plain(parse_text(source), values, language, FRANCE.zone)
                    assert told.strip(), words.text
                    assert "  " not in told, (words.text, told)


@pytest.mark.parametrize("key", shipped_keys())
def test_every_choice_and_field_has_a_label_in_both_languages(key: str) -> None:
    document = shipped_document(key)
    labels = [setting.label for setting in document.settings.values()]
    labels += [need.label for need in document.needs.values()]
    for step in document.all_steps():
        choices = step.choices if isinstance(step, d.Ask) else []
        form = (step.form or {}) if isinstance(step, d.Ask | d.Task) else {}
        labels += [choice.label for choice in choices]
        labels += [field.label for field in form.values()]
        labels += [choice.label for field in form.values() for choice in field.choices]
    labels += [section.title for section in document.sections]
    assert all(label is not None and set(label) == {"fr", "en"} for label in labels)


@pytest.mark.parametrize("key", shipped_keys())
def test_every_setting_says_where_it_comes_from_and_when_that_was_checked(key: str) -> None:
    for name, setting in shipped_document(key).settings.items():
        assert date.fromisoformat(setting.checked_on or ""), name
        assert setting.source, name
        assert setting.certainty or setting.source == "house", name


def test_french_signs_stand_behind_a_space_that_does_not_break() -> None:
    for key in shipped_keys():
        for line in shipped_source(key).splitlines():
            _, found, french = line.partition('fr: "')
            words = french.partition('", en: "')[0] if found else ""
            assert all(f" {sign}" not in words for sign in (":", ";", "?", "»")), line
            assert "« " not in words, line


LIBRARY = shipped_keys()

EXCEPTIONS: dict[Branch, str] = {}
"""Branches that no scenario takes, with the reason."""


@cache
def programs() -> dict[str, Program]:
    """Every shipped process, compiled."""
    return {key: compile_document(shipped_document(key)).checked() for key in LIBRARY}


@cache
def played() -> dict[str, list[Outcome]]:
    """Every scenario of every process, played."""
    return {key: run_scenarios(shipped_document(key), programs()[key], programs(), FRANCE) for key in LIBRARY}


@cache
def taken_everywhere() -> set[Branch]:
    """Branches taken by all scenarios together: a process called by another is walked there too."""
    return {branch for key, outcomes in played().items() for outcome in outcomes for branch in taken(key, outcome)}


def spoken(outcome: Outcome) -> Iterator[Words]:
    """Everything said, asked, sent or given to do in a scenario."""
    for turn in outcome.turns:
        yield from turn.words
        if isinstance(turn.waiting, Asking):
            yield turn.waiting.words
        for effect in turn.effects:
            match effect:
                case Message():
                    yield from effect.parts
                    if effect.subject:
                        yield effect.subject
                case CreateTask(words=Words() as words):
                    yield words


def branches_of(document: d.Document) -> Iterator[Branch]:
    """What a document's scenarios must take: each step, each branch of a step, each row of a table."""
    for step in document.all_steps():
        if step.step_id and not isinstance(step, d.Cancel):
            yield document.process, step.step_id, "reached"
        for branch in _branches(step):
            yield document.process, step.step_id, branch


def _branches(step: d.StepBase) -> Iterator[str]:
    match step:
        case d.Ask():
            yield from (choice.value for choice in step.choices)
            yield from (name for name, _ in step.branches() if name not in {choice.value for choice in step.choices})
        case d.Decide() | d.Call():
            for name, _ in step.branches():
                yield from (part.strip() for part in name.split(","))
        case d.Table():
            yield from (f"row {number}" for number in range(1, len(parse_grid(step.rows).rows) + 1))
            yield from (name for name, _ in step.branches())
        case d.Act():
            yield "if_fails"
            if step.approval:
                yield "if_refused"
        case _:
            yield from (name for name, _ in step.branches() if name != "steps")


def taken(key: str, outcome: Outcome) -> Iterator[Branch]:
    """The branches that the trace of a scenario shows."""
    for turn in outcome.turns:
        for path, step, what, branch, _ in turn.trace:
            process = _process_of(key, path)
            yield process, step, "reached"
            if what == "closed" and path:
                *callers, caller = path.rstrip("/").split("/")
                yield _process_of(key, "/".join(callers)), caller, branch
            yield from ((process, step, name) for name in _names(what, branch))


def _names(what: str, branch: object) -> Iterator[str]:
    match what, branch:
        case "table", int(row):
            yield f"row {row + 1}"
        case "table", None:
            yield "otherwise"
        case ("table", _) | ("unknown", _):
            yield "unknown"
        case (("answered" | "default" | "kept"), ("yes" | "no")):
            yield f"if_{branch}"
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


def _process_of(key: str, path: str) -> str:
    """The process that a call path has led to, from the one walked."""
    for caller in filter(None, path.split("/")):
        steps = shipped_document(key).all_steps()
        key = next(step.call for step in steps if isinstance(step, d.Call) and step.step_id == caller)
    return key
