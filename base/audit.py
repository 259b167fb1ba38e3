"""The audit trail: who changed what decides how the company works, and proof that nobody changed the trail.

Every change of a row of `AUDITED` is written in the transaction that makes it, by listening to the session; what
happens in a case stands in its timeline instead. Once a minute a robot seals what was written, in order: each entry
gets a number and an HMAC over itself and the seal before it. An entry that was changed, taken out or put in breaks the
chain; a tail that was cut off is missed by the head, which is kept in a row of its own and written outside every hour.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, event, insert, inspect, select, text
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from base.actors import Actor
from base.clock import real_now
from base.database import Base, Id, Json, Moment, insert_or_ignore

AUDITED = frozenset(
    "account_link api_key brand calendar connector_connection connector_definition connector_route connector_secret "
    "incident partner person person_role process process_proposal process_rule process_version robot_limit "
    "robot_shadow robot_stop setting target team".split()
)
"""Tables whose rows decide who may do what, what processes do and which figures hold."""

UNTOLD = frozenset(
    "brand_id created_at created_by current_login_at current_login_ip document fs_uniquifier granted_at granted_by "
    "last_login_at last_login_ip login_count mail_attempts mailed_at written_at written_by".split()
)
"""Columns that are no decision of anybody, or too long to be told."""
MASKED = ("password", "hash", "secret", "token", "cipher")
"""A column with one of these in its name is told as changed, never with its value."""
LONGEST = 2000

Change = dict[str, list[Any]]


class AuditEntry(Base):
    """One change. Never altered but by its sealing; the database refuses it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "brand_id", "id"), Index("uq_audit_entry_number", "number", unique=True))

    id: Mapped[Id]
    at: Mapped[Moment]
    """Real time."""
    brand_id: Mapped[int | None]
    """Of the actor; opaque here."""
    actor: Mapped[Json]
    what: Mapped[str] = mapped_column(String(60))
    """`team.changed`, `person.added`, `setting.removed`, or a word of its own: `password.chosen`."""
    about: Mapped[str] = mapped_column(String(120))
    """The row, by its name or key."""
    change: Mapped[Json]
    """By column: before and after."""
    number: Mapped[int | None]
    """Its place in the chain; None until it is sealed."""
    seal: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: one row, by whose lock seals are made one after the other."""

    __tablename__ = "audit_head"

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64), default="")


# --- who acts -------------------------------------------------------------------------------------------------------

_who: ContextVar[Callable[[], Actor | None] | None] = ContextVar("audit_who", default=None)


def acting(who: Callable[[], Actor | None] | None) -> None:
    """Say who acts from here on in this thread; None: the program itself."""
    _who.set(who)


def _actor() -> Actor | None:
    who = _who.get()
    return who() if who is not None else None


# --- writing --------------------------------------------------------------------------------------------------------


def write(session: Session, actor: Actor | None, what: str, about: str, change: Change | None = None) -> None:
    """Note a change that no row of `AUDITED` shows by itself."""
    session.execute(insert(AuditEntry).values(**_entry(session, actor, what, about, change or {})))


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _context: UOWTransaction) -> None:
    rows = [(row, "added") for row in session.new] + [(row, "removed") for row in session.deleted]
    rows += [(row, "changed") for row in session.dirty if session.is_modified(row)]
    entries = []
    for row, verb in rows:
        table = getattr(type(row), "__tablename__", "")
        if table in AUDITED:
            change = _difference(row, verb)
            if change:
                entries.append(_entry(session, _actor(), f"{table}.{verb}", _name(row), change))
    if entries:
        session.execute(insert(AuditEntry), entries)


def _entry(session: Session, actor: Actor | None, what: str, about: str, change: Change) -> dict[str, Any]:
    told = actor.to_json() if actor else {"kind": "system", "name": "Ariane"}
    return {
        "at": real_now(session), "brand_id": actor.brand_id if actor else None, "actor": told, "what": what,
        "about": about[:120], "change": change,
    }  # fmt: skip


def _difference(row: Any, verb: str) -> Change:
    state, change = inspect(row), {}
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        if key in UNTOLD or key in ("id", "public_id"):
            continue
        history = state.attrs[key].history
        now = getattr(row, key)
        if verb == "added" and now is not None:
            change[key] = [None, _told(key, now)]
        elif verb == "removed":
            change[key] = [_told(key, now), None]
        elif verb == "changed" and history.has_changes():
            before = history.deleted[0] if history.deleted else None
            change[key] = [_told(key, before), _told(key, now)]
    return change | _memberships(state)


def _memberships(state: Any) -> Change:
    """What was put into and taken out of lists that are rows of two keys, such as a person's teams."""
    change: Change = {}
    for relation in state.mapper.relationships:
        if relation.secondary is not None and relation.key in state.dict:
            history = state.attrs[relation.key].history
            if history.added or history.deleted:
                gone, come = (sorted(_name(each) for each in rows or ()) for rows in (history.deleted, history.added))
                change[relation.key] = [gone, come]
    return change


