"""News that services send by themselves: kept once each, answered at once, worked on from the row.

A delivery is checked by its signature and kept under the connection and the service's own event id; the same again is
the same row. Later a robot looks whom it concerns: walks that rest on a fact of that order or parcel number look now,
instead of at their hour. The news itself decides nothing: the walk reads its facts anew. What concerns nobody, or comes
when nobody waits any more, is kept and shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.clock import business_now
from base.database import Base, Database, Id, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import ArianeError, NotFound
from base.languages import N_
from cases import follow_ups
from processes.connectors.book import Extension
from processes.connectors.rows import Connection
from processes.connectors.webhooks import event_id, read_event, verify
from processes.rows import FactReading, WalkRow

NewsState = Literal["new", "used", "late", "nobody"]
_NEW = text("state = 'new'")


class NoSuchInbox(NotFound):
    """No connection of that name takes news."""

    sentence = N_("Nothing is received here.")


class NotFromThem(ArianeError):
    """The signature is missing or wrong."""

    sentence = N_("The signature is not theirs.")
    status = 401


class News(Base):
    """One event of a service."""

    __tablename__ = "service_news"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_id"),
        Index("ix_service_news_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),
        Index(None, "brand_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    connection_id: Mapped[int] = mapped_column(ForeignKey("connector_connection.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(String(200))
    """The service's own, or a digest of the bytes."""
    number: Mapped[str | None] = mapped_column(String(120))
    """Of the order or parcel that it is about, as the definition reads it; None when it cannot be read."""
    status: Mapped[str | None] = mapped_column(String(60))
    """What it says of it, for the page."""
    state: Mapped[NewsState] = mapped_column(String(8), default="new")
    """used: a walk looks now; late: walks knew the number, none waits; nobody: no walk knows it."""
    walks: Mapped[int] = mapped_column(default=0)
    """Walks that know the number."""
    received_at: Mapped[Moment]
    worked_at: Mapped[Moment | None]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What came over the wire."""

    headers: Mapping[str, str]
    body: bytes


def receive(database: Database, extension: Extension, delivery: Delivery) -> bool:
    """Keep a delivery; False when it was kept before. Raises NotFromThem."""
    line = extension.line
    webhook = line.definition.webhook
    secret = "" if webhook is None else str((line.secret() or {}).get(webhook.secret, ""))
    if webhook is None or not verify(line.definition, delivery.headers, delivery.body, secret):
        raise NotFromThem
    told = read_event(line.definition, delivery.headers, delivery.body)
    number, status = told.value.get("number"), told.value.get("status")
    values = {
        "public_id": new_public_id(), "brand_id": extension.brand_id, "connection_id": extension.connection_id,
        "event_id": event_id(line.definition, delivery.headers, delivery.body), "state": "new", "walks": 0,
        "number": str(number)[:120] if isinstance(number, str | int) else None,
        "status": status[:60] if isinstance(status, str) else None,
    }  # fmt: skip
    with database.unit() as session:
        return insert_or_ignore(session, News, {**values, "received_at": business_now(session)})


def work(session: Session, now: datetime, *, room: int = 100) -> int:
    """Have the walks that the news concern look now. How many news."""
    new = select(News).where(News.state == "new").order_by(News.id).limit(room).with_for_update(skip_locked=True)
    found = session.scalars(new).all()
    for news in found:
        walks = _concerned(session, news)
        moved = sum(follow_ups.bring_forward(session, now, walk) for walk in walks)
        news.state = "used" if moved else "late" if walks else "nobody"
        news.walks, news.worked_at = len(walks), now
    return len(found)


def lately(session: Session, brand_id: int, *, limit: int = 100) -> Sequence[tuple[News, str]]:
    """The latest news of a brand, with the names of their connections."""
    latest = (
        select(News, Connection.name)
        .join(Connection, Connection.id == News.connection_id)
        .where(News.brand_id == brand_id)
        .order_by(News.id.desc())
        .limit(limit)
    )
    return [(news, name) for news, name in session.execute(latest)]


def _concerned(session: Session, news: News) -> list[int]:
    """Walks that rest on a fact of that number."""
    if not news.number:
        return []
    about = (
        select(FactReading.walk_id)
        .join(WalkRow, WalkRow.id == FactReading.walk_id)
        .where(FactReading.about == news.number, WalkRow.brand_id == news.brand_id)
        .distinct()
    )
    return list(session.scalars(about))
