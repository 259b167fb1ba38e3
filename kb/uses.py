"""Which passages are included where: "used by", on an article's page."""

from collections.abc import Iterable

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.database import Base, Id


class PassageLink(Base):
    """Something that includes a passage, or an article."""

    __tablename__ = "passage_link"
    __table_args__ = (Index(None, "brand_id", "article_key"), Index(None, "brand_id", "kind", "ref"))

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[str] = mapped_column(String(32))
    """What includes it: process …"""
    ref: Mapped[str]
    """Its key among its kind."""
    article_key: Mapped[str] = mapped_column(String(60))
    anchor: Mapped[str] = mapped_column(String(64), default="")
    """Empty for the whole article."""


def set_links(session: Session, brand_id: int, kind: str, ref: str, passages: Iterable[str]) -> None:
    """Note which passages something includes, in place of what it included before."""
    mine = (PassageLink.brand_id == brand_id, PassageLink.kind == kind, PassageLink.ref == ref)
    session.execute(delete(PassageLink).where(*mine))
    for named in dict.fromkeys(passages):
        key, _, anchor = named.partition("#")
        session.add(PassageLink(brand_id=brand_id, kind=kind, ref=ref, article_key=key, anchor=anchor))
    session.flush()


def used_by(session: Session, brand_id: int, key: str) -> list[PassageLink]:
    """What includes the article or one of its passages."""
    links = select(PassageLink).where(PassageLink.brand_id == brand_id, PassageLink.article_key == key)
    return list(session.scalars(links.order_by(PassageLink.kind, PassageLink.ref, PassageLink.anchor)))
