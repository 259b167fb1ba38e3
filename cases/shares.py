"""A partner's share: the cases that concern a partner.

A case comes into it when one of the partner's people opens it, or when one of its teams is given a task in it.
It stays there: who worked on a case may be asked about it later. What a share lets its people see: `cases.visible`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Moment, insert_or_ignore
from base.people import Team


class CaseShare(Base):
    """A case that concerns a partner."""

    __tablename__ = "case_share"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    since: Mapped[Moment]


def share_with(session: Session, now: datetime, case_id: int, partner_id: int | None) -> None:
    """The case concerns the partner from now on; None: nobody from outside."""
    if partner_id is not None:
        insert_or_ignore(session, CaseShare, {"partner_id": partner_id, "case_id": case_id, "since": now})


def share_with_team(session: Session, now: datetime, brand_id: int, case_id: int, team: str) -> None:
    """A team has something to do in the case: it concerns the partner whose team that is."""
    named = select(Team.partner_id).where(Team.brand_id == brand_id, Team.key == team)
    share_with(session, now, case_id, session.scalars(named).one_or_none())


def shared_cases(actor: Actor) -> Select[int]:
    """Ids of the cases in the share of the actor's partner."""
    return select(CaseShare.case_id).where(CaseShare.partner_id == actor.partner_id)
