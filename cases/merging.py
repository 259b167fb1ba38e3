"""Two files of one customer: doubtful pairs to look at, merging with a survivor, splitting, and taking either back.

A merge moves rows from the one who goes to the one who stays, and notes each: undoing moves exactly those back, so that
both are as they were. Nothing in a case changes but whose it is; figures are counted anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, exists, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId
from base.errors import Conflict
from base.languages import N_
from base.permissions import Permission, require
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identifier
from cases.doubts import Doubt
from cases.matters import touch
from cases.orders import Order
from cases.states import one_of

MergeKind = Literal["merge", "split"]
Moved = Mapping[str, Sequence[int]]
_ROWS: Mapping[str, Any] = {"cases": Case, "contacts": Contact, "orders": Order, "identifiers": Identifier}


class NotMergeable(Conflict):
    """The two are one already, or one of them was merged into somebody else: merges in a circle are none."""

    sentence = N_("These two cannot be merged: they are one already, or one of them was merged into somebody else.")


class NotUndoable(Conflict):
    """It was taken back already, or a later merge has to be taken back first."""

    sentence = N_("This cannot be taken back: it was already, or a later merge has to be taken back first.")


class Merge(Base):
    """A merge or a split, with every row that it moved."""

    __tablename__ = "customer_merge"
    __table_args__ = (one_of("kind", MergeKind), Index(None, "to_id"), Index(None, "from_id"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[MergeKind] = mapped_column(String(16))
    from_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    """Whose rows were moved: of a merge the one who went."""
    to_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    """To whom: of a merge the survivor."""
    moved: Mapped[Json]
    """Ids by kind of row."""
    made_at: Mapped[Moment]
    made_by: Mapped[Json]
    undone_at: Mapped[Moment | None]
    undone_by: Mapped[Json | None]
    giver: Mapped[Customer] = relationship(foreign_keys=[from_id])
    taker: Mapped[Customer] = relationship(foreign_keys=[to_id])


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a split takes along."""

    cases: Sequence[int] = ()
    orders: Sequence[int] = ()
    identifiers: Sequence[int] = ()


def merge(session: Session, actor: Actor, now: datetime, survivor: Customer, gone: Customer) -> Merge:
    """The two are one customer: everything of `gone` is the survivor's from now on. Raises `NotMergeable`."""
    require(actor, Permission.CUSTOMER_MERGE)
    _lock(session, survivor, gone)
    apart = survivor.id != gone.id and survivor.brand_id == gone.brand_id == actor.brand_id
    if not apart or survivor.merged_into_id is not None or gone.merged_into_id is not None:
        raise NotMergeable
    moved = {name: _ids_of(session, name, gone) for name in _ROWS}
    moved["identifiers"] = _not_doubled(session, survivor, gone)
    made = _note(session, actor, now, "merge", gone, survivor, moved)
    _move(session, now, moved, survivor)
    gone.merged_into_id = survivor.id
    survivor.language = survivor.language or gone.language
    pair = ((Doubt.first_id == survivor.id) & (Doubt.second_id == gone.id)) | (
        (Doubt.first_id == gone.id) & (Doubt.second_id == survivor.id)
    )
    _settle(session, actor, now, pair, True)
    session.flush()
    session.refresh(survivor, ["identifiers"])
    session.refresh(gone, ["identifiers"])
    session.refresh(made)
    return made


def split(session: Session, actor: Actor, now: datetime, customer: Customer, part: Part, name: str) -> Merge:
    """Some of a file is another person's: a new customer gets it. Raises `NotMergeable` where nothing is chosen."""
    require(actor, Permission.CUSTOMER_MERGE)
    _lock(session, customer, customer)
    moved = {
        "cases": _his(session, Case, customer, part.cases),
        "orders": _his(session, Order, customer, part.orders),
        "identifiers": _his(session, Identifier, customer, part.identifiers),
    }
    if customer.merged_into_id is not None or not any(moved.values()):
        raise NotMergeable
    of_cases = select(Contact.id).where(Contact.case_id.in_(moved["cases"]), Contact.customer_id == customer.id)
    moved["contacts"] = list(session.scalars(of_cases)) if moved["cases"] else []
    other = Customer.named(customer.brand_id, name, now)
    session.add(other)
    session.flush()
    made = _note(session, actor, now, "split", customer, other, moved)
    _move(session, now, moved, other)
    session.refresh(customer, ["identifiers"])
    session.refresh(made)
    return made


