"""Robots with a million checks that wait: what it costs to see that nothing is due, and to take twenty that are."""

import time
from collections.abc import Callable, Iterator

from sqlalchemy import text

from ariane import migrations
from base.database import Database
from cases import follow_ups
from cases.claims import database_clock
from robots import dispatching
from tests import postgres
from tests.bench.measure import Figure, at_most
from tests.company import Company, open_company
from tests.walking import WATCH, tiny

WAITING, DUE, LANES = 1_000_000, 20_000, 8
_FILL = text(
    "INSERT INTO follow_up (public_id, brand_id, case_id, walk_id, version_id, process, step, visit, lane, state,"
    " due_at, created_at, attempts, token)"
    " SELECT md5(n::text), :brand, :case, n, 1, 'tiny', 's', 1, 'lane' || (n % :lanes), 'waiting',"
    " CAST(:now AS timestamptz) + (CASE WHEN n <= :due THEN -60 ELSE n % 1209600 + 3600 END) * interval '1 second',"
    " :now, 0, 0 FROM generate_series(1, :waiting) n"
)


def figures() -> Iterator[Figure]:
    """On a PostgreSQL of its own."""
    with postgres.server() as server:
        database = Database(server.create("ariane_test_bench"))
        migrations.upgrade(database)
        _fill(open_company(database, [tiny(WATCH)]))
        yield at_most("claim of 20 with 1,000,000 waiting, p95", _p95(lambda turn: _claim(database, turn)), "ms", 10)
        yield at_most("look for lanes with something due, p95", _p95(lambda turn: _look(database)), "ms", 10)
        database.dispose()


def _fill(company: Company) -> None:
    case = company.case()
    values = {"brand": case.brand_id, "case": case.id, "now": company.now, "lanes": LANES, "due": DUE}
    with company.database.unit() as session:
        session.execute(_FILL, {**values, "waiting": WAITING})
    with company.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE follow_up"))


def _claim(database: Database, turn: int) -> None:
    with database.unit() as session:
        assert len(follow_ups.claim(session, f"lane{turn % LANES}", room=20, clock=database_clock(session))) == 20


def _look(database: Database) -> None:
    with database.reading() as session:
        dispatching.look(session, database_clock(session))


def _p95(work: Callable[[int], None], times: int = 200) -> float:
    spent = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        spent.append((time.perf_counter() - start) * 1000)
    return round(sorted(spent)[int(times * 0.95)], 1)
