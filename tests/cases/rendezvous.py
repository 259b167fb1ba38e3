"""A rendezvous planned, and its row as the database holds it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import follow_ups
from cases.follow_ups import OPEN, FollowUp


def plan(session: Session, *of: Any, **when: Any) -> FollowUp:
    """As `follow_ups.plan`; the row that is open now."""
    follow_ups.plan(session, *of, **when)
    same = (getattr(FollowUp, name) == when[name] for name in ("walk_id", "step", "visit"))
    wanted = select(FollowUp).where(*same, FollowUp.state.in_(OPEN))
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()
