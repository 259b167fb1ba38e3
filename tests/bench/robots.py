"""Robots with a million checks that wait: what it costs to see that nothing is due, and to take twenty that are."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from ariane import migrations
from base.database import Database
from cases import boards, follow_ups, robot_boards
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
        company = open_company(database, [tiny(WATCH)])
        fill(company)
        yield at_most("claim of 20 with 1,000,000 waiting, p95", _p95(lambda turn: _claim(database, turn)), "ms", 10)
        yield at_most("look for lanes with something due, p95", _p95(lambda turn: _look(database)), "ms", 10)
        listed, spent = _own(company)
        yield at_most("a case's rendezvous listed, p95", listed, "ms", 5)
        yield at_most("a rendezvous planned within the case's transaction, CPU", spent, "ms", 0.6)
        yield at_most("the robots' page: tally, counts and pace, p95", _p95(lambda turn: _page(company), 10), "ms", 500)
        yield at_most("a page of the robots' list, p95", _p95(lambda turn: _list(company), 50), "ms", 120)
        database.dispose()


def fill(company: Company, due: int = DUE) -> None:
    """A million rows that wait, in lanes of their own; so many of them are due."""
    case = company.case()
    values = {"brand": case.brand_id, "case": case.id, "now": company.now, "lanes": LANES, "due": due}
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


def _own(company: Company) -> tuple[float, float]:
    """A case with 60 rendezvous of its own: to list them, and the CPU of planning one."""
    case = company.case("RC-2")

    def plan(session: Session, number: int) -> None:
        follow_ups.plan(
            session, company.robot, company.now, case, walk_id=-number, version_id=1, process="tiny", step="s", visit=1,
            due_at=company.now + timedelta(days=1), lane="lane0",
        )  # fmt: skip

    with company.database.unit() as session:
        for number in range(1, 61):
            plan(session, number)
        start = time.process_time()
        for number in range(61, 261):
            plan(session, number)
        spent = (time.process_time() - start) / 200 * 1000
        session.rollback()
    with company.database.unit() as session:
        for number in range(1, 61):
            plan(session, number)

    def look(_turn: int) -> None:
        with company.database.reading() as session:
            assert len(boards.follow_ups_of_case(session, case.id)) == 60

    return _p95(look), round(spent, 2)


def _page(company: Company) -> None:
    now = company.now
    with company.database.reading() as session:
        robot_boards.tally(session, company.brand.id, now)
        robot_boards.planned(session, company.brand.id, now)
        robot_boards.acts_by_state(session, company.brand.id)
        robot_boards.pace(session, company.brand.id, now, now - timedelta(days=1))


def _list(company: Company) -> None:
    with company.database.reading() as session:
        rows = robot_boards.checks(session, company.brand.id, "planned", company.now, robot_boards.Filter())
        robot_boards.cases_of(session, rows)


def _p95(work: Callable[[int], None], times: int = 200) -> float:
    spent = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        spent.append((time.perf_counter() - start) * 1000)
    return round(sorted(spent)[int(times * 0.95)], 1)
