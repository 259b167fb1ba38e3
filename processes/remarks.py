"""Remarks on a process: what colleagues and invited partners say of a step, of its draft or of what is live.

A remark belongs to a process and, mostly, to one of its steps; it stays until somebody settles it. Partners' people
read and remark on the processes they were invited to review, until the invitation ends; they change nothing else.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor, Role
from base.database import Base, Id, Json, Moment, PublicId, new_public_id
from base.errors import Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, allowed, require

LONGEST = 4000
"""Characters of a remark."""


class RemarkRow(Base):
    """Something said of a process."""

    __tablename__ = "process_remark"
    __table_args__ = (Index(None, "brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    step: Mapped[str]
    """Id of the step, empty for the whole process."""
    said: Mapped[str]
    at: Mapped[Moment]
    by: Mapped[Json]
    settled_at: Mapped[Moment | None]
    settled_by: Mapped[Json | None]


class ReviewRow(Base):
    """An invitation of a partner's people to review a process."""

    __tablename__ = "process_review"
    __table_args__ = (Index(None, "brand_id", "key"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    until: Mapped[Moment]
    invited_at: Mapped[Moment]
    invited_by: Mapped[Json]


class NoSuchRemark(NotFound):
    """There is no such remark, or it is settled already."""

    sentence = N_("This remark is settled already.")


class NotInvited(NotFound):
    """A partner asks for a process he was not invited to review; it answers like one that is not there."""

    sentence = N_("There is no published process “%(key)s”.")


class EmptyRemark(Invalid):
    """A remark says something."""

    sentence = N_("Write what you want to say.")


class TooMuchSaid(Invalid):
    """A remark is short."""

    sentence = N_("A remark has %(number)s characters at most.")


def require_reader(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """Go on only if the actor may read this process: staff, or a partner invited to review it."""
    if Role.PARTNER not in actor.roles or allowed(actor, Permission.PROCESS_READ):
        require(actor, Permission.PROCESS_READ)
        return
    if key not in reviewed_by(session, actor, now):
        raise NotInvited(key=key)


def reviewed_by(session: Session, actor: Actor, now: datetime) -> list[str]:
    """Keys of the processes that the actor's partner is invited to review now."""
    if actor.partner_id is None:
        return []
    wanted = select(ReviewRow.key).where(
        ReviewRow.brand_id == actor.brand_id, ReviewRow.partner_id == actor.partner_id, ReviewRow.until > now
    )
    return sorted(set(session.scalars(wanted)))


def invite(session: Session, actor: Actor, now: datetime, key: str, partner_id: int, until: datetime) -> ReviewRow:
    """Invite a partner's people to read and remark until then. Raises NotPermitted."""
    require(actor, Permission.PROCESS_PUBLISH)
    row = ReviewRow(
        brand_id=actor.brand_id, key=key, partner_id=partner_id, until=until, invited_at=now, invited_by=actor.to_json()
    )
    session.add(row)
    session.flush()
    return row


def invitations(session: Session, brand_id: int, key: str, now: datetime) -> list[ReviewRow]:
    """Invitations that still hold."""
    wanted = select(ReviewRow).where(ReviewRow.brand_id == brand_id, ReviewRow.key == key, ReviewRow.until > now)
    return list(session.scalars(wanted.order_by(ReviewRow.until)))


def end_invitation(session: Session, actor: Actor, now: datetime, key: str, id_: int) -> None:
    """The partner's people read the process no longer; what they said stays. Raises NotPermitted."""
    require(actor, Permission.PROCESS_PUBLISH)
    for row in invitations(session, actor.brand_id, key, now):
        if row.id == id_:
            row.until = now


def open_remarks(session: Session, brand_id: int) -> dict[str, int]:
    """How many remarks wait for an author, by process."""
    counted = (
        select(RemarkRow.key, func.count())
        .where(RemarkRow.brand_id == brand_id, RemarkRow.settled_at.is_(None))
        .group_by(RemarkRow.key)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def remark(session: Session, actor: Actor, now: datetime, key: str, step: str, said: str) -> RemarkRow:
    """Say something of a step, or of the whole process. Raises EmptyRemark, TooMuchSaid and what readers may meet."""
    require_reader(session, actor, now, key)
    said = said.strip()
    if not said:
        raise EmptyRemark
    if len(said) > LONGEST:
        raise TooMuchSaid(number=LONGEST)
    row = RemarkRow(
        public_id=new_public_id(), brand_id=actor.brand_id, key=key, step=step, said=said, at=now, by=actor.to_json(),
        settled_at=None, settled_by=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def settle(session: Session, actor: Actor, now: datetime, public_id: str) -> None:
    """Note that a remark was dealt with. Raises NoSuchRemark and NotPermitted."""
    require(actor, Permission.PROCESS_WRITE)
    done = (
        update(RemarkRow)
        .where(RemarkRow.brand_id == actor.brand_id, RemarkRow.public_id == public_id, RemarkRow.settled_at.is_(None))
        .values(settled_at=now, settled_by=actor.to_json())
        .returning(RemarkRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(done).first() is None:
        raise NoSuchRemark


def remarks_of(session: Session, brand_id: int, key: str, *, settled: bool = False) -> list[RemarkRow]:
    """Open remarks of a process, oldest first; with `settled`, those dealt with too."""
    wanted = select(RemarkRow).where(RemarkRow.brand_id == brand_id, RemarkRow.key == key)
    if not settled:
        wanted = wanted.where(RemarkRow.settled_at.is_(None))
    return list(session.scalars(wanted.order_by(RemarkRow.id)))
