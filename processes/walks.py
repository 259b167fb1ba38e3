"""The shell of the walk: loads it, advances it, reads what it wants, and writes the turn in one transaction.

The only caller of `advance` on real cases. Console, selfcare, robots, API and command line all come through here:

1. load the walk at its revision, with its world, and close the transaction;
2. advance, read the wanted facts, advance again, until something must be waited for: no lock is held meanwhile;
3. one transaction: the case is locked, the revision moved on (whoever comes second has lost), journal, readings,
   timeline, effects and the next rendezvous are written.

Lock order: case, walk, follow-up, effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from base.actors import Actor
from base.brands import Brand
from base.clock import business_now
from base.database import Database, new_public_id
from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission, require
from cases.cases import Case
from cases.follow_ups import FollowUp
from cases.timeline import TimelineEntry
from processes.chronicle import Step, answer_in_words
from processes.decisions import DoneElsewhere, prepare, program_of
from processes.facts import Asked, FactReader, Read
from processes.rendezvous import lane_of
from processes.rows import WalkRow
from processes.versions import Library, library_of, live_version
from processes.walk.advance import Turn, advance, begin, look
from processes.walk.errors import CannotGoBack, EndlessWalk, Refused, StaleStep, WalkError
from processes.walk.events import EffectFailed, Event, FactsRead, Started
from processes.walk.state import Walk
from processes.walk.turn import Asking, Confirming, Effect, Waiting
from processes.walk.values import decode
from processes.wording import PassageFinder, Reader, Told, tell
from processes.worlds import Standing, load, standing, walk_named
from processes.writing import PATIENCE as PATIENCE
from processes.writing import Fence as Fence
from processes.writing import WalkHasMoved as WalkHasMoved
from processes.writing import Writing, Written, write_turn

MOST_READINGS = 12
"""Rounds of reading in one turn; facts that need each other take a few."""

MOST_REFUSALS = 10
"""Acts of one turn that other cases had done already."""


class NoWayBack(WalkHasMoved):
    """An earlier question cannot be returned to; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class AnswerRefused(Invalid):
    """An answer cannot be taken; `problems` tells by field what is wrong, as a sentence with parameters."""

    sentence = N_("Please check your answer.")

    def __init__(self, problems: Mapping[str, tuple[str, Mapping[str, object]]]) -> None:
        super().__init__()
        self.problems = problems


