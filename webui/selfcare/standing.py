"""What a case page shows: where things stand, told for the customer who is there. Nothing here changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.languages import N_, pick
from base.people import Team
from cases.promises import Promise
from cases.tasks import Task
from cases.telling import tell as told_entry
from cases.timeline import TimelineEntry, entries
from processes.connectors.catalogue import catalogue
from processes.decisions import program_of
from processes.rows import WalkEventRow
from processes.views import GivenAnswer, answers_given
from processes.walk.program import Program
from processes.walk.steps.questions import Ask
from processes.walk.turn import Asking, Confirming, Field, TaskWaiting, Waiting, WithPeople
from processes.walks import reader_for
from processes.wording import Reader, Told
from processes.wording import tell as told_words
from processes.worlds import Standing
from webui.answers import ShownValue, is_pressed, shown
from webui.i18n import language, tell
from webui.requests import database, workings
from webui.selfcare.asking_people import asked_before
from webui.selfcare.door import CHANNEL, brand
from webui.selfcare.parcels import Card, cards
from webui.selfcare.visitors import Visitor

SAID = ("say", "hand_over", "close")
"""Kinds of words that a customer is shown; notes are for staff."""
MOST_ENTRIES = 200
TOLD = frozenset({
    "act.done", "act.happened", "case.closed", "case.handed_over", "case.opened", "case.reopened", "message.done",
    "message.happened", "message.received", "promise.kept", "walk.answered", "walk.said", "walk.told",
})  # fmt: skip
"""What a customer cares to read again; dates to come stand on the page itself."""
NEWS, NEWS_FROM = N_("News of your parcel"), N_("News of your parcel, from %(carrier)s")
FROM_US = N_("%(what)s, from %(shop)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An entry of the timeline, for the customer."""

    kind: str
    at: datetime
    sentence: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything a page about the case needs."""

    visitor: Visitor
    cards: list[Card]
    kind: str
    """asking, confirming, acting, timing, task, with_people, ended, staff (a question for staff) or starting."""
    waiting: Waiting | None = None
    revision: int = 0
    said: tuple[Told, ...] = ()
    question: Told | None = None
    values: tuple[ShownValue, ...] = ()
    pressed: bool = False
    given: list[GivenAnswer] = field(default_factory=list)
    team: str = ""
    """Who has it, when people have."""
    awaited: str = ""
    """What a wait is for, and from whom."""
    promises: list[Promise] = field(default_factory=list)
    asked: Task | None = None
    """The request for a person that still waits."""
    history: list[Happened] = field(default_factory=list)

    @property
    def done(self) -> list[str]:
        """What was done for the customer so far, newest first."""
        return [each.sentence for each in self.history if each.kind == "act.done"]

    @property
    def place(self) -> str:
        """Where the walk stands, as the page's address names it."""
        return f"{self.waiting.path}{self.waiting.step}" if self.waiting else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An answer that was not taken, by the names of the process."""

    given: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Why, in the reader's language."""


def page_of(visitor: Visitor, tried: Tried | None = None) -> Page:
    """The case as it stands, with what was just typed and not taken."""
    walk = visitor.walk
    if walk is None or walk.waiting == "starting":
        return Page(visitor=visitor, cards=[], kind="starting", **_rows(visitor))
    walks = workings().walks
    standing = walks.standing(visitor.actor, walk.public_id)
    reader = reader_of(standing)
    waiting, told = walks.show(standing, reader)
    parcels = cards(visitor.case, parcel_in_question(standing))
    known: dict[str, Any] = {
        "visitor": visitor, "cards": parcels, "waiting": waiting, "revision": standing.row.revision,
        "said": tuple(words for words in told if words.kind in SAID),
        "given": answers_of(standing, reader), **_rows(visitor),
    }  # fmt: skip
    if visitor.case.closed:
        return Page(kind="ended", **known)
    return _waiting_page(standing, reader, waiting, tried or Tried(), known)


def _waiting_page(
    standing: Standing, reader: Reader, waiting: Waiting | None, tried: Tried, known: dict[str, Any]
) -> Page:
    match waiting:
        case Asking() if not meant_for_customers(standing):
            return Page(kind="staff", **known)
        case Asking():
            return Page(
                kind="asking", question=_words(standing, reader, waiting.words),
                values=shown(waiting.fields, reader.languages, tried.given, tried.problems),
                pressed=is_pressed(waiting.step, waiting.fields),
                **known,
            )  # fmt: skip
        case Confirming():
            words = _words(standing, reader, waiting.words) if waiting.words else None
            return Page(kind="confirming", question=words, **known)
        case TaskWaiting(team=team) | WithPeople(team=team):
            return Page(kind=waiting.kind, team=_team(team), **known)
        case None:
            return Page(kind="starting", **known)
        case _:
            return Page(kind=waiting.kind, awaited=_awaited(standing, waiting, known["cards"]), **known)


