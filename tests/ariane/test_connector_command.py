"""`ariane connector`: recorded answers read without a network, live ones through an address or an installation."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from pytest_httpserver import HTTPServer

from ariane import migrations
from ariane.cli import group
from base.brands import Brand
from base.calendars import CalendarRow
from base.config import load
from base.database import Database
from base.errors import NotFound
from processes.connectors.installing import NoSuchOperation
from tests.schema import REPOSITORY

PAYLOADS = REPOSITORY / "tests" / "payloads"
BACK_OFFICE = REPOSITORY / "ariane" / "demo" / "connectors" / "ricochet-backoffice.yaml"
LOCKER = """
ariane_connector: 1
definition: lockers
title: {fr: Consignes, en: Lockers}
sign_in: {kind: header, name: X-Key}
operations:
  tracking:
    capability: carrier.tracking
    path: /parcels/{number}
    fields:
      number: id
      carrier: "'lockers'"
      status: {from: state, codes: {IN: ready_for_pickup, OUT: delivered}}
      raw_code: state
      last_event_at: at
      attempts: "`0`"
"""
ANSWER = {"id": "L1", "state": "IN", "at": "2026-11-20T10:00:00Z"}


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """The command sets logs up for its process, which here is everybody's."""
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


@pytest.fixture
def lockers(tmp_path: Path) -> Path:
    """A definition that nobody installed."""
    file = tmp_path / "lockers.yaml"
    file.write_text(LOCKER)
    return file


