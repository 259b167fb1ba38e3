"""The story that faults are planted in: a check comes due, an act is done, the customer is told, a task is made.

`Story.play` lets one thing happen at one point, has other robots see it through, and asks the checker of the storm.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from structlog.testing import capture_logs

from base.clock import ClockOffset, business_now, move
from base.database import Database
from base.errors import ArianeError
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import OPEN, FollowUp
from cases.tasks import Task
from cases.timeline import TimelineEntry
from processes.facts import FactReader
from processes.own_facts import OWN_FACTS
from processes.rows import WalkEventRow, WalkRow
from processes.walks import Walks
from robots.dispatching import Kind, Ticket
from robots.hands import Hands
from robots.keeping import Keeper
from robots.mail import message_id_of
from robots.rounds import Robots
from tests.company import Company, open_company
from tests.faults.points import Killed, Points
from tests.faults.proxy import Proxy
from tests.storm.checker import Evidence, SeenEffect, check
from tests.walking import FOLLOW_UP, begin, tiny

Fault = Literal["kill", "freeze", "hour back", "day ahead", "cut", "no room"]
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
LATE = ("follow_up.lost", "follow_up.overtaken", "effect.lost")
"""What a robot says that came back and was not let in."""
SENDER = "test@example.test"
TASK = """- task: look_at_it
  for: delivery_team
  due: 1 business day
  text: {fr: "Suivre la commande {{ order_number }}.", en: "Watch order {{ order_number }}."}
"""
STORY = FOLLOW_UP.replace("- close: done", TASK + "- close: done")


class OneHand(Hands):
    """Works at once, in the caller's thread."""

    def give(self, tickets: list[Ticket]) -> None:
        """Do it."""
        for ticket in tickets:
            self._work(ticket)

    def wait_until_idle(self, seconds: float | None = None) -> bool:
        """It is."""
        return True


class NoKeeper(Keeper):
    """Renews nothing: time is ours."""

    def hold(self, kind: Kind, id: int, token: int) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class Played:
    """How a story ended."""

    passed: tuple[str, ...]
    """Points that the robot came to."""
    faults: list[str]
    late: int
    """Writers that came back too late and were not let in."""


@dataclass
class Story:
    """A company in which the story is told again and again, each time of another case."""

    company: Company
    told: int = 0
    line: Proxy | None = None
    """Between the robots and the database."""
    no_room: Callable[[], None] | None = None
    """Fills the disk for a while."""

    def play(self, fault: Fault | None = None, at: int | None = None, *, inside: bool = False) -> Played:
        """Let it happen at one point of the next case's story, and see it through.

        `inside`: points in the middle of a transaction are counted, else those between them.
        """
        company, number = self.company, f"RC-{2000 + self.told}"
        self.told += 1
        company.parcel("6A1", number)
        case = company.case(number)
        begin(company.walks, company.agent, case.id, needs={"order_number": number})
        company.services.facts["shop.order", number]["status"] = "delivered"  # type: ignore[index]
        _comes_due(company, case)
        points = Points(inside=inside, at=at, happens=self._happening(fault))
        far = self._at_the_end_of_the_line()
        robots = newcomers(far)
        with points.watching(far), capture_logs() as told, suppress(Killed, SQLAlchemyError, ArianeError):
            robots.tick()
        if self.line is not None:
            far.database.dispose()
            self.line.mend()
        _comes_to_rest(company, case)
        late = sum(entry["event"] in LATE for entry in told)
        return Played(tuple(points.passed), check(_evidence(company, case, number)), late)

    def _at_the_end_of_the_line(self) -> Company:
        if self.line is None:
            return self.company
        near = self.company.database.url
        far = near.set(host="127.0.0.1", port=self.line.port, query={})
        return replace(self.company, database=Database(far.render_as_string(hide_password=False)))

    def _happening(self, fault: Fault | None) -> Callable[[str], None]:
        if fault == "cut" and self.line is not None:
            line = self.line
            return lambda _: line.cut()
        if fault == "no room" and self.no_room is not None:
            fill = self.no_room
            return lambda _: fill()
        return _happening(self.company, fault)


def open_story(database: Database) -> Story:
    """The company, with nothing told yet."""
    return Story(open_company(database, [tiny(STORY)]))


