"""Shadow mode: robots say what they would do, and people do it; then the two are compared.

For a process in shadow mode a robot looks at its hour and walks on as ever, but a turn that would decide anything (an
act, a message, a task, an end) is written down instead of being done: the walk stays where it was, its check is over,
and people have a task. What they then do with the walk is compared with what was written down: the same acts of the
same amounts, or, where there were none, the same end. Looks that decide nothing go on by themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from base.actors import Actor, robot_actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Invalid
from base.languages import N_
from base.permissions import Permission, require
from cases import follow_ups, tasks
from cases.cases import Case
from cases.claims import Claimed
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import LIVE, Task
from processes.rows import WalkRow
from processes.walk import turn
from processes.walks import WouldDo
from robots.people import do_by_hand

RESTS = ("ended", "with_people", "timing", "task", "acting", "asking")
"""Where a walk stands still once people have done with it for now."""
Verdict = Literal["same", "other"]
_ON = text("ended_at IS NULL")


class ShadowNeedsReason(Invalid):
    """Whoever puts a process into shadow mode, or lets it act, says why."""

    sentence = N_("Please say why: others will read it.")


class Shadow(Base):
    """A process in shadow mode, for a time."""

    __tablename__ = "robot_shadow"
    __table_args__ = (
        Index("uq_robot_shadow_on", "brand_id", "process", unique=True, sqlite_where=_ON, postgresql_where=_ON),
    )

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    process: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str]
    begun_at: Mapped[Moment]
    begun_by: Mapped[Json]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Json | None]


class ShadowTurn(Base):
    """What a robot would have done at one look, and what people did."""

    __tablename__ = "robot_shadow_turn"
    __table_args__ = (
        Index(None, "brand_id", "process", "id"),
        Index(
            "ix_robot_shadow_turn_open", "brand_id", sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    process: Mapped[str] = mapped_column(String(80))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int]
    step: Mapped[str]
    revision: Mapped[int]
    """Of the walk, as the robot found it."""
    would: Mapped[Json]
    """What it would have decided, in order."""
    would_end: Mapped[str]
    """Where it would have come to: `ended:reshipped`, `with_people:delivery_team`, `timing` …"""
    did: Mapped[Json | None]
    """What people decided."""
    did_end: Mapped[str | None]
    verdict: Mapped[Verdict | None] = mapped_column(String(8))
    at: Mapped[Moment]
    compared_at: Mapped[Moment | None]
    case: Mapped[Case] = relationship()


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How often people did what the robot would have done."""

    process: str
    same: int
    other: int
    open: int
    """Not done by people yet."""

    @property
    def percent(self) -> int | None:
        """Of those compared."""
        compared = self.same + self.other
        return round(100 * self.same / compared) if compared else None


def begin(session: Session, actor: Actor, now: datetime, process: str, *, reason: str) -> None:
    """From now on robots only say what they would do in this process. Raises ShadowNeedsReason."""
    require(actor, Permission.ROBOTS_STOP)
    if not reason.strip():
        raise ShadowNeedsReason
    values = {"brand_id": actor.brand_id, "process": process, "reason": reason.strip()[:2000], "begun_at": now}
    insert_or_ignore(session, Shadow, {**values, "begun_by": actor.to_json()})


def end(session: Session, actor: Actor, now: datetime, process: str) -> None:
    """Robots act in this process again."""
    require(actor, Permission.ROBOTS_STOP)
    on = select(Shadow).where(Shadow.brand_id == actor.brand_id, Shadow.process == process, Shadow.ended_at.is_(None))
    for each in session.scalars(on.with_for_update()):
        each.ended_at, each.ended_by = now, actor.to_json()


def in_shadow(session: Session, brand_id: int, process: str) -> bool:
    """Whether robots only say what they would do in it."""
    on = select(Shadow.id).where(Shadow.brand_id == brand_id, Shadow.process == process, Shadow.ended_at.is_(None))
    return session.scalar(on.limit(1)) is not None


def shadows(session: Session, brand_id: int) -> Sequence[Shadow]:
    """Processes in shadow mode."""
    on = select(Shadow).where(Shadow.brand_id == brand_id, Shadow.ended_at.is_(None))
    return session.scalars(on.order_by(Shadow.process)).all()


def write_down(session: Session, robot: Actor, row: FollowUp, claimed: Claimed, would: WouldDo) -> None:
    """In place of the turn: what it would have decided; the check is over, people have a task. Raises Lost."""
    follow_ups.finish(session, robot, claimed.now, claimed.id, claimed.token)
    case = session.get_one(Case, row.case_id)
    said = ShadowTurn(
        public_id=new_public_id(), brand_id=row.brand_id, process=row.process, case_id=row.case_id,
        walk_id=row.walk_id, step=row.step, revision=would.standing.row.revision,
        would=[_told(effect) for effect in would.effects], would_end=_end_of(would.waiting), at=claimed.now,
    )  # fmt: skip
    session.add(said)
    session.flush()
    do_by_hand(session, robot, claimed.now, row, case, key=f"shadow:{said.public_id}")


