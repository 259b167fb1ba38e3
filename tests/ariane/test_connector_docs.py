"""`docs/connectors.md` tells the truth: its example works as told, and its reference leaves nothing out."""

import json
import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from pydantic import BaseModel

from processes.connectors.definitions import Definition, load
from processes.connectors.documents import DefinitionDocument, FieldMapping, Items, OperationDocument, SignIn
from processes.connectors.documents import WebhookDocument as Webhook
from processes.connectors.expressions import AnswerFunctions
from processes.connectors.reader import interpret
from processes.connectors.readings import Reason
from processes.walk.values import UNKNOWN
from tests.schema import REPOSITORY

PAGE = (REPOSITORY / "docs" / "connectors.md").read_text("utf-8")
KINDS = [get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(SignIn)[0])]


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def relais_vert() -> Definition:
    return load(block("yaml"))


def test_the_tutorials_definition_reads_the_tutorials_answer(relais_vert: Definition) -> None:
    reading = interpret(relais_vert.operations["tracking"], 200, {}, block("json").encode(), {"number": "RV42"})
    assert reading.state == "known"
    assert reading.value == {
        "number": "RV42",
        "carrier": "relais-vert",
        "status": "ready_for_pickup",
        "raw_code": "AT_RELAY",
        "label": "Colis disponible",
        "last_event_at": datetime(2026, 11, 21, 17, 40, tzinfo=UTC),
        "attempts": 1,
        "pickup_address": "Relais des Halles, 3 rue des Halles, 37000, Tours",
    }


def test_the_tutorials_service_may_know_nothing_of_a_parcel(relais_vert: Definition) -> None:
    reading = interpret(relais_vert.operations["tracking"], 200, {}, b'{"parcels": []}', {"number": "RV43"})
    assert (reading.reason, reading.value["status"]) == ("not_found", "unknown_parcel")


def test_a_new_code_of_the_tutorials_service_is_unknown_and_kept(relais_vert: Definition) -> None:
    answer = json.loads(block("json"))
    answer["parcels"][0]["history"][0]["code"] = "DRONE"
    reading = interpret(relais_vert.operations["tracking"], 200, {}, json.dumps(answer).encode(), {"number": "RV42"})
    assert (reading.value["status"], reading.raw_codes["status"]) == (UNKNOWN, "DRONE")


@pytest.mark.parametrize("model", [DefinitionDocument, OperationDocument, FieldMapping, Items, Webhook])
def test_every_key_is_told(model: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert [key for key in sorted(keys) if not re.search(rf"(`|^  |{{|, ){key}\b", PAGE, re.MULTILINE)] == []


def test_every_function_sign_in_and_reason_is_told() -> None:
    own = [name.removeprefix("_func_") for name in vars(AnswerFunctions) if name.startswith("_func_")]
    assert [name for name in own if f"{name}(" not in PAGE] == []
    assert [kind for kind in KINDS if f"kind: {kind}" not in PAGE] == []
    assert [reason for reason in get_args(Reason) if reason not in PAGE] == []
