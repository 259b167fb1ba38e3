"""A scenario made of a past case: its answers, what services said then and what came of acts, without who it was.

Names, addresses and numbers of people are masked, free text too; numbers of orders and parcels and addresses of pages
are replaced, the same by the same, so that what belongs together still does. What it expects is what the document does
with it today.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from base.business_time import NO_OTHERS, Calendar
from processes.language import document as d
from processes.language.declared import Scenario
from processes.replaying import PastCase
from processes.scenarios import MUST_BE_LISTED, run_scenario
from processes.trying import MASK, masked, written
from processes.walk.events import (
    Answered,
    Confirmed,
    EffectDone,
    EffectFailed,
    Event,
    Reading,
    Started,
    TaskDone,
    WentBack,
)
from processes.walk.program import Program

AT_ONCE: Final = timedelta(minutes=30)
"""What was answered within that time of the start counts as answered in the first conversation."""
TOLD: Final = (*MUST_BE_LISTED, "ask", "wait", "hand_over", "task")
KEYS: Final = ("number", "id", "sku")
"""By what an item of a list is known."""
NUMBERED: Final = re.compile(r"(number|id)|.+_(number|id)")
"""Names of fields that hold the number of an order, a parcel, a refund, a label."""
PAGE: Final = re.compile(r"https?://\S+")
"""Addresses may hold a key that opens what they lead to."""
INVENTED: Final = {"text": MASK, "file": "photo.jpg"}
"""Answers in place of what may say who somebody is, by kind of answer."""


def scenario_of(
    past: PastCase, document: d.Document, program: Program, programs: Mapping[str, Program], calendar: Calendar,
    calendars: Mapping[str, Calendar] = NO_OTHERS,
) -> Scenario:  # fmt: skip
    """The case as a scenario of the document; it passes, as what it expects is what happens."""
    made = _Making(past, document).scenario()
    outcome = run_scenario(made, program, programs, calendar, calendars)
    expect = [{each.kind: each.names[-1]} for each in outcome.happened if each.kind in TOLD]
    told = [each for place, each in enumerate(expect) if place == 0 or each != expect[place - 1]]
    return made.model_copy(update={"expect": told})


class _Making:
    def __init__(self, past: PastCase, document: d.Document) -> None:
        self.past, self.document = past, document
        started, self.start, _ = past.events[0]
        assert isinstance(started, Started)
        self.started = started
        self.kinds = _kinds(document)
        self.replaced = self._numbers()
        longest_first = sorted(self.replaced, key=len, reverse=True)
        self.known = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in longest_first) or r"(?!)")

    def scenario(self) -> Scenario:
        needs = {name: self._answer(name, value) for name, value in self.started.needs.items()}
        return Scenario(
            name=f"{self.start:%Y-%m-%d}", walker=self.started.walker, at=self.start.isoformat(),
            answers=needs | self._answers(), facts=self._facts(), results=self._results(), expect=[],
        )  # fmt: skip

    # --- what people said -----------------------------------------------------------------------------------------

    def _answers(self) -> dict[str, Any]:
        given: dict[str, list[tuple[datetime, Any]]] = defaultdict(list)
        for event, at in self._own():
            if isinstance(event, Answered):
                given[event.step].append((at, self._answer(event.step, event.value)))
            elif isinstance(event, WentBack):
                given.pop(event.step, None)
        return {step: self._over_time(values) for step, values in given.items()}

    def _over_time(self, values: Sequence[tuple[datetime, Any]]) -> Any:
        """One answer of the first conversation as it is; later ones with their delay, one a visit."""
        if len(values) == 1 and values[0][0] - self.start < AT_ONCE:
            return values[0][1]
        return {f"+{self._minutes(at)} minutes": value for at, value in values}

    def _answer(self, step: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._answer(f"{step}.{name}", each) for name, each in value.items()}
        kind = self.kinds.get(step, "")
        if kind in INVENTED and isinstance(value, str):
            return INVENTED[kind]
        return self._plain(value)

    def _of_task(self, step: str, answers: Mapping[str, Any]) -> Any:
        """What its form asks, and whether somebody agreed; a reason that he gave is in his own words."""
        asked = {name: each for name, each in answers.items() if f"{step}.{name}" in self.kinds or name == "approved"}
        return self._answer(step, asked)

    # --- what services said ---------------------------------------------------------------------------------------

    def _facts(self) -> dict[str, Any]:
        singles: dict[str, list[Reading]] = defaultdict(list)
        items: dict[str, list[Reading]] = defaultdict(list)
        for reading in sorted(self.past.readings, key=lambda each: each.at):
            (items if reading.item is not None else singles)[reading.fact].append(reading)
        found: dict[str, Any] = {name: self._single(readings) for name, readings in singles.items()}
        return found | {name: self._items(readings, self._listed(name)) for name, readings in items.items()}

    def _listed(self, fact: str) -> dict[str, Mapping[str, Any]]:
        """What the list that a fact is read for says of its items, by key, as it was last read."""
        head, *path = (self.document.facts[fact].each or "").split(".")
        found: dict[str, Mapping[str, Any]] = {}
        for reading in self.past.readings:
            held: Any = reading.value if reading.fact == head and reading.state == "known" else None
            for name in path:
                held = held.get(name) if isinstance(held, Mapping) else None
            for item in held if isinstance(held, list) else []:
                found[str(next((item[key] for key in KEYS if key in item), ""))] = item
        return found

    def _single(self, readings: Iterable[Reading]) -> Any:
        told: list[tuple[datetime, Any]] = []
        for reading in readings:
            said = self._said(reading)
            if not told or told[-1][1] != said:
                told.append((reading.at, said))
        if len(told) == 1:
            return told[0][1]
        return [
            {"at": self._when(place, at), **(said if isinstance(said, dict) else {"is": said})}
            for place, (at, said) in enumerate(told)
        ]

    def _items(self, readings: Iterable[Reading], listed: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Entries with their moment; the first of an item also says what its list says of it."""
        told: dict[str, Any] = {}
        entries: list[dict[str, Any]] = []
        for reading in readings:
            said, item = self._said(reading), self._plain(reading.item)
            if not isinstance(said, dict) or told.get(item) == said:
                continue
            of_list = self._plain(listed.get(reading.item or "", {})) if item not in told else {}
            entry = {"number": item, **of_list, **said}
            entries.append({"at": self._when(0 if item not in told else 1, reading.at), **entry})
            told[item] = said
        return entries

    def _said(self, reading: Reading) -> Any:
        return self._plain(reading.value) if reading.state == "known" else reading.state

    def _results(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event, _ in self._own(everywhere=True):
            match event:
                case EffectDone():
                    found[_step(event.key)] = self._plain(event.result)
                case EffectFailed():
                    found[_step(event.key)] = {"fails": event.reason}
                case TaskDone():
                    found[_step(event.key)] = self._of_task(_step(event.key), event.answers)
                case Confirmed() if not event.yes:
                    found[event.step] = "declined"
        return found

    # --- small ----------------------------------------------------------------------------------------------------

    def _own(self, *, everywhere: bool = False) -> Iterable[tuple[Event, datetime]]:
        """What happened in the process itself, or in those it calls too."""
        return [(event, at) for event, at, path in self.past.events if everywhere or not path]

    def _when(self, place: int, at: datetime) -> str:
        return "start" if place == 0 or at <= self.start else f"+{self._minutes(at)} minutes"

    def _minutes(self, at: datetime) -> int:
        return max(1, int((at - self.start).total_seconds() // 60))

    def _numbers(self) -> dict[str, str]:
        """Numbers of orders, of listed things and of what came of acts, and what stands for them."""
        needs = self.started.needs
        orders = dict.fromkeys(str(needs[name]) for name in needs if self.kinds.get(name) == "order_number")
        things = dict.fromkeys(each.item for each in self.past.readings if each.item)
        results = [event.result for event, _ in self._own(everywhere=True) if isinstance(event, EffectDone)]
        said = list(_texts_in([needs, results, [reading.value for reading in self.past.readings]]))
        things |= dict.fromkeys(text for name, text in said if _is_number(name, text) and text not in orders)
        pages = dict.fromkeys(page for _, text in said for page in PAGE.findall(text))
        return {
            **{page: f"https://example.test/page-{place}" for place, page in enumerate(pages, start=1)},
            **{number: f"item-{place}" for place, number in enumerate(things, start=1)},
            **{number: f"order-{place}" for place, number in enumerate(orders, start=1)},
        }

    def _plain(self, value: Any) -> Any:
        """As documents write it, without who it was."""
        return self._replacing(masked(written(value)))

    def _replacing(self, value: Any) -> Any:
        """A number is replaced inside a sentence too, not inside another number."""
        if isinstance(value, Mapping):
            return {name: self._replacing(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._replacing(each) for each in value]
        return self.known.sub(lambda found: self.replaced[found[0]], value) if isinstance(value, str) else value


def _kinds(document: d.Document) -> dict[str, str]:
    """Kinds of answers by need, question and field of a question's form."""
    kinds: dict[str, str] = {name: need.kind for name, need in document.needs.items()}
    for step in document.all_steps():
        if isinstance(step, d.Ask):
            kinds[step.ask] = step.answer or ""
        if isinstance(step, d.Ask | d.Task):
            kinds |= {f"{step.step_id}.{name}": spec.kind for name, spec in (step.form or {}).items()}
    return kinds


def _texts_in(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Texts with the field that holds them, however deep."""
    match value:
        case Mapping():
            for key, each in value.items():
                yield from _texts_in(each, str(key))
        case list() | tuple():
            for each in value:
                yield from _texts_in(each, name)
        case str():
            yield name, value


def _is_number(name: str, text: str) -> bool:
    return NUMBERED.fullmatch(name) is not None and any(letter.isdigit() for letter in text)


def _step(key: str) -> str:
    """The step of an effect's key: walk, path, step, visit, slot."""
    parts = key.split(":")
    return parts[2] if len(parts) >= 4 else key
