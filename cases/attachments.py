"""Files of a case: photos and documents that agents, customers and guests added. The bytes are kept elsewhere.

A row says what was kept, how large, and who brought it; the same content twice in one case is one file.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict
from base.folding import one_line
from base.languages import N_
from base.permissions import Permission, require
from cases.states import one_of
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

AttachmentKind = Literal["photo", "document"]
MOST = 60
"""Files of a case."""
LONGEST_NAME = 120


class TooManyFiles(Conflict):
    """A case holds what proves something, not an archive."""

    sentence = N_("This case already holds %(most)s files.")


class Attachment(Base):
    """One file of a case."""

    __tablename__ = "attachment"
    __table_args__ = (
        one_of("kind", AttachmentKind),
        Index("uq_attachment_content", "case_id", "digest", unique=True),
        Index(None, "brand_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[AttachmentKind] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """As whoever brought it called it; never a path."""
    stored: Mapped[str] = mapped_column(String(80))
    """The name under which its bytes are kept."""
    size: Mapped[int]
    """Bytes that are kept."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of them."""
    added_at: Mapped[Moment]
    actor: Mapped[Json]
    case: Mapped["Case"] = relationship()


def attach(
    session: Session,
    actor: Actor,
    now: datetime,
    case: "Case",
    *,
    kind: AttachmentKind,
    name: str,
    stored: str,
    size: int,
    digest: str,
) -> bool:
    """Add a file to the case; False when it holds the very same already. Raises `TooManyFiles`."""
    require(actor, Permission.CASE_WRITE)
    held = session.scalar(select(func.count()).where(Attachment.case_id == case.id)) or 0
    if held >= MOST:
        raise TooManyFiles(most=MOST)
    shown = one_line(name.replace("\\", "/").rpartition("/")[2])[:LONGEST_NAME] or stored
    values = {
        "public_id": new_public_id(), "brand_id": case.brand_id, "case_id": case.id, "kind": kind, "name": shown,
        "stored": stored, "size": size, "digest": digest, "added_at": now, "actor": actor.to_json(),
    }  # fmt: skip
    fresh = insert_or_ignore(session, Attachment, values)
    if fresh:
        write(session, case.id, "file.added", actor=actor, now=now, params={"name": shown})
    return fresh


def attachments_of(session: Session, case_id: int) -> list[Attachment]:
    """The files of a case, oldest first."""
    return list(session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)))
