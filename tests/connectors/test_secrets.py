"""A planted secret is found nowhere but in the request it is for."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from base import logs
from base.actors import Actor
from base.database import Base, Database
from processes.connectors.requesting import Request
from processes.connectors.rows import Connection, DefinitionRow, StoredSecret
from processes.connectors.secret_store import Secrets
from tests.connectors import traps
from tests.connectors.services import KEY, SECRET, connect
from tests.connectors.traps import answering, trap

PLANTED = "planted-secret"
ASKED = {"carrier": "Acme", "number": "customer-number-4711"}


@pytest.mark.parametrize("behaviour", [answering(b'{"number": "1", "state": "go"}'), traps.cut_at_once, traps.not_http])
def test_a_secret_is_in_no_dump_log_or_reading(
    database: Database, administrator: Actor, now: datetime, behaviour: traps.Behaviour
) -> None:
    told = io.StringIO()
    logs.set_up("DEBUG", "json", told)
    with trap(behaviour) as server:
        ariane = connect(database, administrator, now, server.port)
        reading = ariane.read("carrier.tracking", ASKED, brand_id=administrator.brand_id)
        assert PLANTED.encode() in server.requests[0]
    lines = [json.loads(line) for line in told.getvalue().splitlines() if line.startswith("{")]
    [call] = [line for line in lines if line["event"] == "connector_call"]
    assert set(call) == {"event", "room", "level", "timestamp", "operation", "status", "milliseconds", "bytes", "kind"}
    assert PLANTED not in told.getvalue() and "4711" not in told.getvalue()
    assert PLANTED not in repr(reading)
    assert PLANTED not in _dump(database)


def _dump(database: Database) -> str:
    with database.reading() as session:
        tables = [table for name, table in Base.metadata.tables.items() if name.startswith("connector_")]
        rows = [str(row) for table in tables for row in session.execute(select(table))]
    assert len(rows) > 3
    return "\n".join(rows)


def test_rows_that_are_exported_hold_no_secret(database: Database, administrator: Actor, now: datetime) -> None:
    connect(database, administrator, now, 1)
    with database.reading() as session:
        [connection], [definition] = session.scalars(select(Connection)), session.scalars(select(DefinitionRow))
        [stored] = session.scalars(select(StoredSecret))
    for row in (connection, definition, stored):
        assert PLANTED not in str(vars(row))


def test_all_secrets_open_after_the_keys_were_rotated(database: Database, administrator: Actor, now: datetime) -> None:
    connect(database, administrator, now, 1)
    new = SecretStr(Fernet.generate_key().decode())
    with database.unit() as session:
        assert Secrets([new, KEY], environment={}).rotate(session) == 1
    with database.reading() as session:
        [stored] = session.scalars(select(StoredSecret))
    assert Secrets([new], environment={}).open(stored.name, stored.sealed) == SECRET
    assert Secrets([KEY], environment={}).open(stored.name, stored.sealed) is None


def test_the_environment_and_a_folder_of_files_give_secrets_too(tmp_path: Path) -> None:
    (tmp_path / "connector_secret_1_dhl").write_text("from-a-file\n")
    secrets = Secrets([KEY], environment={"CONNECTOR_SECRET_1_UPS": '{"client_id": "a"}'}, folder=tmp_path)
    assert secrets.open("1.ups", None) == {"client_id": "a"}
    assert secrets.open("1.dhl", None) == {"": "from-a-file"}
    assert secrets.open("1.other", None) is None
    assert "from" not in repr(secrets) and KEY.get_secret_value() not in repr(secrets)


def test_a_request_shows_nothing_of_itself() -> None:
    assert repr(Request(method="GET", target="/?key=planted-secret", headers={"A": PLANTED})) == "<Request GET>"