def run(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(group, ["connector", *words])
    return outcome.exit_code, outcome.stdout


def tried(*words: str) -> tuple[int, dict[str, Any]]:
    code, told = run("try", *words, "--json")
    return code, dict(json.loads(told))


def test_a_recorded_answer_is_read_without_a_network() -> None:
    code, told = tried(
        "laposte.tracking", "number=6A12345678901", "--payload", str(PAYLOADS / "laposte_in_transit.json")
    )
    assert (code, told["state"], told["fields"]["status"]) == (0, "known", "in_transit")
    assert told["fields"]["last_event_at"] == "2026-11-18T05:40:00Z"


def test_the_status_of_a_recorded_answer_counts() -> None:
    code, told = tried(
        "dhl.tracking", "number=X1", "--payload", str(PAYLOADS / "dhl_not_found.json"), "--status", "404"
    )
    assert (code, told["reason"], told["fields"]["status"]) == (0, "not_found", "unknown_parcel")


def test_of_a_batch_everything_is_told_when_nothing_was_asked_for() -> None:
    batch = ("--payload", str(PAYLOADS / "laposte_batch_207.json"), "--status", "207")
    _, told = tried("laposte.tracking", *batch)
    statuses = [one["fields"]["status"] for one in told["each"]]
    assert statuses == ["delivered", "ready_for_pickup", "returned", "unknown_parcel"]
    _, told = tried("laposte.tracking", "number=6A33333333301", *batch)
    assert told["fields"]["attempts"] == 1


def test_an_answer_that_makes_no_sense_ends_in_exit_code_1(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.html"
    garbage.write_bytes(b"<html>")
    code, told = tried("dhl.tracking", "number=X1", "--payload", str(garbage))
    assert (code, told["state"], told["reason"]) == (1, "unknown", "content")


def test_an_act_recorded_is_read_with_its_safety(tmp_path: Path) -> None:
    answer = tmp_path / "refusal.json"
    answer.write_text(json.dumps({"error": {"code": "ALREADY_RESHIPPED", "message": "…"}}))
    code, told = tried(
        "ricochet-backoffice.reship", "order=RC-1", "parcel=P", "--definition", str(BACK_OFFICE),
        "--payload", str(answer), "--status", "409",
    )  # fmt: skip
    assert (code, told["state"], told["reason"], told["safety"]) == (1, "failed", "already_done", "keyed")


def test_a_definition_that_is_not_installed_is_tried_live(
    lockers: Path, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/parcels/L1", headers={"X-Key": "k-1"}).respond_with_json(ANSWER)
    secret = tmp_path / "secret"
    secret.write_text("key=k-1\n")
    live = ("--base-url", httpserver.url_for("/"), "--network", "127.0.0.1/32", "--secret-file", str(secret))
    code, told = tried("lockers.tracking", "carrier=lockers", "number=L1", "--definition", str(lockers), *live)
    assert (code, told["http"], told["fields"]["status"]) == (0, 200, "ready_for_pickup")


def test_this_machine_is_refused_unless_it_is_listed(lockers: Path, httpserver: HTTPServer) -> None:
    outcome = CliRunner().invoke(
        group, ["connector", "try", "lockers.tracking", "number=L1", "--definition", str(lockers),
                "--base-url", httpserver.url_for("/")],
    )  # fmt: skip
    assert outcome.exit_code != 0
    assert not httpserver.log


def test_an_act_is_never_done_for_a_try_without_its_key() -> None:
    asked = ("ricochet-backoffice.reship", "order=RC-1", "parcel=P", "--definition", str(BACK_OFFICE))
    assert run("try", *asked, "--base-url", "https://shop.example")[0] == 2


@pytest.mark.parametrize("words", [("laposte.tracking", "number"), ("laposte.tracking", "=x")])
def test_an_input_that_is_no_pair_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert run("try", *words)[0] == 2


def test_a_file_alone_is_connected_to_nothing(lockers: Path) -> None:
    assert run("try", "lockers.tracking", "number=L1", "--definition", str(lockers))[0] == 2


def test_a_table_is_drawn_for_people() -> None:
    code, told = run("try", "laposte.tracking", "--payload", str(PAYLOADS / "laposte_in_transit.json"))
    assert code == 0 and "in_transit" in told


def test_every_fault_of_a_definition_is_told(tmp_path: Path, lockers: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(LOCKER.replace("IN: ready_for_pickup", "IN: there").replace("      number: id\n", ""))
    code, told = run("check", str(lockers), str(bad), "--json")
    faults = json.loads(told)
    assert (code, faults[str(lockers)], len(faults[str(bad)])) == (1, [], 2)


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An installation with a brand and no connector."""
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path / "var"))
    monkeypatch.delenv("ARIANE_DATABASE_URL", raising=False)
    database = load().open_database()
    migrations.upgrade(database)
    with database.unit() as session:
        Brand.create(session, "house", "House", CalendarRow.create(session, "house", "House"))
    return database


def test_a_service_is_added_by_a_file_and_two_commands(
    installation: Database, lockers: Path, httpserver: HTTPServer, tmp_path: Path
) -> None:
    httpserver.expect_request("/parcels/L1", headers={"X-Key": "planted-secret"}).respond_with_json(ANSWER)
    secret = tmp_path / "secret"
    secret.write_text("planted-secret")
    assert run("install", str(lockers))[0] == 0
    connect = ("--base-url", httpserver.url_for("/"), "--network", "127.0.0.1/32", "--secret-file", str(secret))
    code, told = run("connect", "lockers", *connect, "--route", "carrier.tracking=tracking@Lockers Ltd")
    assert code == 0 and "planted-secret" not in told

    code, told_by_route = tried("carrier.tracking", "carrier=lockers-ltd", "number=L1")
    assert (code, told_by_route["fields"]["status"]) == (0, "ready_for_pickup")
    assert tried("lockers.tracking", "number=L1", "carrier=x")[1]["state"] == "known"
    assert b"planted-secret" not in (tmp_path / "var" / "ariane.db").read_bytes()


def test_an_operation_that_a_route_needs_cannot_be_taken_away(
    installation: Database, lockers: Path, tmp_path: Path
) -> None:
    run("install", str(lockers))
    route = ("--route", "carrier.tracking=tracking@lockers")
    assert run("connect", "lockers", "--base-url", "https://lockers.example", *route)[0] == 0
    lockers.write_text(LOCKER.replace("  tracking:", "  parcel:"))
    outcome = CliRunner().invoke(group, ["connector", "install", str(lockers)])
    assert isinstance(outcome.exception, NoSuchOperation)


def test_a_route_to_an_operation_that_answers_something_else_is_refused(installation: Database, lockers: Path) -> None:
    run("install", str(lockers))
    outcome = CliRunner().invoke(
        group, ["connector", "connect", "lockers", "--base-url", "https://lockers.example",
                "--route", "shop.order=tracking"],
    )  # fmt: skip
    assert isinstance(outcome.exception, NoSuchOperation)


def test_an_installation_without_a_brand_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path / "var"))
    migrations.upgrade(load().open_database())
    outcome = CliRunner().invoke(group, ["connector", "try", "dhl.tracking", "number=1"])
    assert isinstance(outcome.exception, NotFound)
