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
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.clock import business_now
from base.database import Database, new_public_id
from base.errors import Conflict, Invalid
from base.languages import N_
from base.permissions import Permission, require
from cases import cases, follow_ups, links
from cases.cases import Case
from cases.claims import guarded
from processes.chronicle import Answer, Step, answer_in_words, tell_turn, write_events
from processes.decisions import Applied, Prepared, apply, prepare, program_of
from processes.facts import Asked, FactReader, Read, row_of
from processes.rows import WalkRow
from processes.versions import Library, live_version, shared_library
from processes.walk.advance import advance, begin, look
from processes.walk.errors import EndlessWalk, Refused, StaleStep, WalkError
from processes.walk.events import Answered, EffectFailed, Event, FactsRead, Started
from processes.walk.state import Walk
from processes.walk.turn import Asking, Effect, Ended, Turn, Waiting, WithPeople
from processes.walk.values import decode
from processes.wording import PassageFinder, Reader, Told, tell
from processes.worlds import NoSuchWalk, Standing, load, standing

PATIENCE = timedelta(hours=6)
"""How long a robot puts up with a service that does not answer before the walk is told."""
MOST_READINGS = 12
"""Rounds of reading in one turn; facts that need each other take a few."""

Fence = Callable[[Session], None]
"""Called inside the transaction, before anything is written: raises when the caller has lost his claim."""


class WalkHasMoved(Conflict):
    """Somebody or something else advanced the walk; the page shows where it stands now."""

    sentence = N_("This step has been passed in the meantime. Here is where the case stands now.")


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
    effect_ids: tuple[int, ...] = ()
    """Effects just decided, to deliver right away."""


