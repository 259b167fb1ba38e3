"""Scenarios: stories that a process must play, run through the pure walk with their own data and clock.

Every act, send, start and close that happens must be listed under `expect`, in order; other kinds may be. A fact that
is not given is unknown. Nothing is called, stored or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from base.business_time import ALWAYS_OPEN, NO_OTHERS, Calendar, Delay, add
from base.languages import N_
from processes.connectors.catalogue import catalogue
from processes.language.declared import Scenario
from processes.language.document import Document
from processes.language.errors import LanguageError
from processes.language.settings import company_values
from processes.language.typed import moment, plain, typed_fields
from processes.walk.advance import Turn, advance, begin
from processes.walk.errors import WalkError
from processes.walk.events import (
    Answered,
    Confirmed,
    EffectDone,
    EffectFailed,
    EffectUnknown,
    Event,
    FactsRead,
    HandedBack,
    Reading,
    Started,
    TaskDone,
    Walker,
    Woken,
)
from processes.walk.program import FactSpec, Program, World
from processes.walk.turn import (
    Act,
    Acting,
    Asking,
    CloseCase,
    Confirming,
    CreateTask,
    HandOver,
    Message,
    StartWalk,
    TaskWaiting,
    Timing,
    Waiting,
    WantedFact,
    WithPeople,
)

MUST_BE_LISTED = ("act", "send", "start", "close")
NEVER = "never"
LONGEST = timedelta(days=800)
MOST_TURNS = 400


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that the walk did, under each name an author may call it by."""

    kind: str
    names: tuple[str, ...]
    at: datetime

    def fits(self, kind: str, name: str) -> bool:
        """Whether an expectation means this."""
        return kind == self.kind and name in self.names

    def __str__(self) -> str:
        return f"{self.kind}: {self.names[0]}"