def newcomers(company: Company) -> Robots:
    """Robots of another process."""
    database, services = company.database, company.services
    walks = Walks(database, FactReader(database, services, OWN_FACTS), secret="s" * 40)
    porter = replace(
        company.porter, database=database, walks=walks, keeper=NoKeeper(database), random=Random(1)
    )  # fmt: skip
    robots = Robots(database, walks, porter, threads=1, random=Random(1), name="newcomer")
    robots.hands = OneHand(1, robots.perform)
    return robots


def leases_end(database: Database) -> None:
    """Everybody who holds a row has been silent for too long."""
    with database.unit() as session:
        for row in (FollowUp, Effect):
            held = update(row).where(row.lease_until.is_not(None))
            session.execute(held.values(lease_until=LONG_AGO))


def _happening(company: Company, fault: Fault | None) -> Callable[[str], None]:
    def kill(point: str) -> None:
        raise Killed(point)

    def freeze(_: str) -> None:
        # It sleeps so long that others do all its work, and goes on as if nothing had been.
        leases_end(company.database)
        for _round in range(3):
            newcomers(company).tick()
            _pass(company, timedelta(minutes=20))

    if fault is None:
        return lambda _: None
    others: dict[Fault, Callable[[str], None]] = {
        "kill": kill,
        "freeze": freeze,
        "hour back": lambda _: _jump(company, timedelta(hours=-1)),
        "day ahead": lambda _: _jump(company, timedelta(days=1)),
    }
    return others[fault]


def _pass(company: Company, by: timedelta) -> None:
    with company.database.unit() as session:
        move(session, by)


def _jump(company: Company, by: timedelta) -> None:
    """The database's clock is set: what `move` never does."""
    with company.database.unit() as session:
        session.get_one(ClockOffset, 1).microseconds += by // timedelta(microseconds=1)


def _comes_due(company: Company, case: Case) -> None:
    with company.database.unit() as session:
        due = session.scalars(select(FollowUp.due_at).where(FollowUp.case_id == case.id)).one()
        move(session, due - business_now(session) + timedelta(minutes=1))


def _comes_to_rest(company: Company, case: Case) -> None:
    """Robots of other processes come, until nothing of the case is open any more."""
    for _ in range(12):
        with company.database.reading() as session:
            checks = session.scalars(select(FollowUp.id).where(FollowUp.case_id == case.id, FollowUp.state.in_(OPEN)))
            effects = select(Effect.id).where(Effect.case_id == case.id, Effect.state.in_(("pending", "sending")))
            if not checks.all() and not session.scalars(effects).all():
                return
        _pass(company, timedelta(hours=1))
        leases_end(company.database)
        newcomers(company).tick()


def _evidence(company: Company, case: Case, order: str) -> Evidence:
    mails = Counter(message_id_of(letter.key, SENDER) for letter in company.mailbox.letters)
    with company.database.reading() as session:
        walk = session.scalars(select(WalkRow.id).where(WalkRow.case_id == case.id)).one()
        in_doubt = set(session.scalars(select(Task.effect_id).where(Task.effect_id.is_not(None))))
        followed = session.scalars(select(Task.id).where(Task.step == "look_at_it", Task.case_id == case.id)).all()
        turns = select(WalkEventRow.number).where(WalkEventRow.kind == "woken", WalkEventRow.walk_id == walk)
        done = select(TimelineEntry.id).where(TimelineEntry.kind == "follow_up.done", TimelineEntry.case_id == case.id)
        woken, told = session.scalars(turns).all(), session.scalars(done).all()
        checks = session.scalars(select(FollowUp.state).where(FollowUp.case_id == case.id)).all()
        effects = [
            SeenEffect(
                key=row.key, kind=row.kind, state=row.state, order=order, message_id=message_id_of(row.key, SENDER),
                has_task=row.id in in_doubt,
            )
            for row in session.scalars(select(Effect).where(Effect.case_id == case.id))
        ]  # fmt: skip
    assert len(followed) == 1, f"the task of the story is made once: {checks}, {effects}"
    ours = {effect.message_id for effect in effects}
    return Evidence(
        orders=[order], checks=[(order, state) for state in checks], woken={order: len(woken)},
        told={order: len(told)}, effects=effects, requests={},
        shipped={key: order for _, asked, key in company.services.acts if asked["order"] == order},
        mails={mail: count for mail, count in mails.items() if mail in ours},
    )  # fmt: skip