@dataclass(slots=True)
class _Course:
    """A turn under way: every round of advancing and reading so far."""

    steps: list[Step] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    turn: Turn | None = None

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
        self.library = library or shared_library()
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
        """Begin a process in a case, at its front. Raises NoSuchProcess, NotPermitted, AnswerRefused for a bad need."""
        require(actor, Permission.WALK_START)
        public_id = new_public_id()
        with self.database.unit() as session:
            now = self.clock(session)
            version = live_version(session, actor.brand_id, process)
            program = self.library.program_of(version)
            case = session.get_one(Case, case_id)
            row = WalkRow(
                public_id=public_id, brand_id=actor.brand_id, case_id=case.id, version_id=version.id, process=process,
                state=begin(program, public_id).to_json(), needs=None, started_at=now, moved_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            case.front_walk_id = row.id
        event = Started(walker=walker_of(actor), channel=channel, language=language, needs=dict(needs or {}))
        return self.carry_on(public_id, event, actor=actor, contact_id=contact_id)

    def carry_on(
        self,
        public_id: str,
        event: Event,
        *,
        actor: Actor,
        revision: int | None = None,
        contact_id: int | None = None,
        fence: Fence | None = None,
        robot_patience: bool = False,
    ) -> Shown:
        """Take an event. `revision`: the one the actor saw; None takes whatever there is.

        Raises WalkHasMoved when the event comes too late, AnswerRefused for an answer that cannot be taken,
        WalkIsBroken and, with `robot_patience`, ServiceSilent when a fact could not be read and there is time.
        """
        require(actor, Permission.WALK_ADVANCE)
        standing = load(self.database, self.library, actor.brand_id, public_id, self.clock)
        if revision is not None and revision != standing.row.revision:
            raise WalkHasMoved
        asked = look(standing.program, standing.walk, standing.world)
        course = self._course(standing, event, robot_patience)
        return self._write(standing, course, actor, asked, contact_id, fence)

    def go_back(
        self, public_id: str, step: str, *, actor: Actor, channel: str, language: str, path: str = "",
        contact_id: int | None = None,
    ) -> Shown:  # fmt: skip
        """Return to an earlier question; later answers are kept and taken again when still good."""
        from processes.going_back import rewound

        require(actor, Permission.WALK_ADVANCE)
        with self.database.reading() as session:
            row = session.scalars(
                select(WalkRow).where(WalkRow.public_id == public_id, WalkRow.brand_id == actor.brand_id)
            ).one_or_none()
            if row is None:
                raise NoSuchWalk
            here = standing(session, self.library, row, self.clock)
            course = rewound(session, here, step, path, walker_of(actor), channel, language)
        finished = _Course(steps=[Step(event=course.event, trace=[])], turn=course.turn)
        return self._write(here, finished, actor, None, contact_id, None, abandoned=course.abandoned)

    def standing(self, actor: Actor, public_id: str) -> Standing:
        """The walk as it stands, for a page. Raises NoSuchWalk."""
        return load(self.database, self.library, actor.brand_id, public_id, self.clock)

    def show(self, standing: Standing, reader: Reader) -> tuple[Waiting | None, tuple[Told, ...]]:
        """What the walk waits for and the words said since the last stop, told for a reader."""
        waiting = look(standing.program, standing.walk, standing.world)
        return waiting, self.tell(standing, standing.walk, reader)

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
        course = _Course()
        turn = self._advance(standing, standing.walk, event, course)
        for _ in range(MOST_READINGS):
            if not turn.wanted:
                break
            reads = self.facts.read(turn.wanted, _asked(standing))
            if robot_patience:
                _be_patient(reads)
            course.reads += reads
            told = FactsRead(
                walker=event.walker, channel=event.channel, language=event.language,
                readings=tuple(read.reading for read in reads),
            )  # fmt: skip
            turn = self._advance(standing, turn.walk, told, course)
        if turn.waiting is None:
            raise WalkIsBroken(problem=N_("it keeps asking for the same data."))
        course.turn = turn
        return course

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
        assert course.turn is not None
        reader = _reader(standing, course.turn.walk)
        told = self.tell(standing, course.turn.walk, reader)
        answer = answer_in_words(standing.program, asked, course.steps[0].event, reader)
        prepared = prepare(
            replace(standing, walk=course.turn.walk), course.effects, self.passages(standing.case.brand_id)
        )
        with self.database.unit() as session:
            applied = self._write_rows(
                session, standing, course, actor, told, answer, prepared, contact_id, fence, abandoned
            )
        shown = Shown(
            walk=standing.row.public_id, case=standing.case.public_id, revision=standing.row.revision + 1,
            waiting=course.waiting, told=told, effect_ids=tuple(applied.effect_ids),
        )  # fmt: skip
        return self._refused_elsewhere(shown, standing, applied, actor, contact_id)

    def _write_rows(
        self, session: Session, standing: Standing, course: _Course, actor: Actor, told: tuple[Told, ...],
        answer: Answer | None, prepared: list[Prepared], contact_id: int | None, fence: Fence | None,
        abandoned: Sequence[str],
    ) -> Applied:  # fmt: skip
        """The one transaction of a turn."""
        case = cases.locked(session, standing.case.id)
        if case.closed and not isinstance(course.waiting, Ended):
            raise cases.CaseIsClosed
        self._move_on(session, standing, course)
        if fence is not None:
            fence(session)
        session.add_all(row_of(read, standing.row.id) for read in course.reads)
        first = 1 + (session.scalar(_last_number(standing.row.id)) or 0)
        write_events(session, actor, standing, course.steps, told, first, contact_id)
        tell_turn(session, actor, standing, course.steps, told, answer, contact_id)
        event = course.steps[0].event
        if isinstance(event, Answered):
            links.answered(session, standing.now, standing.row.id, event.step)
        _drop(session, actor, standing, abandoned)
        now_standing = replace(standing, walk=course.turn.walk) if course.turn else standing
        self._settle(session, actor, standing, case, course.waiting)
        return apply(session, self.library, self.secret, actor, now_standing, prepared)

    def _move_on(self, session: Session, standing: Standing, course: _Course) -> None:
        assert course.turn is not None
        row = standing.row
        moved = guarded(
            session, WalkRow, WalkRow.id == row.id, WalkRow.revision == row.revision,
            revision=row.revision + 1, state=course.turn.walk.to_json(), step=course.waiting.step,
            waiting=course.waiting.kind, moved_at=standing.now,
        )  # fmt: skip
        if not moved:
            raise WalkHasMoved

    def _settle(self, session: Session, actor: Actor, standing: Standing, case: Case, waiting: Waiting) -> None:
        """The robot's next rendezvous, and the state of the case."""
        now = standing.now
        follow_ups.cancel_all(session, actor, now, case, walk_id=standing.row.id, told=False)
        if waiting.wake_at is not None:
            program = standing.program
            follow_ups.plan(
                session, actor, now, case, walk_id=standing.row.id, version_id=standing.row.version_id,
                process=standing.row.process, step=f"{waiting.path}{waiting.step}", visit=waiting.visit,
                due_at=waiting.wake_at, label=dict(program.labels.get(waiting.step) or program.title),
                lane=_lane(standing, waiting), patience_until=waiting.wake_at + PATIENCE,
            )  # fmt: skip
        if isinstance(waiting, Ended | WithPeople):
            return
        if isinstance(waiting, Asking) and actor.kind != "robot":
            cases.resume(session, actor, now, case)
        elif waiting.kind in ("timing", "task") or actor.kind == "robot":
            cases.wait(session, actor, now, case, until=waiting.wake_at)

    def _refused_elsewhere(
        self, shown: Shown, standing: Standing, applied: Applied, actor: Actor, contact_id: int | None
    ) -> Shown:
        """An act that another case had done already is refused to this walk at once."""
        for key in applied.already_done:
            walk = standing.walk
            refusal = EffectFailed(
                walker=walk.walker or "robot", channel=walk.channel, language=walk.language, key=key,  # type: ignore[arg-type]
                reason="already_done",
            )  # fmt: skip
            later = self.carry_on(shown.walk, refusal, actor=actor, contact_id=contact_id)
            shown = replace(later, told=shown.told + later.told, effect_ids=shown.effect_ids + later.effect_ids)
        return shown


class ServiceSilent(Exception):
    """A fact could not be read and the robot has still time: its follow-up is postponed, no attempt used up."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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


def _be_patient(reads: Sequence[Read]) -> None:
    """A code outside the mapping is no outage, nor is a carrier nobody serves: those are told to the walk at once."""
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


def _lane(standing: Standing, waiting: Waiting) -> str:
    """The capability read first at the wake: a dead carrier then holds up its own rows only."""
    program = standing.world.programs.get(_frame_key(standing), standing.program)
    place = program.index.get(waiting.step)
    facts = program.nodes[place].facts if place is not None else ()
    return program.facts[facts[-1]].operation if facts else ""


def _frame_key(standing: Standing) -> str:
    frame = standing.walk.frame
    return f"{frame.process}@{frame.version}"


def _last_number(walk_id: int) -> Any:
    from processes.rows import WalkEventRow

    return select(func.max(WalkEventRow.number)).where(WalkEventRow.walk_id == walk_id)


def _drop(session: Session, actor: Actor, standing: Standing, keys: Sequence[str]) -> None:
    """Take back what the abandoned branch still waited for: its open tasks."""
    from cases import tasks
    from cases.tasks import Task

    if not keys:
        return
    for task in session.scalars(select(Task).where(Task.key.in_(list(keys)), Task.state.in_(tasks.LIVE))):
        tasks.cancel(session, actor, standing.now, task)