def reader_of(standing: Standing) -> Reader:
    """The customer as a reader of the walk's words."""
    return reader_for(standing, "customer", CHANNEL, language())


def answers_of(standing: Standing, reader: Reader) -> list[GivenAnswer]:
    """What was really asked and answered so far, each with its question as it was put.

    What the first page or the order itself told is nobody's answer to change.
    """
    with database().reading() as session:
        asked = dict(zip(_steps_answered(session, standing), _questions_put(session, standing), strict=False))
    return [
        replace(given, question=asked[given.step] or given.question)
        for given in answers_given(standing, reader)
        if given.step in asked
    ]


def _steps_answered(session: Session, standing: Standing) -> list[str]:
    """Steps of the journal's answers, oldest first."""
    wanted = select(WalkEventRow.payload).where(
        WalkEventRow.walk_id == standing.row.id, WalkEventRow.kind == "answered"
    )
    return [event["step"] for event in session.scalars(wanted.order_by(WalkEventRow.number))]


def _questions_put(session: Session, standing: Standing) -> list[str]:
    """Their questions, from the timeline, which was written in the same transactions."""
    wanted = select(TimelineEntry.params).where(
        TimelineEntry.walk_id == standing.row.id, TimelineEntry.kind == "walk.answered"
    )
    told = session.scalars(wanted.order_by(TimelineEntry.id))
    return [pick(params.get("question", {}), language(), brand().default_language) for params in told]


def meant_for_customers(standing: Standing) -> bool:
    """Whether the question the walk stands at may be put to a customer."""
    node = program_here(standing).nodes[program_here(standing).index[standing.walk.frame.position]]
    only = node.only if isinstance(node, Ask) else frozenset()
    return not only or bool(only & {"customer", CHANNEL, f"customer.{CHANNEL}"})


def program_here(standing: Standing) -> Program:
    """The program of the innermost process being walked."""
    frame = standing.walk.frame
    return standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)


def fields_here(waiting: Waiting | None) -> tuple[Field, ...]:
    """The values asked for."""
    return waiting.fields if isinstance(waiting, Asking) else ()


def parcel_in_question(standing: Standing) -> str | None:
    """Number of the parcel that the walk is about, once the customer has said which."""
    for frame in reversed(standing.walk.frames):
        program = standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)
        for name, item in program.live_items.items():
            chosen = frame.scope.get(name)
            if program.facts[item.fact].operation == "carrier.tracking" and isinstance(chosen, str):
                return chosen
    return None


def _words(standing: Standing, reader: Reader, words: Any) -> Told:
    passage = workings().walks.passages(standing.case.brand_id)
    return told_words(program_of(standing, words), words, reader, passage=passage)


def _awaited(standing: Standing, waiting: Waiting, parcels: list[Card]) -> str:
    """What a wait is for, and whose answer it is: the carrier's where tracking is read, else the shop's."""
    program = program_here(standing)
    place = program.index.get(waiting.step)
    facts = program.nodes[place].facts if place is not None else ()
    operations = {program.facts[fact].operation for fact in facts}
    if "carrier.tracking" in operations:
        carriers = ", ".join(dict.fromkeys(card.carrier for card in parcels if card.carrier))
        return tell(NEWS_FROM, carrier=carriers) if carriers else tell(NEWS)
    capability = catalogue().get(program.facts[facts[-1]].operation) if facts else None
    return tell(FROM_US, what=capability.label.tell(language()), shop=brand().name) if capability else ""


def _rows(visitor: Visitor) -> dict[str, Any]:
    with database().reading() as session:
        return {
            "promises": _promises(session, visitor), "asked": asked_before(session, visitor.case),
            "history": _history(session, visitor),
        }  # fmt: skip


def _promises(session: Session, visitor: Visitor) -> list[Promise]:
    """What was promised: what is still to come, and what became of the rest."""
    made = (Promise.case_id == visitor.case.id, Promise.state != "withdrawn")
    wanted = select(Promise).where(*made).order_by(Promise.state != "open", Promise.by).limit(20)
    return list(session.scalars(wanted))


def _history(session: Session, visitor: Visitor) -> list[Happened]:
    """What happened so far, newest first."""
    told = [
        Happened(kind=entry.kind, at=entry.at, sentence=sentence, words=_quoted(entry.words))
        for entry in entries(session, visitor.case.id, limit=MOST_ENTRIES)
        if entry.kind in TOLD and (sentence := told_entry(entry, language(), brand().zone, "customer"))
    ]
    return list(reversed(told))


def _quoted(words: Any) -> tuple[str, ...]:
    """Words of an entry as texts: said ones come as a list, others as they were."""
    match words:
        case str():
            return (words,)
        case list():
            return tuple(str(each["text"]) for each in words if isinstance(each, dict) and each.get("text"))
        case _:
            return ()


def _team(key: str) -> str:
    with database().reading() as session:
        team = session.scalars(select(Team).where(Team.brand_id == brand().id, Team.key == key)).one_or_none()
        return team.name(language()) if team else ""
