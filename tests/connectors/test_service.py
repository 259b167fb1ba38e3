"""Facts and acts by capability: routes, breaker, budget, cache and unknown codes, shared through either database."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from base.actors import Actor
from base.clock import move
from base.database import Database, InsideWriteUnit
from base.errors import Forbidden
from base.money import Money
from processes.connectors.definitions import BadDefinition
from processes.connectors.installing import (
    BadConnection,
    DefinitionInUse,
    NoSuchOperation,
    install_connection,
    install_definition,
)
from processes.connectors.rows import CallCount, ConnectorHealth, UnknownCode
from processes.connectors.service import Connectors
from processes.walk.values import UNKNOWN
from tests.connectors import traps
from tests.connectors.services import HERE, KEY, ROUTES, SHOP, connect, connectors
from tests.connectors.traps import Behaviour, Trap, answering

GO = answering(b'{"number": "7", "state": "go"}')
GARBAGE = answering(b"<html>")
NEW_CODE = answering(b'{"number": "7", "state": "teleported"}')
ASKED = {"carrier": "ACME ", "number": "7"}


class Service:
    """Acme's server, whose behaviour a test may change, and Ariane's view of it."""

    def __init__(self, database: Database, actor: Actor, now: datetime) -> None:
        self.behaviour: Behaviour = GO
        self.server = Trap(lambda connection, request: self.behaviour(connection, request), None)
        self.database, self.actor, self.now = database, actor, now
        self.brand_id = actor.brand_id
        self.ariane = connect(database, actor, now, self.server.port)

    def set_up(self, **more: Any) -> None:
        self.ariane = connect(self.database, self.actor, self.now, self.server.port, **more)

    def read(self, by: Connectors | None = None, **more: Any) -> Any:
        inputs = {**ASKED, **more.pop("inputs", {})}
        return (by or self.ariane).read("carrier.tracking", inputs, brand_id=self.brand_id, **more)

    def act(self, capability: str = "shop.cancel_order", **more: Any) -> Any:
        inputs = {"order": "1001", "parcel": "7", "amount": Money(100, "EUR")}
        return self.ariane.act(capability, inputs, key="walk:act:1", brand_id=self.brand_id, **more)

    @property
    def calls(self) -> int:
        return len(self.server.requests)

    def health(self) -> ConnectorHealth | None:
        with self.database.reading() as session:
            return session.scalars(select(ConnectorHealth)).one_or_none()

    def let_rest_pass(self) -> None:
        with self.database.unit() as session:
            session.execute(update(ConnectorHealth).values(open_until=ConnectorHealth.last_failed_at))
        self.ariane.refresh()


@pytest.fixture
def service(database: Database, administrator: Actor, now: datetime) -> Iterator[Service]:
    made = Service(database, administrator, now)
    yield made
    made.server.close()


# Routes


def test_a_carrier_is_answered_by_its_route_whatever_it_is_called(service: Service) -> None:
    reading = service.read()
    assert (reading.state, reading.value["status"], reading.operation) == ("known", "in_transit", "acme.tracking")
    assert service.read(inputs={"carrier": "acme"}).state == "known"


def test_a_carrier_nobody_serves_reads_unknown(service: Service) -> None:
    reading = service.read(inputs={"carrier": "Pigeon Post"})
    assert (reading.state, reading.reason, service.calls) == ("unknown", "unserved", 0)
    assert service.read(inputs={"carrier": UNKNOWN}).reason == "input"


def test_an_operation_can_be_named_itself(service: Service) -> None:
    assert service.ariane.read("acme.tracking", ASKED, brand_id=service.brand_id).state == "known"
    assert service.ariane.read("acme.nothing", ASKED, brand_id=service.brand_id).reason == "unserved"


def test_another_brands_connections_are_not_ours(service: Service) -> None:
    assert service.ariane.read("carrier.tracking", ASKED, brand_id=service.brand_id + 1).reason == "unserved"


def test_a_connection_can_be_switched_off(service: Service) -> None:
    service.set_up(enabled=False)
    assert (service.read().reason, service.act().reason, service.calls) == ("switched_off", "switched_off", 0)


def test_a_new_code_in_a_table_serves_at_once(service: Service) -> None:
    service.behaviour = NEW_CODE
    assert service.read().value["status"] is UNKNOWN
    with service.database.unit() as session:
        text = SHOP.replace("{go: in_transit,", "{go: in_transit, teleported: lost,")
        install_definition(session, service.actor, service.now, text)
    service.ariane.refresh()
    assert service.read().value["status"] == "lost"


def test_it_refuses_to_run_inside_a_write_transaction(service: Service) -> None:
    with service.database.unit(), pytest.raises(InsideWriteUnit):
        service.read()
    with service.database.unit(), pytest.raises(InsideWriteUnit):
        service.act()


# Unknown codes


def test_a_code_nobody_mapped_is_kept_and_counted(service: Service) -> None:
    service.behaviour = NEW_CODE
    for _ in range(3):
        reading = service.read()
        assert (reading.state, reading.value["status"], reading.reason) == ("known", UNKNOWN, "unmapped")
        assert dict(reading.raw_codes) == {"status": "teleported"}
    with service.database.reading() as session:
        [row] = session.scalars(select(UnknownCode))
    assert (row.operation, row.field, row.code, row.seen) == ("acme.tracking", "status", "teleported", 3)


# Breaker


def test_a_service_that_fails_five_times_is_left_alone_by_all(service: Service) -> None:
    service.behaviour = GARBAGE
    other = connectors(service.database)
    assert [service.read().reason for _ in range(5)] == ["content"] * 5
    assert (service.read().reason, service.read(other).reason) == ("circuit_open", "circuit_open")
    assert service.calls == 5
    resting = service.ariane.resting()
    assert list(resting) == [service.ariane.lane("carrier.tracking", ASKED, service.brand_id)]


def test_one_probe_finds_out_whether_it_is_back(service: Service) -> None:
    service.behaviour = GARBAGE
    for _ in range(5):
        service.read()
    service.let_rest_pass()
    other = connectors(service.database)
    assert service.ariane._breaker.may_call(1) == "probe"
    assert service.read(other).reason == "circuit_open", "somebody else is probing already"
    with service.database.unit() as session:
        session.execute(update(ConnectorHealth).values(probe_until=None))
    service.behaviour = GO
    assert service.read().state == "known"
    health = service.health()
    assert health is not None and (health.failures, health.open_until) == (0, None)
    assert service.read(connectors(service.database)).state == "known"


def test_a_probe_that_fails_closes_it_again(service: Service) -> None:
    service.behaviour = GARBAGE
    for _ in range(5):
        service.read()
    service.let_rest_pass()
    assert [service.read().reason for _ in range(3)] == ["content", "circuit_open", "circuit_open"]


def test_a_healthy_service_writes_no_row(service: Service) -> None:
    for _ in range(3):
        service.read()
    assert service.health() is None
    service.behaviour = answering(b'{"error": "none"}', status=b"404 Not Found")
    assert service.read().value["status"] == "unknown_parcel"
    assert service.health() is None, "not found is an answer"


def test_the_first_success_after_a_failure_is_written(service: Service) -> None:
    service.behaviour = GARBAGE
    service.read()
    service.behaviour = GO
    service.read()
    health = service.health()
    assert health is not None and (health.failures, health.last_reason) == (0, "content")


@pytest.mark.parametrize("status", [b"401 No", b"403 No"])
def test_a_refused_sign_in_opens_at_once(service: Service, status: bytes) -> None:
    service.behaviour = answering(b"", status=status)
    assert [service.read().reason, service.read().reason] == ["status", "circuit_open"]


def test_patience_asked_for_closes_the_lane(service: Service) -> None:
    service.behaviour = answering(b"", b"Retry-After: 3600", status=b"429 Slow")
    assert service.read().http == 429
    answer = service.act()
    assert (answer.state, answer.reason) == ("retry", "circuit_open")
    assert timedelta(minutes=59) < answer.retry_after <= timedelta(hours=1)


def test_a_service_that_is_slow_is_unknown_within_three_seconds(service: Service) -> None:
    service.behaviour = traps.dripping_headers
    began = time.monotonic()
    reading = service.read()
    assert (reading.state, reading.reason) == ("unknown", "time")
    assert time.monotonic() - began < 3.5


# Budget and rate


def test_a_budget_is_shared_by_all(service: Service) -> None:
    service.set_up(calls_per_day=4)
    other = connectors(service.database)
    readings = [service.read(by) for by in (service.ariane, other) * 3]
    assert sorted(str(reading.reason) for reading in readings) == ["None"] * 4 + ["budget"] * 2
    assert service.calls == 4
    answer = service.act()
    assert (answer.state, answer.reason) == ("retry", "budget")


def test_a_big_budget_is_taken_in_shares(service: Service) -> None:
    service.set_up(calls_per_day=1_000)
    for _ in range(5):
        service.read()
    with service.database.reading() as session:
        assert session.scalars(select(CallCount.used)).one() == 20


def test_a_call_waits_for_its_second(service: Service) -> None:
    service.set_up(calls_per_second=1)
    began = time.monotonic()
    assert [service.read().state for _ in range(2)] == ["known", "known"]
    assert time.monotonic() - began < 2.5
    with service.database.reading() as session:
        assert session.scalars(select(CallCount.used)).one() == 1


# Cache


def test_a_kept_reading_serves_whoever_says_how_old_it_may_be(service: Service) -> None:
    service.read()
    kept = service.read(max_age=timedelta(minutes=5))
    assert (kept.state, service.calls) == ("known", 1)
    assert timedelta() < kept.age < timedelta(seconds=30)
    assert service.read().age == timedelta() and service.calls == 2


def test_inputs_and_definitions_tell_readings_apart(service: Service) -> None:
    service.read()
    service.read(inputs={"number": "8"}, max_age=timedelta(minutes=5))
    assert service.calls == 2


def test_what_is_too_old_unknown_or_of_before_an_act_is_not_kept(service: Service) -> None:
    service.read()
    service.read(max_age=timedelta())
    assert service.calls == 2
    service.behaviour = answering(b'{"id": "C1"}')
    assert service.act().state == "done"
    service.behaviour = GARBAGE
    assert service.read(max_age=timedelta(hours=1)).state == "unknown"
    assert service.read(max_age=timedelta(hours=1)).state == "unknown"
    assert service.calls == 5


def test_moving_the_business_clock_makes_kept_readings_old(service: Service) -> None:
    service.read()
    with service.database.unit() as session:
        move(session, timedelta(days=1))
    service.read(max_age=timedelta(minutes=5))
    assert service.calls == 2


# Acts


def test_an_act_is_done_and_its_answer_typed(service: Service) -> None:
    service.behaviour = answering(b'{"id": "R1", "cents": 100, "currency": "EUR"}')
    answer = service.act("shop.refund")
    assert (answer.state, answer.result) == ("done", {"reference": "R1", "amount": Money(100, "EUR")})


def test_an_act_in_doubt_is_looked_up_before_it_is_done_again(service: Service) -> None:
    service.behaviour = traps.cut_at_once
    assert service.act("shop.reship").state == "unknown"
    service.behaviour = answering(b'{"number": "9"}')
    answer = service.act("shop.reship", look_first=True)
    assert (answer.state, answer.result["parcel_number"]) == ("done", "9")
    assert b"GET /api/reshipments/walk%3Aact%3A1" in service.server.requests[-1]


def test_what_is_not_there_is_done_now(service: Service) -> None:
    def behave(connection: Any, request: bytes) -> None:
        found = (
            answering(b"{}", status=b"404 Not Found") if request.startswith(b"GET") else answering(b'{"number": "9"}')
        )
        found(connection, request)

    service.behaviour = behave
    assert service.act("shop.reship", look_first=True).state == "done"
    assert [request.split(b" ")[0] for request in service.server.requests] == [b"GET", b"POST"]


def test_not_there_proves_nothing_before_the_service_had_its_time(service: Service) -> None:
    service.behaviour = answering(b"{}", status=b"404 Not Found")
    early = service.act("shop.reship", look_first=True, since=timedelta(minutes=2))
    assert (early.state, early.reason, early.in_doubt) == ("retry", "settling", False)
    assert early.retry_after == timedelta(minutes=3)
    assert all(request.startswith(b"GET") for request in service.server.requests)
    service.act("shop.reship", look_first=True, since=timedelta(minutes=6))
    assert service.server.requests[-1].startswith(b"POST")


def test_while_it_cannot_be_looked_up_it_stays_in_doubt(service: Service) -> None:
    service.behaviour = answering(b"<html>")
    assert service.act("shop.reship", look_first=True).state == "unknown"
    assert all(request.startswith(b"GET") for request in service.server.requests)


def test_an_act_nobody_serves_waits_for_the_administrator(service: Service) -> None:
    answer = service.act("shop.voucher")
    assert (answer.state, answer.reason) == ("retry", "unserved")


# Installing


def test_only_an_administrator_installs(service: Service, agent: Actor) -> None:
    with service.database.unit() as session, pytest.raises(Forbidden):
        install_definition(session, agent, service.now, SHOP)


def test_installing_again_changes_nothing_else(service: Service) -> None:
    before = service.ariane.lane("carrier.tracking", ASKED, service.brand_id)
    service.set_up()
    assert service.ariane.lane("carrier.tracking", ASKED, service.brand_id) == before
    assert service.read().state == "known"


@pytest.mark.parametrize("url", ["http://example.com", "https://me@example.com", "file:///etc/passwd"])
def test_an_address_no_connector_may_use_is_refused(service: Service, url: str) -> None:
    with service.database.unit() as session, pytest.raises(BadConnection):
        install_connection(session, service.actor, service.now, definition="acme", base_url=url, keys=[KEY])


def test_a_route_must_lead_to_an_answer(service: Service) -> None:
    def connect_with(definition: str, routes: list[tuple[str, str, str | None]]) -> None:
        with service.database.unit() as session:
            install_connection(
                session, service.actor, service.now, definition=definition, base_url="http://127.0.0.1:1",
                networks=HERE, keys=[KEY], routes=routes,
            )  # fmt: skip

    with pytest.raises(NoSuchOperation):
        connect_with("acme", [("carrier.tracking", "refund", None)])
    with pytest.raises(BadDefinition):
        connect_with("nowhere", [])
    connect_with("laposte", [("carrier.tracking", "tracking", "Colissimo")])
    assert len(ROUTES) == 4


def test_a_definition_that_live_processes_need_is_not_replaced_by_less(service: Service) -> None:
    more = SHOP.replace('      attempts: "`0`"\n', '      attempts: "`0`"\n      proof: signed_by\n')
    needed = {"carrier.tracking": ["status", "proof"]}
    with service.database.unit() as session:
        install_definition(session, service.actor, service.now, more, needed=needed)
    with service.database.unit() as session, pytest.raises(DefinitionInUse) as refused:
        install_definition(session, service.actor, service.now, SHOP, needed=needed)
    assert "proof" in refused.value.tell("en")
