"""Follow-ups of long ago: finished rows are moved out of the due list by month, so that it stays small and fast.

Nothing here is ever worked on again. Effects are not moved: their keys stay where they keep an act from being done
twice.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id, Json, Moment
from cases.follow_ups import FollowUp

KEPT = timedelta(days=31)
"""How long a finished follow-up stays in the due list."""
BATCH = 500
"""Rows moved in one transaction."""


class PastFollowUp(Base):
    """A follow-up that is over, as it ended."""

    __tablename__ = "follow_up_past"
    __table_args__ = (Index(None, "case_id", "due_at"), Index(None, "month"))

    id: Mapped[Id]
    """As in the due list."""
    public_id: Mapped[str] = mapped_column(String(32))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    walk_id: Mapped[int]
    version_id: Mapped[int]
    process: Mapped[str]
    step: Mapped[str]
    visit: Mapped[int]
    label: Mapped[Json | None]
    lane: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[Moment]
    attempts: Mapped[int]
    last_error: Mapped[str | None]
    created_at: Mapped[Moment]
    done_at: Mapped[Moment]
    month: Mapped[str] = mapped_column(String(7))
    """Of its end, in UTC: 2026-11. A month can be exported and dropped as a whole."""


_COPIED = tuple(column.name for column in PastFollowUp.__table__.columns if column.name != "month")


def move_out(session: Session, now: datetime, *, kept: timedelta = KEPT, batch: int = BATCH) -> int:
    """Move one batch of what ended longest ago, of one month; how many rows."""
    ended = (FollowUp.done_at.is_not(None), FollowUp.done_at < now - kept)
    eldest = session.scalar(select(func.min(FollowUp.done_at)).where(*ended))
    if eldest is None:
        return 0
    next_month = (eldest.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)
    wanted = select(FollowUp.id).where(*ended, FollowUp.done_at < next_month).order_by(FollowUp.done_at).limit(batch)
    ids = session.scalars(wanted).all()
    month = literal(eldest.strftime("%Y-%m"))
    columns = [getattr(FollowUp, name) for name in _COPIED]
    copied = select(*columns, month).where(FollowUp.id.in_(ids))
    session.execute(insert(PastFollowUp).from_select([*_COPIED, "month"], copied))
    session.execute(delete(FollowUp).where(FollowUp.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)
