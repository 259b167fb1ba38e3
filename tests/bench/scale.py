"""A company of size: 100,000 customers, 300,000 cases; how long search and the queue take on SQLite.

Wall time of the reading alone, no page around it; each figure is the p95 of 60 looks at different rows.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ariane import migrations
from base.actors import Actor, Role
from base.brands import Brand
from base.calendars import CalendarRow
from base.database import Database, new_public_id
from base.folding import fold
from cases import boards, finding
from cases.cases import Case
from cases.customers import Customer, Identifier
from cases.orders import Order
from cases.references import new_reference
from tests.bench.measure import Figure, at_most

CUSTOMERS, CASES, STEP, LOOKS = 100_000, 300_000, 10_000, 60
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES, FAMILIES = "Adèle Arthur Chloé David Eva Florent Gaëlle Henri Iris Jeanne".split(), 3000
SEARCHES: dict[str, Callable[[int], str]] = {
    "mail address": lambda look: f"c{look * 977}@example.test",
    "telephone": lambda look: f"06{look * 977:08d}",
    "order number": lambda look: f"RC-{look * 977}",
    "first name and name": lambda look: f"Iris Nom{look * 10 + 8}",
    "beginning of an order number": lambda _look: "RC-9",
}


def figures() -> Iterator[Figure]:
    """Search by each identifier, and the queue."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scale.db'}")
        migrations.upgrade(database)
        actor = _company(database)
        for name in SEARCHES:
            yield at_most(f"search by {name}, p95", _p95(database, partial(_search, actor, SEARCHES[name])), "ms", 60)
        yield at_most(
            "the queue of open cases, 50 lines, p95",
            _p95(database, lambda s, _n: boards.open_cases(s, actor)),
            "ms",
            120,
        )
        database.dispose()


def _search(actor: Actor, typed: Callable[[int], str], session: Session, look: int) -> None:
    for one in finding.find(session, actor, typed(look)):
        _ = one.order and one.order.customer


def _p95(database: Database, look: Callable[[Session, int], object]) -> float:
    took = []
    for number in range(LOOKS):
        start = time.perf_counter()
        with database.reading() as session:
            look(session, number)
        took.append(time.perf_counter() - start)
    return round(1000 * sorted(took)[int(LOOKS * 0.95)], 1)


def _company(database: Database) -> Actor:
    with database.unit() as session:
        brand = Brand.create(session, "scale", "Scale", CalendarRow.create(session, "scale", "Scale"))
        for first in range(0, CUSTOMERS, STEP):
            _customers(session, brand.id, range(first, first + STEP))
        for first in range(0, CASES, STEP):
            session.execute(insert(Case), [_case(brand.id, number) for number in range(first, first + STEP)])
    return Actor(kind="agent", name="Bench", roles=frozenset({Role.AGENT}), brand_id=brand.id, person_id=1)


def _customers(session: Session, brand_id: int, numbers: range) -> None:
    common = {"brand_id": brand_id, "created_at": NOW}
    session.execute(insert(Customer), [
        {**common, "id": n + 1, "public_id": new_public_id(), "first_name": NAMES[n % 10], "name": f"Nom{n % FAMILIES}",
         "folded_first_name": fold(NAMES[n % 10]), "folded_name": fold(f"Nom{n % FAMILIES}")} for n in numbers
    ])  # fmt: skip
    session.execute(insert(Identifier), [
        {**common, "customer_id": n + 1, "kind": kind, "source": "", "value": value}
        for n in numbers for kind, value in (("mail", f"c{n}@example.test"), ("phone", f"+336{n:08d}"))
    ])  # fmt: skip
    session.execute(insert(Order), [
        {"id": n + 1, "public_id": new_public_id(), "brand_id": brand_id, "customer_id": n + 1, "source": "shop",
         "number": f"RC-{n}", "folded_number": f"RC-{n}", "seen_at": NOW} for n in numbers
    ])  # fmt: skip


def _case(brand_id: int, number: int) -> dict[str, object]:
    state = "closed" if number % 10 else ("open", "waiting", "with_people")[number % 3]
    whose = number % CUSTOMERS + 1
    return {
        "public_id": new_public_id(), "reference": new_reference(), "brand_id": brand_id, "customer_id": whose,
        "order_id": whose, "reason": "delivery.late", "language": "fr", "state": state,
        "opened_at": NOW - timedelta(minutes=number), "closed_at": NOW if state == "closed" else None,
    }  # fmt: skip