def compare(session: Session, now: datetime, *, limit: int = 100) -> int:
    """Put what people did beside what robots would have done, where they have done it. How many."""
    waiting = (
        select(ShadowTurn, WalkRow)
        .join(WalkRow, WalkRow.id == ShadowTurn.walk_id)
        .where(ShadowTurn.verdict.is_(None), WalkRow.revision > ShadowTurn.revision, WalkRow.waiting.in_(RESTS))
        .order_by(ShadowTurn.id)
        .limit(limit)
    )
    compared = 0
    for said, walk in session.execute(waiting).all():
        acts = _acts_since(session, said)
        if walk.waiting in ("acting", "asking") and not acts:
            continue  # people are still at it
        said.did, said.did_end, said.compared_at = acts, _stands(session, walk), now
        wanted = [each for each in said.would if each["kind"] == "act"]
        same = _alike(wanted, acts) if wanted or acts else said.would_end == said.did_end
        said.verdict = "same" if same else "other"
        _end_task(session, robot_actor(said.brand_id), now, said)
        compared += 1
    return compared


def agreements(session: Session, brand_id: int) -> list[Agreement]:
    """By process, over all that was ever written down."""
    counted = (
        select(ShadowTurn.process, ShadowTurn.verdict, func.count())
        .where(ShadowTurn.brand_id == brand_id)
        .group_by(ShadowTurn.process, ShadowTurn.verdict)
    )
    found: dict[str, dict[str | None, int]] = {}
    for process, verdict, count in session.execute(counted):
        found.setdefault(process, {})[verdict] = count
    return [
        Agreement(process=process, same=by.get("same", 0), other=by.get("other", 0), open=by.get(None, 0))
        for process, by in sorted(found.items())
    ]


def turns(
    session: Session, brand_id: int, *, process: str | None = None, verdict: str | None = None, limit: int = 50
) -> Sequence[ShadowTurn]:
    """What was written down, latest first; `verdict` same, other, or open."""
    wanted = select(ShadowTurn).where(ShadowTurn.brand_id == brand_id).options(joinedload(ShadowTurn.case))
    if process:
        wanted = wanted.where(ShadowTurn.process == process)
    if verdict == "open":
        wanted = wanted.where(ShadowTurn.verdict.is_(None))
    elif verdict:
        wanted = wanted.where(ShadowTurn.verdict == verdict)
    return session.scalars(wanted.order_by(ShadowTurn.id.desc()).limit(limit)).all()


def _told(effect: turn.Effect) -> dict[str, Any]:
    match effect:
        case turn.Act():
            return {"kind": "act", "what": effect.using, **_money(effect.amount)}
        case turn.Message():
            return {"kind": "message", "what": effect.purpose, "to": effect.to}
        case turn.CreateTask():
            return {"kind": "task", "what": effect.team}
        case turn.HandOver():
            return {"kind": "hand_over", "what": effect.team}
        case turn.CloseCase():
            return {"kind": "close", "what": effect.outcome}
        case turn.StartWalk():
            return {"kind": "start", "what": effect.process}
        case _:
            return {"kind": effect.kind, "what": effect.step}


def _end_of(waiting: turn.Waiting) -> str:
    match waiting:
        case turn.Ended():
            return f"ended:{waiting.outcome}"
        case turn.WithPeople():
            return f"with_people:{waiting.team}"
        case _:
            return waiting.kind


def _stands(session: Session, walk: WalkRow) -> str:
    case = session.get_one(Case, walk.case_id)
    match walk.waiting:
        case "ended":
            return f"ended:{case.outcome or ''}"
        case "with_people":
            return f"with_people:{case.team or ''}"
        case _:
            return walk.waiting


def _acts_since(session: Session, said: ShadowTurn) -> list[dict[str, Any]]:
    acts = select(Effect).where(Effect.walk_id == said.walk_id, Effect.kind == "act", Effect.created_at >= said.at)
    return [
        {"kind": "act", "what": effect.operation, **_money(effect.amount)}
        for effect in session.scalars(acts.order_by(Effect.id))
    ]


def _money(amount: Any) -> dict[str, str]:
    return {} if amount is None else {"amount": str(amount)}


def _alike(one: Iterable[Mapping[str, Any]], other: Iterable[Mapping[str, Any]]) -> bool:
    return sorted(map(_plain, one)) == sorted(map(_plain, other))


def _plain(act: Mapping[str, Any]) -> tuple[str, str]:
    return str(act["what"]), str(act.get("amount", ""))


def _end_task(session: Session, robot: Actor, now: datetime, said: ShadowTurn) -> None:
    wanted = select(Task).where(Task.key == f"shadow:{said.public_id}", Task.state.in_(LIVE))
    for task in session.scalars(wanted):
        tasks.cancel(session, robot, now, task)