def _told(key: str, value: Any) -> Any:
    if value is None:
        return None
    if any(word in key for word in MASKED):
        return "***"
    plain = json.loads(json.dumps(value, default=_plain))
    written = json.dumps(plain)
    return plain if len(written) <= LONGEST else f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _name(row: Any) -> str:
    parts = (getattr(row, name, None) for name in ("key", "name", "person_id", "team_id", "public_id", "id"))
    return next((str(part) for part in parts if isinstance(part, str | int)), "")


# --- sealing and verifying ------------------------------------------------------------------------------------------


def key_of(secret: str) -> bytes:
    """What seals are made with, from the installation's secret."""
    return hmac.new(secret.encode(), b"ariane-audit", hashlib.sha256).digest()


def seal(session: Session, secret: str, *, limit: int = 5000) -> int:
    """Seal what is not sealed yet, in order; how many entries. Sealers wait for each other."""
    insert_or_ignore(session, AuditHead, {"id": 1, "number": 0, "seal": ""})
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    waiting = select(AuditEntry).where(AuditEntry.number.is_(None)).order_by(AuditEntry.id).limit(limit)
    entries, key = session.scalars(waiting).all(), key_of(secret)
    for entry in entries:
        head.number += 1
        head.seal = _seal(key, head.seal, head.number, entry)
        entry.number, entry.seal = head.number, head.seal
    session.flush()
    return len(entries)


def verify(session: Session, secret: str, heads: Iterator[tuple[int, str]] | None = None) -> list[str]:
    """What is wrong with the chain, one sentence each; `heads` are numbers and seals that were kept outside."""
    key, before, faults, seals = key_of(secret), "", [], {0: ""}
    found = select(AuditEntry).where(AuditEntry.number.is_not(None)).order_by(AuditEntry.number)
    expected = 1
    for entry in session.scalars(found.execution_options(yield_per=1000)):
        number = entry.number or 0
        if number != expected:
            faults.append(f"{number - expected} entries are missing before number {number}")
        if entry.seal != _seal(key, before, number, entry):
            faults.append(f"number {number} ({entry.what} {entry.about}) is not what was sealed")
        before, expected = entry.seal or "", number + 1
        seals[number] = before
    head = session.get(AuditHead, 1)
    for number, kept in [(head.number, head.seal), *(heads or ())] if head else list(heads or ()):
        if number not in seals:
            faults.append(f"the chain ends at {expected - 1}, and was at {number} before: its tail was cut off")
        elif seals[number] != kept:
            faults.append(f"number {number} is not what was sealed when its seal was kept outside")
    if head is None and expected > 1:
        faults.append("the head of the chain is gone")
    return faults


def head_of(session: Session) -> tuple[int, str]:
    """Number and seal of the newest sealed entry."""
    head = session.get(AuditHead, 1)
    return (head.number, head.seal) if head else (0, "")


def _seal(key: bytes, before: str, number: int, entry: AuditEntry) -> str:
    body = {
        "number": number, "before": before, "id": entry.id, "at": entry.at.isoformat(), "brand": entry.brand_id,
        "actor": entry.actor, "what": entry.what, "about": entry.about, "change": entry.change,
    }  # fmt: skip
    written = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, written.encode(), hashlib.sha256).hexdigest()


# --- the database refuses what nobody may do ------------------------------------------------------------------------

GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'an audit entry is never deleted'); END",
        "CREATE TRIGGER audit_entry_is_final BEFORE UPDATE ON audit_entry WHEN OLD.number IS NOT NULL "
        "OR NEW.at IS NOT OLD.at OR NEW.actor IS NOT OLD.actor OR NEW.what IS NOT OLD.what "
        "OR NEW.about IS NOT OLD.about OR NEW.change IS NOT OLD.change "
        "BEGIN SELECT RAISE(ABORT, 'an audit entry is never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND (NEW.at, NEW.actor, NEW.what, NEW.about, NEW.change) "
        "IS NOT DISTINCT FROM (OLD.at, OLD.actor, OLD.what, OLD.about, OLD.change) THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'an audit entry is never changed or deleted'; END $$",
        "CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()",
    ),
}
"""Triggers by dialect; a migration sets them up."""


def guard(session_or_connection: Any, dialect: str) -> None:
    """Set the triggers up, once, beside the table."""
    for statement in GUARDS[dialect]:
        session_or_connection.execute(text(statement))
