"""Recognising many customers at once, by the very rules of `cases.customers`, with three queries a batch.

The rows of a batch are looked at in their order, and each sees whom the ones before it made: the result is that of
`customer_at_first_sight` called for each. A test holds the two together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from base.database import new_public_id
from base.folding import fold, one_line
from cases.customers import ENOUGH, MOST_DOUBTS, WEIGHT, Customer, Identifier, IdentifierKind, Identity
from cases.importing.bulk import among, array
from cases.importing.parsing import Key

MOST_HOLDERS = 50
"""Customers looked at for one weak identifier."""


@dataclass(slots=True, eq=False)
class Person:
    """A customer, known before or made in this batch."""

    folded: tuple[str, str]
    id: int = 0
    """0 until he is written."""
    language: str | None = None
    merged: bool = False
    systems: set[tuple[str, str]] = field(default_factory=set)
    """Kind and source of his strong identifiers."""
    identity: Identity | None = None
    """Of somebody new: what made him."""


@dataclass(slots=True)
class Pair:
    """Two who may be one."""

    known: Person
    other: Person
    agrees: list[str]
    score: int


class Crowd:
    """Whoever the rows of a batch may be about."""

    def __init__(self, session: Session, brand_id: int, keys: Iterable[Key]) -> None:
        self.new: list[Person] = []
        self.identifiers: list[tuple[Person, Key]] = []
        """To be written, in their order."""
        self.pairs: list[Pair] = []
        self.spoken: list[Person] = []
        """Known customers whose language is known now."""
        self._people: dict[int, Person] = {}
        self._strong: dict[Key, Person] = {}
        self._weak: dict[Key, list[Person]] = defaultdict(list)
        self._find(session, brand_id, set(keys))

    def meet(self, identity: Identity, keys: Sequence[Key]) -> Person:
        """The customer whom it is about: recognised, or new. What is new about him is noted."""
        strong = [key for key in keys if key[0] not in WEIGHT]
        person = self._recognise(identity, keys, strong)
        known = person is not None
        if person is None:
            person = Person(folded=_folded(identity), language=identity.language, identity=identity)
            self.new.append(person)
        for key in keys:
            self._add(person, key)
        if not known:
            self._doubt(person, identity, keys)
        elif person.language is None and identity.language:
            person.language = identity.language
            if person.id:
                self.spoken.append(person)
        return person

    def _recognise(self, identity: Identity, keys: Sequence[Key], strong: list[Key]) -> Person | None:
        holders = {self._strong[key] for key in strong if key in self._strong}
        if holders:
            return holders.pop() if len(holders) == 1 else None
        scores: Counter[Person] = Counter()
        for key in keys:
            for person in self._holders(key):
                scores[person] += WEIGHT[key[0]]
        for person in scores:
            scores[person] += WEIGHT["name"] if _same_name(person, identity) else 0
        systems = {(kind, source) for kind, source, _value in strong}
        likely = [one for one, score in scores.items() if score >= ENOUGH and not systems & one.systems]
        return likely[0] if len(likely) == 1 else None

    def _holders(self, key: Key) -> list[Person]:
        if key[0] not in WEIGHT:
            return []
        return [person for person in self._weak.get(key, ()) if not person.merged][:MOST_HOLDERS]

    def _add(self, person: Person, key: Key) -> None:
        if key[0] in WEIGHT:
            held = self._weak[key]
            if person not in held:
                held.append(person)
                self.identifiers.append((person, key))
        elif key not in self._strong:
            # One that somebody else holds stays his: two customers, whom a person may merge.
            self._strong[key] = person
            person.systems.add((key[0], key[1]))
            self.identifiers.append((person, key))

    def _doubt(self, person: Person, identity: Identity, keys: Sequence[Key]) -> None:
        agrees: dict[Person, list[str]] = {}
        for key in keys:
            for other in self._holders(key):
                if other is not person:
                    agrees.setdefault(other, []).append(key[0])
        for other, kinds in list(agrees.items())[:MOST_DOUBTS]:
            shared = [*kinds, "name"] if _same_name(other, identity) else kinds
            self.pairs.append(Pair(other, person, shared, sum(WEIGHT[kind] for kind in shared)))

    def _find(self, session: Session, brand_id: int, keys: set[Key]) -> None:
        held: list[tuple[int, Key]] = []
        by_kind: dict[tuple[IdentifierKind, str], list[str]] = defaultdict(list)
        for kind, source, value in keys:
            by_kind[kind, source].append(value)
        for (kind, source), values in by_kind.items():
            found = _held(session, brand_id, kind, source, values)
            held += [(customer, (kind, source, value)) for value, customer in found]
        self._know(session, {customer for customer, _key in held})
        for customer, key in held:
            if key[0] in WEIGHT:
                self._weak[key].append(self._people[customer])
            else:
                self._strong[key] = self._people[customer]

    def _know(self, session: Session, ids: set[int]) -> None:
        if not ids:
            return
        listed = sorted(ids)
        columns = select(
            Customer.id, Customer.folded_first_name, Customer.folded_name, Customer.language, Customer.merged_into_id
        )
        for row in session.execute(columns.where(among(session, Customer.id, listed))):
            self._people[row.id] = Person(
                id=row.id, folded=(row.folded_first_name, row.folded_name), language=row.language,
                merged=row.merged_into_id is not None,
            )  # fmt: skip
        strong = select(Identifier.customer_id, Identifier.kind, Identifier.source)
        for held in session.execute(
            strong.where(among(session, Identifier.customer_id, listed), Identifier.kind.in_(("account", "external")))
        ):
            self._people[held.customer_id].systems.add((held.kind, held.source))


def rows_of_new(people: Sequence[Person], brand_id: int, now: datetime) -> list[dict[str, Any]]:
    """The customers' rows, their ids given."""
    return [
        {
            "id": person.id, "public_id": new_public_id(), "brand_id": brand_id,
            "first_name": one_line(person.identity.first_name), "name": one_line(person.identity.name),
            "folded_first_name": person.folded[0], "folded_name": person.folded[1], "language": person.language,
            "created_at": now,
        }
        for person in people if person.identity is not None
    ]  # fmt: skip


