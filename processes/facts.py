"""Facts read for a walk: the ones wanted together are read at the same time, outside any transaction.

A service that does not answer gives an unknown reading within its deadline, never an error. Built-in facts (the
customer's history, the carrier's contract) are answered by Ariane itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from base.database import Database, loose, new_public_id, refuse_inside_unit
from processes.connectors.readings import Reading as ServiceReading
from processes.connectors.readings import Safety
from processes.rows import FactReading
from processes.walk.events import Reading
from processes.walk.turn import WantedFact
from processes.walk.values import decode, encode

DEADLINE = 3.0
"""Seconds that all readings of a step may take together."""

BuiltIn = Callable[[Session, "Asked"], Mapping[str, Any] | None]
"""A fact answered from our own rows: its fields, or None when there is none."""


class Services(Protocol):
    """What reads facts from web services: `processes.connectors.service.Connectors`."""

    def read(
        self,
        capability: str,
        inputs: Mapping[str, Any],
        *,
        brand_id: int,
        deadline_s: float = DEADLINE,
        max_age: timedelta | None = None,
    ) -> ServiceReading:
        """The reading; `max_age` None reads anew."""

    def lane(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> str:
        """The connection that would be called; empty when nobody serves it."""

    def safety(self, capability: str, inputs: Mapping[str, Any], brand_id: int) -> Safety:
        """What a cut call of this act would mean; blind when nobody serves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a built-in fact: everything it may depend on."""

    brand_id: int
    case_id: int
    customer_id: int | None
    now: datetime
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A wanted fact and what was read."""

    wanted: WantedFact
    reading: Reading
    service: ServiceReading


class FactReader:
    """Reads wanted facts. Share one: it keeps a pool of threads."""

    def __init__(
        self, database: Database, services: Services, built_in: Mapping[str, BuiltIn], threads: int = 16
    ) -> None:
        self.database = database
        self.services = services
        self.built_in = built_in
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="facts")

    def read(self, wanted: Sequence[WantedFact], asked: Asked) -> list[Read]:
        """All readings, in the order asked; the same operation with the same inputs is called once."""
        refuse_inside_unit("reading facts")
        calls: dict[str, WantedFact] = {}
        for fact in wanted:
            calls.setdefault(_identity(fact), fact)
        if len(calls) == 1:
            answers = [self._call(fact, asked) for fact in calls.values()]
        else:
            answers = list(self.pool.map(lambda fact: self._call(fact, asked), calls.values()))
        by_identity = dict(zip(calls, answers, strict=True))
        return [_read(fact, by_identity[_identity(fact)], asked.now) for fact in wanted]

    def _call(self, fact: WantedFact, asked: Asked) -> ServiceReading:
        answer = self.built_in.get(fact.operation)
        if answer is not None:
            own = Asked(
                brand_id=asked.brand_id, case_id=asked.case_id, customer_id=asked.customer_id, now=asked.now,
                inputs=fact.inputs,
            )  # fmt: skip
            with self.database.reading() as session:
                fields = answer(session, own)
            return ServiceReading(
                state="missing" if fields is None else "known", value=fields or {}, operation="ariane"
            )
        age = None if fact.max_age is None else timedelta(seconds=fact.max_age)
        return self.services.read(
            fact.operation, fact.inputs, brand_id=asked.brand_id, deadline_s=DEADLINE, max_age=age
        )


def row_of(read: Read, walk_id: int) -> FactReading:
    """The row that keeps a reading."""
    return loose(
        FactReading, public_id=read.reading.id, walk_id=walk_id, fact=read.wanted.fact, item=read.wanted.item,
        about=_about(read.wanted.inputs),
        operation=read.wanted.operation, source=read.service.operation, inputs=encode(dict(read.wanted.inputs)),
        state=read.reading.state, value=encode(dict(read.reading.value)),
        raw_codes=dict(read.service.raw_codes) or None, reason=read.reading.reason or None,
        definition_hash=read.service.definition_hash, read_at=read.reading.at,
    )  # fmt: skip


def _about(inputs: Mapping[str, Any]) -> str | None:
    number = inputs.get("number")
    return number[:120] if isinstance(number, str) else None


def reading_of(row: FactReading) -> Reading:
    """The reading that a row keeps."""
    return Reading(
        fact=row.fact, item=row.item, state=row.state, value=decode(row.value), at=row.read_at, id=row.public_id,
        reason=row.reason or "",
    )  # fmt: skip


def _read(fact: WantedFact, answer: ServiceReading, now: datetime) -> Read:
    reading = Reading(
        fact=fact.fact, item=fact.item, state=answer.state, value=dict(answer.value), at=now - answer.age,
        id=new_public_id(), reason=str(answer.reason or ""),
    )  # fmt: skip
    return Read(wanted=fact, reading=reading, service=answer)


def _identity(fact: WantedFact) -> str:
    return json.dumps([fact.operation, encode(dict(fact.inputs)), fact.max_age], sort_keys=True)