class WalkIsBroken(Invalid):
    """The process cannot go on; its authors have to mend it."""

    sentence = N_("The process cannot go on from here: %(problem)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a turn came to: for the door that asked for it."""

    walk: str
    """Public id."""
    case: str
    """Public id of the case."""
    revision: int
    waiting: Waiting
    told: tuple[Told, ...]
    standing: Standing
    """The walk as the turn left it."""
    entries: tuple[TimelineEntry, ...]
    """What the turn added to the case's timeline."""
    checks: tuple[FollowUp, ...]
    """Every rendezvous of a robot with the case that is left, next one first."""
    quiet: bool
    """Whether it decided nothing and read nothing but facts: from one question to the next."""
    effect_ids: tuple[int, ...] = ()
    """Effects just decided, to deliver right away."""


@dataclass(slots=True)
class _Course:
    """A turn under way: every round of advancing and reading so far."""

    steps: list[Step] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    turn: Turn | None = None
    patient: bool = False
    """Whether a service that does not answer ends the turn instead of being told to the walk."""
    refusals: int = 0

    @property
    def waiting(self) -> Waiting:
        """What it came to wait for."""
        assert self.turn is not None
        assert self.turn.waiting is not None
        return self.turn.waiting


class Walks:
    """The shell, with what it needs: database, readers of facts, programs, and the key that signs links."""

    def __init__(
        self,
        database: Database,
        facts: FactReader,
        *,
        secret: str,
        library: Library | None = None,
        passage: Callable[[int], PassageFinder] | None = None,
        clock: Callable[[Session], datetime] = business_now,
    ) -> None:
        self.database = database
        self.facts = facts
        self.secret = secret
        self.library = library or library_of(database)
        self.clock = clock
        self._passage = passage

    # --- verbs -------------------------------------------------------------------------------------------------------

    def start(
        self,
        actor: Actor,
        case_id: int,
        process: str,
        *,
        channel: str,
        language: str,
        needs: Mapping[str, Any] | None = None,
        contact_id: int | None = None,
    ) -> Shown:
        """Begin a process in a case, at its front: its first turn and the walk itself are written together, or nothing.

        Raises NoSuchProcess, Forbidden, AnswerRefused for a bad need, CaseIsClosed, and WalkHasMoved when another walk
        came to the front of the case in the meantime.
        """
        require(actor, Permission.WALK_START)
        with self.database.reading() as session:
            here = self.stand(session, self._new_walk(session, actor, case_id, process))
        event = Started(walker=walker_of(actor), channel=channel, language=language, needs=dict(needs or {}))
        return self._write(here, self._course(here, event, False), actor, None, contact_id, None)

    def _new_walk(self, session: Session, actor: Actor, case_id: int, process: str) -> WalkRow:
        """A walk that is in no table yet."""
        public_id, now, case = new_public_id(), self.clock(session), session.get_one(Case, case_id)
        version = live_version(session, actor.brand_id, process)
        return WalkRow(
            public_id=public_id, brand_id=actor.brand_id, case_id=case_id, version_id=version.id, version=version,
            case=case, brand=session.get_one(Brand, actor.brand_id),
            process=process, state=begin(self.library.program_of(version), public_id).to_json(), revision=0,
            waiting="starting", needs=None, started_at=now, moved_at=now,
        )  # fmt: skip

    def carry_on(
        self,
        walk: str | Standing,
        event: Event,
        *,
        actor: Actor,
        revision: int | None = None,
        contact_id: int | None = None,
        fence: Fence | None = None,
        robot_patience: bool = False,
        only_say: bool = False,
    ) -> Shown:
        """Take an event. `walk`: its public id, or as it was just loaded. `revision`: the one the actor saw; None
        takes whatever there is.

        Raises WalkHasMoved when the event comes too late, AnswerRefused for an answer that cannot be taken,
        WalkIsBroken and, with `robot_patience`, ServiceSilent when a fact could not be read and there is time. With
        `only_say` a turn that decides anything is not written: WouldDo says what it would have been.
        """
        require(actor, Permission.WALK_ADVANCE)
        standing = self.standing(actor, walk) if isinstance(walk, str) else walk
        if revision is not None and revision != standing.row.revision:
            raise WalkHasMoved
        asked = waiting_of(standing)
        course = self._course(standing, event, robot_patience)
        if only_say and course.effects:
            raise WouldDo(standing, course.effects, course.waiting)
        return self._write(standing, course, actor, asked, contact_id, fence)

    def go_back(
        self, public_id: str, step: str, *, actor: Actor, channel: str, language: str, path: str = "",
        contact_id: int | None = None,
    ) -> Shown:  # fmt: skip
        """Return to an earlier question; later answers are kept and taken again when still good. Raises NoWayBack."""
        from processes.going_back import rewound

        require(actor, Permission.WALK_ADVANCE)
        with self.database.reading() as session:
            here = self.stand(session, walk_named(session, actor, public_id))
            try:
                course = rewound(session, here, step, path, walker_of(actor), channel, language)
            except CannotGoBack as error:
                raise NoWayBack(error.sentence) from error
        finished = _Course(steps=[Step(event=course.event, trace=[])], turn=course.turn)
        return self._write(here, finished, actor, None, contact_id, None, abandoned=course.abandoned)

    def standing(self, actor: Actor, public_id: str) -> Standing:
        """The walk as it stands, for a page. Raises NoSuchWalk."""
        return load(self.database, self.library, actor, public_id, self.clock)

    def stand(self, session: Session, row: WalkRow) -> Standing:
        """The walk of a row as it stands, from an open session."""
        return standing(session, self.library, row, self.clock)

    def show(self, standing: Standing, reader: Reader) -> tuple[Waiting | None, tuple[Told, ...]]:
        """What the walk waits for and the words said since the last stop, told for a reader."""
        return waiting_of(standing), self.tell(standing, standing.walk, reader)

    def tell(self, standing: Standing, walk: Walk, reader: Reader) -> tuple[Told, ...]:
        """The words said since the last stop."""
        passage = self.passages(standing.case.brand_id)
        return tuple(tell(program_of(standing, words), words, reader, passage=passage) for words in walk.words)

    def passages(self, brand_id: int) -> PassageFinder | None:
        """How passages of articles are found for a brand."""
        return self._passage(brand_id) if self._passage else None

    # --- a turn ------------------------------------------------------------------------------------------------------

    def _course(self, standing: Standing, event: Event, robot_patience: bool) -> _Course:
        """Advance and read until something must be waited for."""
        course = _Course(patient=robot_patience)
        self._go_on(standing, event, course)
        return course

    def _go_on(self, standing: Standing, event: Event, course: _Course) -> None:
        turn = self._advance(standing, course.turn.walk if course.turn else standing.walk, event, course)
        for _ in range(MOST_READINGS):
            if not turn.wanted:
                break
            reads = self.facts.read(turn.wanted, _asked(standing))
            if course.patient:
                be_patient(reads)
            course.reads += reads
            told = FactsRead(
                walker=event.walker, channel=event.channel, language=event.language,
                readings=tuple(read.reading for read in reads),
            )  # fmt: skip
            turn = self._advance(standing, turn.walk, told, course)
        if turn.waiting is None:
            raise WalkIsBroken(problem=N_("it keeps asking for the same data."))
        course.turn = turn

    def _advance(self, standing: Standing, walk: Walk, event: Event, course: _Course) -> Turn:
        try:
            turn = advance(standing.program, walk, event, standing.world)
        except StaleStep as error:
            raise WalkHasMoved from error
        except Refused as error:
            raise AnswerRefused(error.problems) from error
        except (EndlessWalk, WalkError) as error:
            raise WalkIsBroken(problem=str(error)) from error
        course.steps.append(Step(event=event, trace=turn.trace))
        course.effects += turn.effects
        return turn

    def _write(
        self,
        standing: Standing,
        course: _Course,
        actor: Actor,
        asked: Waiting | None,
        contact_id: int | None,
        fence: Fence | None,
        abandoned: Sequence[str] = (),
    ) -> Shown:
        while True:
            ready = self._ready(standing, course, actor, asked, contact_id, fence, abandoned)
            try:
                with self.database.unit() as session:
                    written = write_turn(session, self.library, self.secret, ready)
            except DoneElsewhere as refused:
                # Nothing of the turn was written: it is walked on, with the answer that act gets.
                self._refuse(standing, course, refused)
            else:
                return self._shown(course, ready, written)

    def _ready(
        self, standing: Standing, course: _Course, actor: Actor, asked: Waiting | None, contact_id: int | None,
        fence: Fence | None, abandoned: Sequence[str],
    ) -> Writing:  # fmt: skip
        """The turn with its words told and its calls routed, before any transaction."""
        assert course.turn is not None
        walk = course.turn.walk
        reader, now_standing = _reader(standing, walk), replace(standing, walk=walk)
        services = self.facts.services
        asking = program_of(standing, asked.words) if isinstance(asked, Asking) else standing.program
        return Writing(
            actor=actor, standing=standing, walk=walk, waiting=course.waiting, steps=course.steps, reads=course.reads,
            told=self.tell(standing, walk, reader), contact_id=contact_id, fence=fence, abandoned=abandoned,
            answer=answer_in_words(asking, asked, course.steps[0].event, reader),
            prepared=prepare(now_standing, course.effects, self.passages(standing.case.brand_id), services),
            lane=lane_of(now_standing, course.waiting, services),
        )  # fmt: skip

    def _refuse(self, standing: Standing, course: _Course, refused: DoneElsewhere) -> None:
        """Another case did the same business: this walk's act fails at once, and it goes on from there."""
        assert course.turn is not None
        if course.refusals >= MOST_REFUSALS:
            raise WalkIsBroken(problem=N_("it keeps deciding what was already done."))
        walk = course.turn.walk
        course.refusals += 1
        course.effects = [effect for effect in course.effects if effect.key != refused.key]
        said: dict[str, Any] = {"walker": walk.walker, "channel": walk.channel, "language": walk.language}
        self._go_on(standing, EffectFailed(**said, key=refused.key, reason="already_done"), course)

    def _shown(self, course: _Course, turn: Writing, written: Written) -> Shown:
        here = written.standing
        return Shown(
            walk=here.row.public_id, case=here.case.public_id, revision=here.row.revision, waiting=course.waiting,
            told=turn.told, standing=here, entries=written.entries, checks=written.checks,
            effect_ids=written.effect_ids,
            quiet=not course.effects and isinstance(course.waiting, Asking | Confirming),
        )  # fmt: skip


class WouldDo(Exception):
    """What a turn that was only to be said would have decided; nothing of it is written."""

    def __init__(self, standing: Standing, effects: Sequence[Effect], waiting: Waiting) -> None:
        super().__init__(standing.row.public_id)
        self.standing, self.effects, self.waiting = standing, tuple(effects), waiting


class ServiceSilent(Exception):
    """A fact could not be read and the robot has still time: its follow-up is postponed, no attempt used up."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def waiting_of(standing: Standing) -> Waiting | None:
    """What a walk waits for; None before its first turn."""
    return look(standing.program, standing.walk, standing.world)


def walker_of(actor: Actor) -> Any:
    """Who walks when this actor brings an event."""
    return {"agent": "agent", "customer": "customer", "robot": "robot", "assistant": "assistant"}.get(
        actor.kind, "robot"
    )


def needs_of(row: WalkRow) -> dict[str, Any]:
    """What the starter of a walk knew."""
    return dict(decode(row.needs)) if row.needs else {}


def reader_for(standing: Standing, walker: str, channel: str, *languages: str) -> Reader:
    """A reader of this walk's words."""
    return Reader(
        walker=walker, channel=channel, languages=(*languages, *standing.languages), zone=standing.brand.zone,
        calendar=standing.calendar,
    )  # fmt: skip


def _reader(standing: Standing, walk: Walk) -> Reader:
    return reader_for(standing, walk.walker, walk.channel, *([walk.language] if walk.language else []))


def _asked(standing: Standing) -> Asked:
    return Asked(
        brand_id=standing.case.brand_id, case_id=standing.case.id, customer_id=standing.case.customer_id,
        now=standing.now, inputs={},
    )  # fmt: skip


def be_patient(reads: Sequence[Read]) -> None:
    """Raise ServiceSilent where a service did not answer.

    A code outside the mapping is no outage, nor is a carrier nobody serves: those are told to the walk at once.
    """
    for read in reads:
        reason = read.reading.reason
        if read.reading.state == "unknown" and reason not in (
            "inputs",
            "input",
            "unserved",
            "unmapped",
            "switched_off",
        ):
            raise ServiceSilent(reason)