_HOLDERS = {
    # Never all who share a telephone: a switchboard's has a hundred thousand.
    "postgresql": text(
        "SELECT said.value, held.customer_id FROM unnest(CAST(:values AS text[])) AS said(value) "
        "CROSS JOIN LATERAL (SELECT id, customer_id FROM identifier WHERE brand_id = :brand AND kind = :kind "
        'AND value = said.value COLLATE "C" AND source = :source ORDER BY id LIMIT :most) AS held ORDER BY held.id'
    ),
    "sqlite": text(
        "SELECT value, customer_id FROM (SELECT identifier.id AS id, identifier.value AS value, customer_id, "
        "row_number() OVER (PARTITION BY identifier.value ORDER BY identifier.id) AS place "
        "FROM json_each(:values) AS said CROSS JOIN identifier "
        "ON identifier.brand_id = :brand AND identifier.kind = :kind "
        "AND identifier.value = said.value AND source = :source) WHERE place <= :most ORDER BY id"
    ),
}


def _held(session: Session, brand_id: int, kind: str, source: str, values: list[str]) -> list[tuple[str, int]]:
    dialect = session.get_bind().dialect.name
    params = {"values": array(session, values), "brand": brand_id, "kind": kind, "source": source, "most": MOST_HOLDERS}
    return [(value, customer) for value, customer in session.execute(_HOLDERS[dialect], params)]


def _folded(identity: Identity) -> tuple[str, str]:
    return fold(one_line(identity.first_name)), fold(one_line(identity.name))


def _same_name(person: Person, identity: Identity) -> bool:
    return bool(identity.name) and _folded(identity) == person.folded
