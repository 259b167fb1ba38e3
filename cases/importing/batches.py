"""A batch of entries becomes rows, in the caller's transaction: what is known already is left as it is.

What is imported has happened. Cases are written closed, with the two ends of their timeline; nothing here plans a
follow-up, reckons a clock, raises an alert or sends anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from base.actors import Actor
from base.database import new_public_id
from base.languages import N_
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identifier
from cases.doubts import Doubt
from cases.importing.bulk import among, reserve, write
from cases.importing.crowd import Crowd, Person, rows_of_new
from cases.importing.mapping import Mapping
from cases.importing.parsing import UNQUALIFIED, Entry, Reject
from cases.importing.reading import Fault
from cases.importing.rows import ImportedRow
from cases.matters import DirtyMatter
from cases.orders import Order
from cases.references import new_reference
from cases.timeline import TimelineEntry, written
from cases.waits import CaseWait

NO_SUCH_CASE = N_("The case “%(value)s” was not imported: import the cases first.")
NO_SUCH_ORDER = N_("The order “%(value)s” is not known, and nothing else says whose it is: import the orders first.")


@dataclass(frozen=True, kw_only=True)
class Into:
    """Where a run writes."""

    actor: Actor
    mapping: Mapping
    now: datetime
    language: str
    """Of customers of whom no language is known."""
    run_id: int

    @property
    def brand_id(self) -> int:
        """The brand."""
        return self.actor.brand_id


@dataclass(kw_only=True)
class Taken:
    """What became of a batch."""

    new: int = 0
    known: int = 0
    customers: int = 0
    rejects: list[Reject] = field(default_factory=list)


@dataclass(slots=True)
class Held:
    """An order or case that is there: its id and its customer's."""

    id: int
    customer_id: int | None
    external_id: str | None = None


