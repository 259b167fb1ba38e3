"""Waiting cases and a new version: they stay where they are, or move in bulk where the new one knows their step.

A walk keeps its version. It can be moved when the step it stands at is still there, of the same kind, and everything it
remembers by step still has its step; what it knows (answers, results, readings) goes along. A publication that changed
words only has the same logic: its waiting cases can follow at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from base.actors import Actor
from base.database import Base, Id, Json, Moment
from base.languages import N_
from base.permissions import Permission
from cases import cases, timeline
from cases.follow_ups import OPEN, FollowUp
from processes.governing import require_author
from processes.rows import ProcessRow, VersionRow, WalkRow
from processes.versions import Library, library_of
from processes.walk.program import Program

NAMED_HERE = 200
"""Cases that a preview lists by name, of each sort."""


class MoveRow(Base):
    """One time that waiting cases were moved to another version."""

    __tablename__ = "process_move"
    __table_args__ = (Index(None, "brand_id", "key"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    """Of the version they went to."""
    moved: Mapped[int]
    stayed: Mapped[int]
    at: Mapped[Moment]
    by: Mapped[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A walk that waits on another version, and whether it can move."""

    walk_id: int
    public_id: str
    case_id: int
    case: str
    """Public id."""
    reference: str
    step: str
    number: int
    """Of the version it is on."""
    obstacle: str = ""
    """Why it must stay: English, with parameters; empty when it can move."""
    params: Mapping[str, str]

    @property
    def movable(self) -> bool:
        """Whether it can move."""
        return not self.obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a bulk move did."""

    moved: int
    stayed: int
    """Could not move, or went on by themselves in the meantime."""


def preview(session: Session, library: Library, version: VersionRow) -> list[Waiting]:
    """Every waiting walk of the process on another version, and whether it can move to this one."""
    program = library.program_of(version)
    wanted = (
        select(WalkRow)
        .where(
            WalkRow.brand_id == version.process.brand_id, WalkRow.process == version.process.key,
            WalkRow.version_id != version.id, WalkRow.waiting.not_in(("ended", "starting")),
        )
        .options(joinedload(WalkRow.case), joinedload(WalkRow.version).defer(VersionRow.document))
        .order_by(WalkRow.id)
    )  # fmt: skip
    return [_judged(library, row, program) for row in session.scalars(wanted)]


def move(session: Session, actor: Actor, now: datetime, version: VersionRow, *, words_only: bool = False) -> Moved:
    """Move every waiting walk that can to this version. `words_only`: only those on a version with the same logic.

    A walk that somebody advances meanwhile stays. Raises NotPermitted and NotYourProcess.
    """
    key, library = version.process.key, library_of(session)
    require_author(session, actor, key, Permission.PROCESS_PUBLISH)
    found = preview(session, library, version)
    if words_only:
        same = _with_logic(session, version)
        found = [each for each in found if each.number in same]
    moved = sum(_move_one(session, actor, now, each, version) for each in found if each.movable)
    row = MoveRow(
        brand_id=version.process.brand_id, key=key, number=version.number, moved=moved, stayed=len(found) - moved,
        at=now, by=actor.to_json(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Moved(moved=moved, stayed=len(found) - moved)


def moves_of(session: Session, brand_id: int, key: str) -> list[MoveRow]:
    """All bulk moves of a process, newest first."""
    wanted = select(MoveRow).where(MoveRow.brand_id == brand_id, MoveRow.key == key).order_by(MoveRow.id.desc())
    return list(session.scalars(wanted))


def _judged(library: Library, row: WalkRow, program: Program) -> Waiting:
    obstacle, params = _obstacle(library.program_of(row.version), program, row.state)
    return Waiting(
        walk_id=row.id, public_id=row.public_id, case_id=row.case_id, case=row.case.public_id,
        reference=row.case.reference, step=row.step, number=row.version.number, obstacle=obstacle, params=params,
    )  # fmt: skip


def _obstacle(old: Program, new: Program, state: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    outer = state["frames"][0]
    for step in _remembered(old, outer):
        before, after = _kind(old, step), _kind(new, step)
        if after is None:
            return N_("The step “%(step)s” is gone."), {"step": step}
        if before != after:
            return N_("The step “%(step)s” is now of another kind."), {"step": step}
    return "", {}


def _remembered(old: Program, frame: Mapping[str, Any]) -> Iterator[str]:
    """Where the walk stands, and the loops it is in; the counts of `go_to` are no steps of their own."""
    yield frame["position"]
    yield from (step for step in frame["loops"] if _kind(old, step) in ("repeat", "for_each"))


def _kind(program: Program, step: str) -> str | None:
    place = program.index.get(step)
    return None if place is None else program.nodes[place].kind


def _move_one(session: Session, actor: Actor, now: datetime, waiting: Waiting, version: VersionRow) -> bool:
    """Lock order: case, walk, follow-up. The revision moves on: whoever had the page open is told."""
    case = cases.locked(session, waiting.case_id)
    row = session.scalars(
        select(WalkRow).where(WalkRow.id == waiting.walk_id).execution_options(populate_existing=True)
    ).one()
    if case.closed or row.step != waiting.step or row.waiting in ("ended", "starting"):
        return False
    first, *others = row.state["frames"]
    old, new = (dict(each.document.get("facts") or {}) for each in (row.version, version))
    facts = {name: reading for name, reading in first["facts"].items() if old.get(name) == new.get(name)}
    frames = [{**first, "version": str(version.id), "facts": facts}, *others]  # a fact read otherwise is read again
    done = (
        update(WalkRow)
        .where(WalkRow.id == row.id, WalkRow.revision == row.revision)
        .values(version_id=version.id, state={**row.state, "frames": frames}, revision=row.revision + 1)
        .returning(WalkRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(done).first() is None:
        return False
    session.execute(
        update(FollowUp)
        .where(FollowUp.walk_id == row.id, FollowUp.state.in_(OPEN))
        .values(version_id=version.id)
        .execution_options(synchronize_session=False)
    )
    params = {"version": version.number}
    timeline.write(session, case.id, "walk.moved", actor=actor, now=now, params=params, walk_id=row.id)
    return True


def _with_logic(session: Session, version: VersionRow) -> set[int]:
    """Numbers of the versions with the same logic."""
    wanted = (
        select(VersionRow.number)
        .join(ProcessRow)
        .where(VersionRow.process_id == version.process_id, VersionRow.logic_hash == version.logic_hash)
    )
    return set(session.scalars(wanted))