@dataclass(slots=True)
class Outcome:
    """How a scenario went."""

    name: str
    happened: list[Happening] = field(default_factory=list)
    problem: str = ""
    """The first difference, as an English sentence with parameters; empty when it passed."""
    params: dict[str, Any] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything went as expected."""
        return not self.problem


def run_scenario(
    scenario: Scenario,
    program: Program,
    programs: Mapping[str, Program],
    calendar: Calendar = ALWAYS_OPEN,
    calendars: Mapping[str, Calendar] = NO_OTHERS,
) -> Outcome:
    """Play the scenario; `programs` are those it may call, `calendars` those it may name, by key."""
    outcome = Outcome(scenario.name)
    try:
        player = Player(scenario, program, programs, calendar, calendars)
        outcome.happened, outcome.turns = player.happened, player.turns
        player.play()
    except (WalkError, LanguageError) as error:
        outcome.problem, outcome.params = error.sentence, dict(error.params)
        return outcome
    outcome.problem, outcome.params = difference(scenario.expect, player.happened)
    return outcome


def run_scenarios(
    document: Document, program: Program, programs: Mapping[str, Program], calendar: Calendar = ALWAYS_OPEN,
    calendars: Mapping[str, Calendar] = NO_OTHERS,
) -> list[Outcome]:  # fmt: skip
    """Play every scenario of a document."""
    return [run_scenario(scenario, program, programs, calendar, calendars) for scenario in document.scenarios]


def difference(expect: list[dict[str, Any]], happened: list[Happening]) -> tuple[str, dict[str, Any]]:
    """The first difference between what was expected and what happened; an empty sentence when there is none."""
    place = 0
    for entry in expect:
        [(kind, name)] = entry.items()
        if kind == "not":
            [(kind, name)] = name.items()
            if any(each.fits(kind, name) for each in happened):
                return N_("%(what)s happened, and must not."), {"what": f"{kind}: {name}"}
            continue
        found = next((n for n in range(place, len(happened)) if happened[n].fits(kind, name)), None)
        end = len(happened) if found is None else found
        unlisted = next((each for each in happened[place:end] if each.kind in MUST_BE_LISTED), None)
        if unlisted is not None:
            sentence = N_("%(what)s happened where %(wanted)s was expected.")
            return sentence, {"what": str(unlisted), "wanted": f"{kind}: {name}"}
        if found is None:
            after = str(happened[-1]) if happened else "–"
            return N_("%(wanted)s did not happen; the last thing was %(last)s."), {
                "wanted": f"{kind}: {name}",
                "last": after,
            }
        place = found + 1
    unlisted = next((each for each in happened[place:] if each.kind in MUST_BE_LISTED), None)
    if unlisted is not None:
        return N_("%(what)s happened and is not listed."), {"what": str(unlisted)}
    return "", {}


class Player:
    """Drives a walk with a scenario's answers, facts and results, moving the clock past waits."""

    def __init__(
        self, scenario: Scenario, program: Program, programs: Mapping[str, Program], calendar: Calendar,
        calendars: Mapping[str, Calendar] = NO_OTHERS, language: str = "fr",
    ) -> None:  # fmt: skip
        self.scenario = scenario
        self.language = language
        self.calendar, self.calendars = calendar, calendars
        self.start = self.now = moment(scenario.at)
        given = {key: self._with_given(each) for key, each in programs.items()}
        self.program = self._with_given(program)
        self.programs = given | {program.process: self.program, f"{program.process}@{program.version}": self.program}
        self.programs |= {f"{key}@{each.version}": each for key, each in given.items()}
        self.walk = self.begun = begin(self.program, "scenario")
        self.happened: list[Happening] = []
        self.turns: list[Turn] = []
        self.answered: dict[str, int] = {}
        self.said: set[tuple[str, str, int]] = set()

    def play(self) -> None:
        """From the start until the walk ends, waits for ever, or the scenario has nothing more to give."""
        walker = self.scenario.walker
        needs = {name: value for name, value in self.scenario.answers.items() if name in self.program.needs}
        event: Event | None = Started(walker=walker, channel=_channel(walker), language=self.language, needs=needs)
        while event is not None and len(self.turns) < MOST_TURNS and self.now - self.start < LONGEST:
            turn = self._take(event)
            event = None if turn.waiting is None else self._next(turn.waiting)

    def _take(self, event: Event) -> Turn:
        turn = self._advance(event)
        while turn.wanted:
            readings = tuple(self._read(wanted) for wanted in turn.wanted)
            turn = self._advance(FactsRead(walker=event.walker, channel=event.channel, readings=readings))
        return turn

    def _advance(self, event: Event) -> Turn:
        world = World(
            now=self.now, calendar=self.calendar, calendars=self.calendars, programs=self.programs,
            settings=company_values(self.scenario.settings),
            case={"reason": self.program.reason, "opened_at": self.start, "reference": "SCENARIO"},
        )  # fmt: skip
        turn = advance(self.program, self.walk, event, world)
        self.walk = turn.walk
        # Not the walk of each turn: hundreds of scenarios would keep thousands of states alive.
        self.turns.append(replace(turn, walk=self.begun))
        self._note(turn)
        return turn

    # --- what happens ---------------------------------------------------------------------------------------------

    def _note(self, turn: Turn) -> None:
        for words in turn.words:
            said = (words.path, words.step, words.visit)
            if said not in self.said and words.kind in ("say", "note"):  # a turn tells again what led to its act
                self.said.add(said)
                self._add(words.kind, words.step)
        for effect in turn.effects:
            match effect:
                case Act():
                    self._add("act", effect.step)
                case Message(purpose="send"):
                    self._add("send", effect.step)
                case Message(purpose="reminder"):
                    self._add("remind", effect.step)
                case CreateTask(purpose="task"):
                    self._add("task", effect.step)
                case CreateTask():
                    self._add("approval", effect.step)
                case StartWalk():
                    self._add("start", effect.process, effect.step)
                case HandOver():
                    self._add("hand_over", effect.team, effect.because, effect.step)
                case CloseCase():
                    self._add("close", effect.outcome, effect.step)
        match turn.waiting:
            case Asking():
                self._add("ask", turn.waiting.step)
            case Timing():
                self._add("wait", turn.waiting.step)

    def _add(self, kind: str, *names: str) -> None:
        self.happened.append(Happening(kind, names, self.now))

    # --- what comes next ------------------------------------------------------------------------------------------

    def _next(self, waiting: Waiting) -> Event | None:
        match waiting:
            case Asking():
                return self._answer(waiting)
            case Confirming():
                return Confirmed(
                    **self._person(),
                    step=waiting.step,
                    visit=waiting.visit,
                    yes=self._result(waiting.step) != "declined",
                )
            case Acting():
                return self._act(waiting)
            case TaskWaiting():
                return self._task(waiting)
            case WithPeople():
                result = self.scenario.results.get(waiting.step)
                if isinstance(result, dict) and "section" in result:
                    return HandedBack(walker="agent", channel="console", section=result["section"])
                return None
            case Timing():
                return self._wake(waiting)
        return None

    def _person(self) -> dict[str, Any]:
        walker = self.scenario.walker if self.scenario.walker != "robot" else "customer"
        return {"walker": walker, "channel": _channel(walker), "language": self.language}

    def _answer(self, waiting: Asking) -> Event | None:
        given = self.scenario.answers.get(waiting.step, NEVER)
        if isinstance(given, dict) and all(str(key).startswith("+") for key in given):
            given = self._later(waiting, cast("dict[str, Any]", given))
        if given == NEVER:
            return self._wake(waiting)
        return Answered(**self._person(), step=waiting.step, visit=waiting.visit, value=given)

    def _later(self, waiting: Asking, given: dict[str, Any]) -> Any:
        """Answers given after delays, one a visit: the clock moves there, unless a robot looks before."""
        used = self.answered.get(waiting.step, 0)
        if used >= len(given):
            return NEVER
        delay, value = list(given.items())[used]
        at = add(self.calendar, self.start, Delay.parse(delay.lstrip("+")))
        if waiting.wake_at is not None and waiting.wake_at < at:
            return NEVER
        self.answered[waiting.step] = used + 1
        self.now = max(self.now, at)
        return value

    def _act(self, waiting: Acting) -> Event | None:
        if waiting.uncertain:
            return None
        walker: Walker = self.walk.walker  # type: ignore[assignment]
        said: dict[str, Any] = {"walker": walker, "channel": self.walk.channel, "key": waiting.key}
        result = self._result(waiting.step)
        if result == NEVER:
            return EffectUnknown(**said)
        if isinstance(result, dict) and "fails" in result:
            return EffectFailed(**said, reason=str(result["fails"]))
        capability = catalogue().get(waiting.using)
        given = result if isinstance(result, dict) else {}
        return EffectDone(**said, result=typed_fields(given, capability.fields if capability else {}))

    def _task(self, waiting: TaskWaiting) -> Event | None:
        result = self._result(waiting.step)
        if result == NEVER or (result is None and waiting.purpose == "task"):
            return self._wake(waiting)
        answers = dict(result) if isinstance(result, dict) else {}
        if waiting.purpose == "approval":
            answers = {"approved": answers.get("approved", "yes")}
        return TaskDone(walker="agent", channel="console", key=waiting.key, answers=answers)

    def _result(self, step: str) -> Any:
        return self.scenario.results.get(step)

    def _wake(self, waiting: Waiting) -> Event | None:
        if waiting.wake_at is None:
            return None
        self.now = max(self.now, waiting.wake_at)
        return Woken(walker="robot", channel="robot", language=self.language)

    # --- facts ----------------------------------------------------------------------------------------------------

    def _read(self, wanted: WantedFact) -> Reading:
        given = self.scenario.facts.get(wanted.fact)
        fields = self._items_now(given).get(wanted.item or "") if wanted.item else self._now(given)
        if fields is None or fields == "unknown":
            return Reading(fact=wanted.fact, item=wanted.item, state="unknown", at=self.now, reason="not_given")
        if fields == "missing":
            return Reading(fact=wanted.fact, item=wanted.item, state="missing", at=self.now)
        capability = catalogue().get(wanted.operation)
        types = capability.fields if capability else {}
        echoed = {name: value for name, value in wanted.inputs.items() if name in types}
        if wanted.item and types:  # what the list says of its item is the list's to type
            fields = {name: value for name, value in fields.items() if name in types}
        value = {**echoed, **typed_fields(fields, types)}
        return Reading(fact=wanted.fact, item=wanted.item, state="known", value=value, at=self.now)

    def _with_given(self, program: Program) -> Program:
        """The program with given facts answered whatever their inputs, and lists taken as given."""
        facts = {name: self._given(spec) for name, spec in program.facts.items()}
        return replace(program, facts=facts)

    def _given(self, spec: FactSpec) -> FactSpec:
        given = self.scenario.facts.get(spec.name)
        if given is None:
            return spec
        if spec.each is None or not isinstance(given, list):
            return replace(spec, optional=spec.given)
        return replace(
            spec, each=lambda scope: self._elements(given), given=frozenset(), inputs=lambda scope: {}, needs=()
        )

    def _elements(self, given: list[Any]) -> list[dict[str, Any]]:
        parcel = catalogue()["shop.order"].fields["parcels"].of
        return [typed_fields(item, parcel.fields if parcel else {}) for item in self._items_now(given).values()]

    def _items_now(self, given: Any) -> dict[str, dict[str, Any]]:
        """Items by key as they are now: the last entry of each whose moment has come."""
        items: dict[str, dict[str, Any]] = {}
        for entry in given or []:
            key = str(entry.get("number") or entry.get("id") or entry.get("sku") or "")
            if self._moment(entry.get("at")) <= self.now:
                items[key] = {**items.get(key, {}), **{name: v for name, v in entry.items() if name != "at"}}
        return items

    def _now(self, given: Any) -> Any:
        """A single fact as it is now."""
        if not isinstance(given, list):
            return plain(given) if given is not None else None
        due = [entry for entry in given if self._moment(entry.get("at")) <= self.now]
        if not due:
            return None
        last = {name: value for name, value in due[-1].items() if name != "at"}
        return last.get("is", last)

    def _moment(self, written: Any) -> datetime:
        """`start`, `+5 days` or a moment."""
        if written is None or written == "start":
            return self.start
        if str(written).startswith("+"):
            return add(self.calendar, self.start, Delay.parse(str(written)[1:].strip()))
        return moment(written)


def _channel(walker: str) -> str:
    return {"agent": "phone", "customer": "selfcare", "robot": "robot"}.get(walker, "chat")