class Batch:
    """Entries, and what the database knows about them."""

    def __init__(self, session: Session, into: Into, entries: Sequence[Entry]) -> None:
        self.taken = Taken()
        self._session, self._into = session, into
        self._orders = self._known_orders(entries)
        self._cases = self._known_cases(entries) if into.mapping.kind == "contacts" else {}
        self._entries = list(self._sifted(entries))

    def write(self) -> None:
        """Write what is new."""
        keys = (key for entry in self._entries for key in entry.keys)
        crowd = Crowd(self._session, self._into.brand_id, keys)
        whose = [self._whose(crowd, entry) for entry in self._entries]
        self._write_people(crowd)
        ids = [one.id if isinstance(one, Person) else one for one in whose]
        match self._into.mapping.kind:
            case "orders":
                self._write_orders(self._entries, ids)
            case "cases":
                self._write_orders([each for each in self._entries if each.order], [
                    one for one, each in zip(ids, self._entries, strict=True) if each.order
                ])  # fmt: skip
                self._note(self._write_cases(ids))
            case "contacts":
                self._note(self._write_contacts(ids))
        self.taken.customers = len(crowd.new)

    # --- what is there ----------------------------------------------------------------------------------------------

    def _sifted(self, entries: Sequence[Entry]) -> Iterator[Entry]:
        kind = self._into.mapping.kind
        known = self._known_keys(entries) if kind != "orders" else self._complete_orders()
        for entry in entries:
            key = entry.order if kind == "orders" else entry.key
            if key in known:
                self.taken.known += 1
                continue
            known.add(key)
            fault = self._missing(entry) if kind == "contacts" else None
            if fault is not None:
                self.taken.rejects.append(Reject(line=entry.line, raw=entry.raw, fault=fault))
                continue
            if kind == "orders" and key in self._orders:
                self.taken.known += 1
            else:
                self.taken.new += 1
            yield entry

    def _missing(self, entry: Entry) -> Fault | None:
        case = entry.texts.get("case")
        if case and case not in self._cases:
            return Fault(NO_SUCH_CASE, {"value": case[:80]}, "case")
        if not case and not entry.says_who and entry.order not in self._orders:
            return Fault(NO_SUCH_ORDER, {"value": entry.texts.get("order", "")[:80]}, "order")
        return None

    def _known_keys(self, entries: Sequence[Entry]) -> set[str]:
        mapping = self._into.mapping
        keys = [entry.key for entry in entries]
        found = select(ImportedRow.key).where(
            ImportedRow.brand_id == self._into.brand_id, ImportedRow.kind == mapping.kind,
            ImportedRow.source == mapping.source, among(self._session, ImportedRow.key, keys),
        )  # fmt: skip
        return set(self._session.scalars(found))

    def _complete_orders(self) -> set[str]:
        return {number for number, held in self._orders.items() if held.customer_id is not None}

    def _known_orders(self, entries: Sequence[Entry]) -> dict[str, Held]:
        numbers = sorted({entry.order for entry in entries if entry.order})
        if not numbers:
            return {}
        found = select(Order.folded_number, Order.id, Order.customer_id, Order.external_id).where(
            Order.brand_id == self._into.brand_id, among(self._session, Order.folded_number, numbers)
        )
        if self._into.mapping.kind == "orders":
            found = found.where(Order.source == self._into.mapping.order_source)
        rows = self._session.execute(found.order_by(Order.id))
        return {row.folded_number: Held(row.id, row.customer_id, row.external_id) for row in rows}

    def _known_cases(self, entries: Sequence[Entry]) -> dict[str, Held]:
        keys = sorted({entry.texts["case"] for entry in entries if entry.texts.get("case")})
        if not keys:
            return {}
        found = (
            select(ImportedRow.key, Case.id, Case.customer_id)
            .join(Case, Case.id == ImportedRow.row_id)
            .where(
                ImportedRow.brand_id == self._into.brand_id, ImportedRow.kind == "cases",
                ImportedRow.source == self._into.mapping.source, among(self._session, ImportedRow.key, keys),
            )
        )  # fmt: skip
        return {row.key: Held(row.id, row.customer_id) for row in self._session.execute(found)}

    # --- whose it is ------------------------------------------------------------------------------------------------

    def _whose(self, crowd: Crowd, entry: Entry) -> Person | int | None:
        case = self._cases.get(entry.texts.get("case", ""))
        if case is not None and case.customer_id is not None:
            return case.customer_id
        if entry.says_who:
            return crowd.meet(entry.identity, entry.keys)
        order = self._orders.get(entry.order)
        return order.customer_id if order is not None else None

    def _write_people(self, crowd: Crowd) -> None:
        session, now, brand_id = self._session, self._into.now, self._into.brand_id
        for person, number in zip(crowd.new, reserve(session, Customer, len(crowd.new)), strict=True):
            person.id = number
        write(session, Customer, rows_of_new(crowd.new, brand_id, now))
        identifiers = [
            {"brand_id": brand_id, "customer_id": person.id, "kind": kind, "source": source, "value": value,
             "created_at": now} for person, (kind, source, value) in crowd.identifiers
        ]  # fmt: skip
        write(session, Identifier, identifiers, ignoring=True)
        write(session, Doubt, [
            {"public_id": new_public_id(), "brand_id": brand_id, "first_id": min(pair.known.id, pair.other.id),
             "second_id": max(pair.known.id, pair.other.id), "score": pair.score, "agrees": pair.agrees,
             "found_at": now} for pair in crowd.pairs
        ], ignoring=True)  # fmt: skip
        if crowd.spoken:
            session.connection().execute(_SPOKEN, [{"who": one.id, "said": one.language} for one in crowd.spoken])

    # --- rows -------------------------------------------------------------------------------------------------------

    def _write_orders(self, entries: Sequence[Entry], customers: Sequence[int | None]) -> None:
        fresh: list[dict[str, Any]] = []
        known: list[dict[str, Any]] = []
        for entry, customer in zip(entries, customers, strict=True):
            held = self._orders.get(entry.order)
            external = entry.texts.get("external_id") or None if self._into.mapping.kind == "orders" else None
            if held is None:
                row = self._order(entry, customer, external)
                fresh.append(row)
                self._orders[entry.order] = Held(0, customer, external)
            elif held.id and held.customer_id is None and self._into.mapping.kind == "orders":
                known.append({"which": held.id, "whose": customer, "external": held.external_id or external})
        for row, number in zip(fresh, reserve(self._session, Order, len(fresh)), strict=True):
            row["id"] = self._orders[row["folded_number"]].id = number
        write(self._session, Order, fresh)
        if known:
            self._session.connection().execute(_KNOWN, known)

    def _order(self, entry: Entry, customer: int | None, external: str | None) -> dict[str, Any]:
        number = entry.texts.get("number") or entry.texts.get("order") or ""
        return {
            "public_id": new_public_id(), "brand_id": self._into.brand_id, "customer_id": customer,
            "source": self._into.mapping.order_source, "number": number, "folded_number": entry.order,
            "external_id": external, "seen_at": entry.at or self._into.now,
        }  # fmt: skip

    def _write_cases(self, customers: Sequence[int | None]) -> list[int]:
        ids = list(reserve(self._session, Case, len(self._entries)))
        told = list(zip(ids, self._entries, customers, strict=True))
        write(self._session, Case, [self._case(number, entry, whose) for number, entry, whose in told])
        actor = self._into.actor.to_json()
        write(self._session, TimelineEntry, [row for number, entry, _ in told for row in self._ends(number, entry)])
        write(self._session, CaseWait, [
            {"case_id": number, "party": "closed", "began_at": entry.ended_at, "actor": actor}
            for number, entry, _ in told
        ])  # fmt: skip
        self._touch((number, whose) for number, _entry, whose in told)
        return ids

    def _case(self, number: int, entry: Entry, customer: int | None) -> dict[str, Any]:
        get = entry.texts.get
        order = self._orders.get(entry.order)
        return {
            "id": number, "public_id": new_public_id(), "reference": new_reference(), "brand_id": self._into.brand_id,
            "customer_id": customer or (order.customer_id if order else None), "order_id": order.id if order else None,
            "parcel_number": get("parcel_number") or None, "seller": get("seller") or None,
            "reason": entry.reason or UNQUALIFIED, "language": entry.identity.language or self._into.language,
            "state": "closed", "opened_at": entry.at, "closed_at": entry.ended_at,
            "outcome": get("outcome") or None, "solved": entry.solved, "cause": get("cause") or None,
        }  # fmt: skip

    def _ends(self, number: int, entry: Entry) -> Iterator[dict[str, Any]]:
        get = entry.texts.get
        closed = {"outcome": get("outcome") or None, "solved": entry.solved, "cause": get("cause") or None}
        for kind, at, params in (
            ("case.opened", entry.at, {"reason": entry.reason or UNQUALIFIED}),
            ("case.closed", entry.ended_at, closed),
        ):
            yield {
                "case_id": number, "at": at, "kind": kind, "params": written(params),
                "actor": self._into.actor.to_json(), "contact_id": None,
            }  # fmt: skip

    def _write_contacts(self, customers: Sequence[int | None]) -> list[int]:
        ids = list(reserve(self._session, Contact, len(self._entries)))
        actor = self._into.actor.to_json()
        rows, told, cases = [], [], {}
        for number, entry, whose in zip(ids, self._entries, customers, strict=True):
            case = self._cases.get(entry.texts.get("case", ""))
            get = entry.texts.get
            rows.append({
                "id": number, "public_id": new_public_id(), "brand_id": self._into.brand_id,
                "case_id": case.id if case else None, "customer_id": whose, "channel": entry.texts["channel"][:32],
                "direction": entry.texts["direction"], "reason": entry.reason, "started_at": entry.at,
                "active_at": entry.ended_at or entry.at, "ended_at": entry.ended_at or entry.at, "actor": actor,
            })  # fmt: skip
            if case is not None:
                cases[case.id] = whose
                told.append({
                    "case_id": case.id, "at": entry.at, "kind": f"contact.{get('direction')}",
                    "params": {"channel": get("channel")}, "actor": actor, "contact_id": number,
                })  # fmt: skip
        write(self._session, Contact, rows)
        write(self._session, TimelineEntry, told)
        if cases:
            self._recount(list(cases))
            self._touch(cases.items())
        return ids

    def _recount(self, cases: list[int]) -> None:
        counted = (Contact.case_id == Case.id, Contact.direction == "inbound", Contact.courtesy.is_(False))
        count = select(func.count()).select_from(Contact).where(*counted).correlate(Case).scalar_subquery()
        which = among(self._session, Case.id, cases)
        self._session.execute(
            update(Case).where(which).values(inbound=count).execution_options(synchronize_session=False)
        )

    def _touch(self, matters: Any) -> None:
        write(self._session, DirtyMatter, [
            {"brand_id": self._into.brand_id, "customer_id": whose, "case_id": number, "at": self._into.now}
            for number, whose in matters
        ])  # fmt: skip

    def _note(self, ids: Sequence[int]) -> None:
        mapping = self._into.mapping
        write(self._session, ImportedRow, [
            {"brand_id": self._into.brand_id, "kind": mapping.kind, "source": mapping.source, "key": entry.key,
             "run_id": self._into.run_id, "row_id": number}
            for entry, number in zip(self._entries, ids, strict=True)
        ])  # fmt: skip


_CUSTOMERS, _ORDERS = cast(Table, Customer.__table__), cast(Table, Order.__table__)
_SPOKEN = update(_CUSTOMERS).where(_CUSTOMERS.c.id == bindparam("who")).values(language=bindparam("said"))
_KNOWN = (
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("which"))
    .values(customer_id=bindparam("whose"), external_id=bindparam("external"))
)
