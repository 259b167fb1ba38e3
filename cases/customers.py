"""Customers and what identifies them.

A customer is recognised by a strong identifier (an account, an id in another system) or by two weak ones that agree:
a mail address is shared by a household, a telephone by a shop, a name by thousands. So nobody is merged on one weak
key; and a postcode identifies nobody. To look somebody up by hand there is `cases.finding`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Moment, PublicId, insert_or_ignore
from base.errors import Invalid
from base.folding import fold, one_line
from base.languages import N_
from base.permissions import Permission, require
from cases import doubts
from cases.phones import e164
from cases.states import one_of

IdentifierKind = Literal["mail", "phone", "account", "external"]

Folded = String().with_variant(String(collation="C"), "postgresql")
"""Folded text compared code point by code point on both databases, so that a plain index serves prefixes."""

_STRONG = text("kind IN ('account', 'external')")
ENOUGH = 3
MOST_DOUBTS = 5
"""Pairs noted for one new customer: a telephone of a shop is shared by hundreds."""
WEIGHT = {"mail": 2, "phone": 2, "name": 1}


class InvalidIdentifier(Invalid):
    """What was given as mail address, telephone number or account is none."""

    sentence = N_("“%(value)s” is no valid mail address, telephone number or account.")


class Customer(Base):
    """Somebody who buys."""

    __tablename__ = "customer"
    __table_args__ = (
        Index(None, "brand_id", "folded_name"),
        Index(None, "brand_id", "folded_first_name"),
        Index(None, "merged_into_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    first_name: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    folded_first_name: Mapped[str] = mapped_column(Folded, default="")
    folded_name: Mapped[str] = mapped_column(Folded, default="")
    language: Mapped[str | None]
    """What he wishes to be spoken to in; None when nobody knows."""
    created_at: Mapped[Moment]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    """The survivor, once somebody found out that two files were one customer's."""
    identifiers: Mapped[list["Identifier"]] = relationship(order_by="Identifier.id", lazy="selectin")

    @classmethod
    def named(cls, brand_id: int, name: str, now: datetime) -> "Customer":
        """Somebody of whom only a name is known."""
        return cls(brand_id=brand_id, name=one_line(name), folded_name=fold(one_line(name)), created_at=now)

    @property
    def full_name(self) -> str:
        """First name and name, as far as known."""
        return f"{self.first_name} {self.name}".strip()

    @property
    def mail(self) -> str | None:
        """The address to write to."""
        return next(self._values("mail"), None)

    @property
    def phone(self) -> str | None:
        """The number to call, E.164."""
        return next(self._values("phone"), None)

    def _values(self, kind: IdentifierKind) -> Iterator[str]:
        return (identifier.value for identifier in self.identifiers if identifier.kind == kind)