def undo(session: Session, actor: Actor, now: datetime, made: Merge) -> None:
    """Take it back: exactly what it moved goes back, if it is still there. Raises `NotUndoable`."""
    require(actor, Permission.CUSTOMER_MERGE)
    giver, taker = session.get_one(Customer, made.from_id), session.get_one(Customer, made.to_id)
    _lock(session, giver, taker)
    session.refresh(made)
    later = exists().where(Merge.id > made.id, Merge.undone_at.is_(None), Merge.from_id.in_((made.to_id, made.from_id)))
    if made.undone_at is not None or session.scalar(select(later)) or taker.merged_into_id is not None:
        raise NotUndoable
    made.undone_at, made.undone_by = now, actor.to_json()
    back = {name: _his(session, _ROWS[name], taker, ids) for name, ids in made.moved.items()}
    _move(session, now, back, giver)
    if made.kind == "merge":
        giver.merged_into_id = None
    session.flush()
    session.refresh(giver, ["identifiers"])
    session.refresh(taker, ["identifiers"])


def keep_apart(session: Session, actor: Actor, now: datetime, pair: Doubt) -> None:
    """They are two people: the pair is not asked about again."""
    require(actor, Permission.CUSTOMER_MERGE)
    _settle(session, actor, now, Doubt.id == pair.id, False)


def doubts_of(session: Session, brand_id: int, *, limit: int = 100) -> list[Doubt]:
    """Pairs that nobody has decided about, surest first; those of whom one was merged away are no longer asked."""
    first, second = aliased(Customer), aliased(Customer)
    wanted = (
        select(Doubt)
        .join(first, first.id == Doubt.first_id)
        .join(second, second.id == Doubt.second_id)
        .where(Doubt.brand_id == brand_id, Doubt.settled_at.is_(None))
        .where(first.merged_into_id.is_(None), second.merged_into_id.is_(None))
    )
    return list(session.scalars(wanted.order_by(Doubt.score.desc(), Doubt.id).limit(limit)).unique())


def merges_of(session: Session, customer: Customer) -> list[Merge]:
    """Merges and splits of a customer that stand, newest first."""
    his = (Merge.to_id == customer.id) | (Merge.from_id == customer.id)
    return list(session.scalars(select(Merge).where(his, Merge.undone_at.is_(None)).order_by(Merge.id.desc())))


def survivor_of(session: Session, customer: Customer) -> Customer:
    """The customer himself, or who he was merged into."""
    while customer.merged_into_id is not None:
        customer = session.get_one(Customer, customer.merged_into_id)
    return customer


# --- rows -------------------------------------------------------------------------------------------------------------


def _lock(session: Session, *customers: Customer) -> None:
    ids = sorted({customer.id for customer in customers})
    held = select(Customer).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update(of=Customer)
    session.scalars(held.execution_options(populate_existing=True)).all()


def _note(
    session: Session, actor: Actor, now: datetime, kind: MergeKind, giver: Customer, taker: Customer, moved: Moved
) -> Merge:
    made = Merge(
        brand_id=giver.brand_id, kind=kind, from_id=giver.id, to_id=taker.id,
        moved={name: list(ids) for name, ids in moved.items()}, made_at=now, made_by=actor.to_json(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _move(session: Session, now: datetime, moved: Moved, to: Customer) -> None:
    for name, ids in moved.items():
        row = _ROWS[name]
        if ids:
            moving = update(row).where(row.id.in_(list(ids))).values(customer_id=to.id)
            session.execute(moving, execution_options={"synchronize_session": False})
    session.expire_all()
    for case in session.scalars(select(Case).where(Case.id.in_(list(moved.get("cases", ()))))):
        touch(session, now, case)
    session.flush()


def _ids_of(session: Session, name: str, customer: Customer) -> list[int]:
    row = _ROWS[name]
    return list(session.scalars(select(row.id).where(row.customer_id == customer.id).order_by(row.id)))


def _his(session: Session, row: Any, customer: Customer, ids: Sequence[int]) -> list[int]:
    wanted = select(row.id).where(row.customer_id == customer.id, row.id.in_(list(ids))).order_by(row.id)
    return list(session.scalars(wanted)) if ids else []


def _not_doubled(session: Session, survivor: Customer, gone: Customer) -> list[int]:
    """Identifiers that the survivor does not have himself."""
    his = {(each.kind, each.source, each.value) for each in survivor.identifiers}
    return [each.id for each in gone.identifiers if (each.kind, each.source, each.value) not in his]


def _settle(session: Session, actor: Actor, now: datetime, which: Any, same: bool) -> None:
    settled = update(Doubt).where(which, Doubt.settled_at.is_(None))
    session.execute(
        settled.values(settled_at=now, same=same, settled_by=actor.to_json()),
        execution_options={"synchronize_session": False},
    )
