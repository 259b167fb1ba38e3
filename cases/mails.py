"""Mails of cases, sent and received, by their Message-ID: so that an answer finds its case, and none is taken twice."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.database import Base, Id, Moment, insert_or_ignore
from cases.states import one_of

if TYPE_CHECKING:
    from cases.cases import Case

MailKind = Literal["sent", "message", "courtesy", "automatic", "bounce"]
LONGEST_ID = 250


class Mail(Base):
    """One mail."""

    __tablename__ = "mail"
    __table_args__ = (
        one_of("kind", MailKind),
        Index("uq_mail_message_id", "brand_id", "message_id", unique=True),
        Index(None, "case_id"),
        Index(None, "brand_id", "address", "at"),
    )

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    message_id: Mapped[str] = mapped_column(String(LONGEST_ID))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """None for what belongs to no case: an automatic answer out of the blue."""
    kind: Mapped[MailKind] = mapped_column(String(16))
    address: Mapped[str]
    """Of the customer."""
    subject: Mapped[str]
    at: Mapped[Moment]
    case: Mapped["Case | None"] = relationship()


def remember(
    session: Session, now: datetime, brand_id: int, message_id: str, kind: MailKind, *, case_id: int | None,
    address: str = "", subject: str = "",
) -> bool:  # fmt: skip
    """Note a mail; False when it was known already."""
    values = {
        "brand_id": brand_id, "message_id": message_id[:LONGEST_ID], "case_id": case_id, "kind": kind,
        "address": address[:254], "subject": subject[:500], "at": now,
    }  # fmt: skip
    return insert_or_ignore(session, Mail, values)


def case_of(session: Session, brand_id: int, message_ids: tuple[str, ...]) -> int | None:
    """The case that mails with these ids belong to, by the newest of them that is known."""
    if not message_ids:
        return None
    named = select(Mail.case_id).where(
        Mail.brand_id == brand_id, Mail.message_id.in_(message_ids), Mail.case_id.is_not(None)
    )
    return session.scalars(named.order_by(Mail.id.desc()).limit(1)).first()


def known(session: Session, brand_id: int, message_id: str) -> bool:
    """Whether that mail was taken already."""
    named = select(Mail.id).where(Mail.brand_id == brand_id, Mail.message_id == message_id[:LONGEST_ID])
    return session.scalar(named) is not None


def thread_of(session: Session, case_id: int, limit: int = 20) -> list[str]:
    """Message-IDs of what was written in a case, both ways, oldest first: so that mail programs keep it together."""
    written = select(Mail.message_id).where(Mail.case_id == case_id, Mail.kind.in_(("sent", "message", "courtesy")))
    newest = session.scalars(written.order_by(Mail.id.desc()).limit(limit)).all()
    return [each for each in reversed(newest) if each.startswith("<") and not each.endswith("@digest>")]


def last_received(session: Session, case_id: int) -> Mail | None:
    """The customer's latest mail about a case: what an answer refers to."""
    his = select(Mail).where(Mail.case_id == case_id, Mail.kind.in_(("message", "courtesy")))
    return session.scalars(his.order_by(Mail.id.desc()).limit(1)).first()
