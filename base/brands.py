"""Brands: the companies or shops whose customers are served. One by default, invisible until there are two."""

from typing import Self

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.business_time import Calendar
from base.calendars import CalendarRow
from base.database import Base, Id, Json, PublicId
from base.errors import NotFound
from base.languages import LANGUAGES, pick


class Brand(Base):
    """How one company looks, speaks and works."""

    __tablename__ = "brand"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str]
    zone: Mapped[str]
    """Time zone of its promises and of its customers' texts."""
    languages: Mapped[list[str]]
    """What its customers may be spoken to in."""
    default_language: Mapped[str] = mapped_column(String(10))
    colours: Mapped[dict[str, str]]
    """By purpose: `{"accent": "#7c2d12"}`."""
    logo_text: Mapped[str]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    """When its people work."""
    hand_over_words: Mapped[Json]
    """By language: what a customer reads when people take over and the process says nothing."""

    calendar_row: Mapped[CalendarRow] = relationship(lazy="joined")

    @classmethod
    def create(
        cls,
        session: Session,
        key: str,
        name: str,
        calendar: CalendarRow,
        *,
        zone: str = "Europe/Paris",
        languages: tuple[str, ...] = LANGUAGES,
        colours: dict[str, str] | None = None,
        logo_text: str | None = None,
        hand_over_words: dict[str, str] | None = None,
    ) -> Self:
        """Add a brand; the first of `languages` is its default."""
        brand = cls(
            key=key,
            name=name,
            zone=zone,
            languages=list(languages),
            default_language=languages[0],
            colours=colours or {},
            logo_text=logo_text or name,
            calendar_row=calendar,
            hand_over_words=hand_over_words or HAND_OVER_WORDS,
        )
        session.add(brand)
        session.flush()
        return brand

    @property
    def calendar(self) -> Calendar:
        """Its calendar, ready for rules."""
        return self.calendar_row.calendar()

    def hand_over_sentence(self, language: str) -> str:
        """What a customer reads when people take over."""
        return pick(self.hand_over_words, language, self.default_language)


HAND_OVER_WORDS = {
    "fr": "Un conseiller reprend votre dossier et vous répondra au plus tôt.",
    "en": "A person is taking over your case and will answer you as soon as possible.",
}


def first_brand(session: Session) -> Brand:
    """The only brand, or the oldest. Raises `NotFound` before set-up."""
    brand = session.execute(select(Brand).order_by(Brand.id).limit(1)).scalar_one_or_none()
    if brand is None:
        raise NotFound
    return brand


def brand_named(session: Session, key: str) -> Brand:
    """The brand with that key. Raises `NotFound`."""
    brand = session.execute(select(Brand).where(Brand.key == key)).scalar_one_or_none()
    if brand is None:
        raise NotFound
    return brand