class Identifier(Base):
    """One thing that points to a customer, in its normal form."""

    __tablename__ = "identifier"
    __table_args__ = (
        one_of("kind", IdentifierKind),
        Index("uq_identifier_own", "customer_id", "kind", "source", "value", unique=True),
        Index(
            "uq_identifier_strong",
            *("brand_id", "kind", "source", "value"),
            unique=True,
            sqlite_where=_STRONG,
            postgresql_where=_STRONG,
        ),
        Index(None, "brand_id", "kind", "value"),
    )

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[IdentifierKind] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(default="")
    """The system whose account or id it is; empty for mail addresses and telephone numbers."""
    value: Mapped[str] = mapped_column(Folded)
    """Mail address in small letters, telephone number in E.164, anything else as given."""
    created_at: Mapped[Moment]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a service, a channel or a person says about somebody."""

    first_name: str = ""
    name: str = ""
    mail: str | None = None
    phone: str | None = None
    external: Mapping[str, str] = field(default_factory=dict)
    """Ids in other systems, by system."""
    account: Mapping[str, str] = field(default_factory=dict)
    """Accounts he signs in with, by system."""
    language: str | None = None
    region: str = "FR"
    """Country in whose notation the telephone number is, two letters."""

    def identifiers(self) -> Iterator[tuple[IdentifierKind, str, str]]:
        """Kind, source and normal value of what is usable; what is no mail address or number is left out."""
        for kind, source, given in self._given():
            value = normal(kind, given, self.region)
            if value:
                yield kind, source, value

    def _given(self) -> Iterator[tuple[IdentifierKind, str, str]]:
        for source, value in self.external.items():
            yield "external", source, value
        for source, value in self.account.items():
            yield "account", source, value
        if self.mail:
            yield "mail", "", self.mail
        if self.phone:
            yield "phone", "", self.phone


def customer_at_first_sight(session: Session, actor: Actor, now: datetime, identity: Identity) -> Customer:
    """The customer whom `identity` is about, made if nobody is recognised; what is new about him is added."""
    require(actor, Permission.CUSTOMER_WRITE)
    known = recognise(session, actor.brand_id, identity)
    customer = known or _first_seen(session, actor.brand_id, now, identity)
    for kind, source, value in identity.identifiers():
        _add(session, customer, kind, source, value, now)
    if known is None:
        _doubt(session, now, customer, identity)
    customer.language = customer.language or identity.language
    session.flush()
    session.refresh(customer, ["identifiers"])
    return customer


def recognise(session: Session, brand_id: int, identity: Identity) -> Customer | None:
    """The one customer of the brand whom `identity` surely is; None when nobody, or more than one, fits."""
    given = list(identity.identifiers())
    strong = [key for key in given if key[0] not in WEIGHT]
    holders = {_holder(session, brand_id, *key) for key in strong} - {None}
    if holders:
        return session.get_one(Customer, holders.pop()) if len(holders) == 1 else None
    scores: Counter[Customer] = Counter()
    for kind, _source, value in given:
        for customer in _holders(session, brand_id, kind, value) if kind in WEIGHT else ():
            scores[customer] += WEIGHT[kind]
    for customer in scores:
        if _same_name(customer, identity):
            scores[customer] += WEIGHT["name"]
    likely = [one for one, score in scores.items() if score >= ENOUGH and not _contradicts(one, strong)]
    return likely[0] if len(likely) == 1 else None


def add_identifier(
    session: Session,
    actor: Actor,
    now: datetime,
    customer: Customer,
    kind: IdentifierKind,
    given: str,
    *,
    source: str = "",
    region: str = "FR",
) -> str:
    """Note one more way to recognise `customer`; its normal form. Raises `InvalidIdentifier`."""
    require(actor, Permission.CUSTOMER_WRITE)
    value = normal(kind, given, region)
    if value is None:
        raise InvalidIdentifier(value=given[:80])
    _add(session, customer, kind, source, value, now)
    session.refresh(customer, ["identifiers"])
    return value


def normal(kind: IdentifierKind, given: str, region: str = "FR") -> str | None:
    """The one form in which an identifier is stored and compared; None when it is not of that kind."""
    given = one_line(given)
    match kind:
        case "mail":
            return _mail(given)
        case "phone":
            return e164(given, region)
        case _:
            return given if 0 < len(given) <= 200 else None


def _mail(given: str) -> str | None:
    local, at, domain = given.rpartition("@")
    sound = at and local and "." in domain and not any(c.isspace() or c in ",;<>" for c in given)
    return given.casefold() if sound and "@" not in local and len(given) <= 254 else None


def _first_seen(session: Session, brand_id: int, now: datetime, identity: Identity) -> Customer:
    """A new customer, unless somebody else has just noted him under the same strong identifier: then that one."""
    strong = [key for key in identity.identifiers() if key[0] not in WEIGHT]
    attempt = session.begin_nested()
    customer = _new_customer(session, brand_id, now, identity)
    if all(_add(session, customer, *key, now) for key in strong):
        attempt.commit()
        return customer
    attempt.rollback()
    return recognise(session, brand_id, identity) or _new_customer(session, brand_id, now, identity)


def _doubt(session: Session, now: datetime, customer: Customer, identity: Identity) -> None:
    """Whoever shares something weak with a new customer may be him: a person looks at the pair."""
    agrees: dict[Customer, list[str]] = {}
    for kind, _source, value in identity.identifiers():
        for other in _holders(session, customer.brand_id, kind, value) if kind in WEIGHT else ():
            if other.id != customer.id:
                agrees.setdefault(other, []).append(kind)
    for other, kinds in list(agrees.items())[:MOST_DOUBTS]:
        shared = [*kinds, "name"] if _same_name(other, identity) else kinds
        doubts.doubt(session, now, other, customer, shared, sum(WEIGHT[kind] for kind in shared))


def _new_customer(session: Session, brand_id: int, now: datetime, identity: Identity) -> Customer:
    first_name, name = one_line(identity.first_name), one_line(identity.name)
    customer = Customer(
        brand_id=brand_id,
        first_name=first_name,
        name=name,
        folded_first_name=fold(first_name),
        folded_name=fold(name),
        language=identity.language,
        created_at=now,
    )
    session.add(customer)
    session.flush()
    return customer


def _add(session: Session, customer: Customer, kind: IdentifierKind, source: str, value: str, now: datetime) -> bool:
    # A strong identifier that somebody else holds stays his: two customers, which a person may merge.
    return insert_or_ignore(
        session,
        Identifier,
        {
            "brand_id": customer.brand_id,
            "customer_id": customer.id,
            "kind": kind,
            "source": source,
            "value": value,
            "created_at": now,
        },
    )


def _holder(session: Session, brand_id: int, kind: IdentifierKind, source: str, value: str) -> int | None:
    return session.scalar(
        select(Identifier.customer_id).where(
            Identifier.brand_id == brand_id,
            Identifier.kind == kind,
            Identifier.source == source,
            Identifier.value == value,
        )
    )


def _holders(session: Session, brand_id: int, kind: IdentifierKind, value: str) -> list[Customer]:
    found = (
        select(Customer)
        .join(Identifier)
        .where(Identifier.brand_id == brand_id, Identifier.kind == kind, Identifier.value == value)
        .where(Customer.merged_into_id.is_(None))
        .order_by(Identifier.id)
        .limit(50)
    )
    return list(session.scalars(found).unique())


def _same_name(customer: Customer, identity: Identity) -> bool:
    return bool(identity.name) and (fold(one_line(identity.first_name)), fold(one_line(identity.name))) == (
        customer.folded_first_name,
        customer.folded_name,
    )


def _contradicts(customer: Customer, strong: list[tuple[IdentifierKind, str, str]]) -> bool:
    # One system gives one person one account: another id there is another person, whatever else agrees.
    systems = {(kind, source) for kind, source, _value in strong}
    return any((known.kind, known.source) in systems for known in customer.identifiers)
