"""Settings: the named figures of the business (a limit, a delay, a legal scale), with where they come from.

Process documents declare the settings they use with a proposed value. At import the company's own value wins and the
difference is handed back to be shown. Values are kept as documents write them ("14 days", "150 EUR", 3, rows of a
table); `processes` gives them their types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Id, Json, Moment, table_of
from base.errors import NotFound
from base.languages import N_
from base.permissions import Permission, require


class UnknownSetting(NotFound):
    """The brand has no setting of that name."""

    sentence = N_("There is no setting named %(key)s.")


class Setting(Base):
    """One figure of one brand."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[Json]
    source: Mapped[str] = mapped_column(default="")
    """Law, contract or "house"."""
    certainty: Mapped[str] = mapped_column(String(20), default="")
    """How sure somebody was when writing it down: text, summary, guess."""
    checked_on: Mapped[date | None]
    own: Mapped[bool]
    """Whether the company chose it; else it is what a document proposed."""
    written_at: Mapped[Moment]
    written_by: Mapped[Json]
    """The actor."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a document proposes for a setting."""

    value: Any
    source: str = ""
    certainty: str = ""
    checked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A setting whose company value was kept against a document's proposal."""

    key: str
    kept: Any
    proposed: Any


def values_of(session: Session, brand_id: int) -> dict[str, Any]:
    """All settings of a brand, as written."""
    return dict(session.execute(_VALUES, {"brand_id": brand_id}).all())


_SETTING = table_of(Setting).c
_VALUES = select(_SETTING.key, _SETTING.value).where(_SETTING.brand_id == bindparam("brand_id"))


def setting_named(session: Session, brand_id: int, key: str) -> Setting:
    """One setting with its origin. Raises `UnknownSetting`."""
    row = _row(session, brand_id, key)
    if row is None:
        raise UnknownSetting(key=key)
    return row


def write(session: Session, actor: Actor, now: datetime, key: str, proposal: Proposal) -> Setting:
    """The company's own choice of a setting. Raises `NotPermitted`."""
    require(actor, Permission.SETTING_WRITE)
    return _put(session, actor, now, key, proposal, own=True)


def propose(session: Session, actor: Actor, now: datetime, proposals: Mapping[str, Proposal]) -> list[Difference]:
    """Take over what a document proposes, except where the company chose itself; the differences kept.

    Raises `NotPermitted`.
    """
    require(actor, Permission.SETTING_WRITE)
    differences = []
    for key, proposal in proposals.items():
        row = _row(session, actor.brand_id, key)
        if row is None or not row.own:
            _put(session, actor, now, key, proposal, own=False)
        elif row.value != proposal.value:
            differences.append(Difference(key=key, kept=row.value, proposed=proposal.value))
    return differences


def _put(session: Session, actor: Actor, now: datetime, key: str, proposal: Proposal, *, own: bool) -> Setting:
    row = _row(session, actor.brand_id, key)
    if row is None:
        row = Setting(brand_id=actor.brand_id, key=key)
        session.add(row)
    row.value, row.source, row.certainty = proposal.value, proposal.source, proposal.certainty
    row.checked_on, row.own, row.written_at, row.written_by = proposal.checked_on, own, now, actor.to_json()
    session.flush()
    return row


def _row(session: Session, brand_id: int, key: str) -> Setting | None:
    return session.execute(select(Setting).where(Setting.brand_id == brand_id, Setting.key == key)).scalar_one_or_none()
