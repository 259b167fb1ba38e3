"""Notices: alerts on their way out, by mail to a team or as a signed message to another system.

Rows of their own and not effects: nothing is done for the customer, and no walk waits for it. Robots carry them.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.database import Base, Json, Moment, PublicId
from base.settings import values_of
from cases.claims import Claimable
from cases.states import one_of

if TYPE_CHECKING:
    from cases.alerts import Alert
    from cases.cases import Case

NoticeState = Literal["pending", "sending", "done", "failed"]
Way = Literal["mail", "webhook"]

MAIL_TO = "alert_mail_to"
"""Setting: keys of the teams that are mailed about every alert."""
WEBHOOK = "alert_webhook"
"""Setting: the address that every alert is posted to."""
ESCALATES_AFTER = "alert_escalates_after"
"""Setting: a delay in the brand's calendar after which an alert that nobody acknowledged goes to those above."""
ESCALATES_TO = "alert_escalates_to"
"""Setting: keys of the teams that are mailed then."""

_PENDING = text("state = 'pending'")


class Notice(Claimable, Base):
    """One alert told to one team, or posted once."""

    __tablename__ = "notice"
    __table_args__ = (
        one_of("state", NoticeState),
        one_of("way", Way),
        Index("ix_notice_due", "due_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
        Index(None, "alert_id"),
    )

    public_id: Mapped[PublicId]
    """Also the message's id: the receiver knows a repeated one by it."""
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    way: Mapped[Way] = mapped_column(String(16))
    to: Mapped[str]
    """Key of a team, or an address."""
    escalated: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[Json]
    """What is posted."""
    state: Mapped[NoticeState] = mapped_column(String(16), default="pending")
    created_at: Mapped[Moment]
    alert: Mapped["Alert"] = relationship()


def announce(session: Session, now: datetime, alert: "Alert", case: "Case", *, escalated: bool = False) -> None:
    """Have an alert told to everybody whom the company's settings name."""
    settings = values_of(session, alert.brand_id)
    payload = _payload(alert, case, escalated)
    teams = settings.get(ESCALATES_TO if escalated else MAIL_TO) or []
    ways: list[tuple[Way, str]] = [("mail", str(team)) for team in teams]
    if settings.get(WEBHOOK):
        ways.append(("webhook", str(settings[WEBHOOK])))
    for way, to in ways:
        notice = Notice(
            brand_id=alert.brand_id, alert_id=alert.id, way=way, to=to, escalated=escalated, payload=payload,
            created_at=now, due_at=now, lane=way,
        )  # fmt: skip
        session.add(notice)
    session.flush()


def _payload(alert: "Alert", case: "Case", escalated: bool) -> dict[str, Any]:
    return {
        "type": "alert.escalated" if escalated else "alert.raised",
        "timestamp": alert.raised_at.isoformat(),
        "data": {
            "alert": alert.public_id,
            "kind": alert.kind,
            "crossed_at": alert.crossed_at.isoformat(),
            "detail": alert.detail,
            "case": case.public_id,
            "reference": case.spoken_reference,
            "reason": case.reason,
        },
    }
