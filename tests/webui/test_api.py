"""The API: strict bodies, keys that open their own share and no more, the same walk as everybody's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from base.actors import system_actor
from base.config import Configuration
from base.database import Database
from base.people import Person
from kb.search import publish_entry
from tests.company import MONDAY, Company, open_company
from tests.webui.conftest import EnglishClient
from tests.webui.selfcare.customer import documents
from webui.api.keys import ApiKey, KeyKind, PersonNeeded
from webui.api.openapi import CALLS
from webui.app import create_app
from webui.requests import Workings

START = {"process": "parcel-not-received", "order_number": "RC-1001", "postcode": "37000", "language": "en"}


@dataclass
class Program:
    """Something that calls."""

    client: FlaskClient
    secret: str = ""

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, documents())
    company.parcel("6A1", last_event_days=3)
    return company


@pytest.fixture
def app(configuration: Configuration, company: Company) -> Flask:
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    app = create_app(configuration, company.database, workings)
    app.test_client_class = EnglishClient
    return app


@pytest.fixture
def program(app: Flask, company: Company) -> Callable[..., Program]:
    """`program("assistant")`, `program("agent")`: with a key of its own."""

    def make(kind: KeyKind) -> Program:
        person = company.anne if kind == "agent" else None
        with company.database.unit() as session:
            _, secret = ApiKey.issue(
                session, system_actor(company.brand.id), MONDAY, name="A program", kind=kind,
                person=session.get_one(Person, person.id) if person else None,
            )  # fmt: skip
        return Program(app.test_client(), secret)

    return make


@pytest.fixture
def assistant(program: Callable[..., Program]) -> Program:
    """Speaks with customers."""
    return program("assistant")


def test_an_assistant_walks_the_tree_that_customers_walk(assistant: Program, company: Company) -> None:
    started = assistant.post("/walks", START)
    assert started.status_code == 201
    state = started.json
    assert "It has not come yet?" in state["question"]["text"]
    assert [each["const"] for each in state["question"]["answer_schema"]["oneOf"]] == ["not_come", "got_it"]
    assert any("Your parcel is late" in said["text"] for said in state["said"])
    answered = assistant.post(f"/walks/{state['walk']}/answers", _answer(state, "not_come"))
    assert answered.status_code == 200
    state = assistant.post(f"/walks/{state['walk']}/answers", _answer(answered.json, "reship")).json
    assert state["waiting"]["kind"] == "timing"
    assert state["waiting"]["next_check_at"].startswith("2031-03-04T17:00")
    assert state["question"] is None
    assert state["promises"]
    assert assistant.get(f"/walks/{state['walk']}").json == state
    assert company.services.acts == []


def test_the_open_case_is_taken_up(assistant: Program, program: Callable[..., Program]) -> None:
    first = assistant.post("/walks", START).json
    assistant.post(f"/walks/{first['walk']}/answers", _answer(first, "not_come"))
    again = program("assistant").post("/walks", START)
    assert again.status_code == 200
    assert again.json["walk"] == first["walk"]
    assert again.json["waiting"]["step"] == "remedy"


def test_others_walks_do_not_exist(assistant: Program, program: Callable[..., Program]) -> None:
    state = assistant.post("/walks", START).json
    other, agent = program("assistant"), program("agent")
    for walk in (state["walk"], "0" * 32):
        assert other.get(f"/walks/{walk}").status_code == 404
        assert other.post(f"/walks/{walk}/answers", _answer(state, "not_come")).status_code == 404
        confirmation = {"step": "reship", "visit": 1, "yes": True}
        assert other.post(f"/walks/{walk}/confirmations", confirmation).status_code == 404
    assert agent.get(f"/walks/{state['walk']}").status_code == 200


def test_an_assistant_proves_the_order_and_failures_are_alike(assistant: Program, company: Company) -> None:
    company.services.facts["shop.verify", ""] = {"verified": False}
    wrong = [assistant.post("/walks", START), assistant.post("/walks", {**START, "postcode": None})]
    company.services.facts["shop.verify", ""] = None
    wrong.append(assistant.post("/walks", START))
    assert {answer.status_code for answer in wrong} == {422}
    assert len({answer.data for answer in wrong}) == 1
    company.services.facts["shop.verify", ""] = "down"
    assert assistant.post("/walks", START).status_code == 503


def test_an_agents_tool_needs_no_proof(program: Callable[..., Program], company: Company) -> None:
    agent = program("agent")
    started = agent.post("/walks", {"process": "parcel-not-received", "order_number": "RC-1001", "language": "en"})
    assert started.status_code == 201
    assert all(capability != "shop.verify" for capability, _ in company.services.reads)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer " + "x" * 9000])
def test_without_a_good_key_nothing(app: Flask, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    client = app.test_client()
    for call in CALLS:
        answer = client.open(
            f"/api/v1{call.path.replace('{walk}', '0' * 32)}", method=call.method.upper(), json={}, headers=headers
        )
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_and_a_person_who_left_open_nothing(
    program: Callable[..., Program], company: Company, database: Database
) -> None:
    assistant, agent = program("assistant"), program("agent")
    with database.unit() as session:
        session.get_one(ApiKey, 1).revoke(system_actor(company.brand.id), MONDAY)
        session.get_one(Person, company.anne.id).active = False
    assert assistant.get("/processes").status_code == 401
    assert agent.get("/processes").status_code == 401


def test_a_session_of_staff_is_no_key(app: Flask, company: Company, enter: Any) -> None:
    client = enter(app.test_client(), company.sofia)
    assert client.get("/console").status_code in (200, 302, 308)
    assert client.get("/api/v1/processes").status_code == 401


def test_a_key_of_an_agent_is_somebodys(company: Company, database: Database) -> None:
    with database.unit() as session, pytest.raises(PersonNeeded):
        ApiKey.issue(session, system_actor(company.brand.id), MONDAY, name="Tool", kind="agent")


@pytest.mark.parametrize(
    "body",
    [
        {**START, "role": "admin"},
        {**START, "order_number": 1001},
        {**START, "language": "de"},
        {**START, "order_number": "x" * 201},
        {**START, "order_number": "RC\x001"},
        {**START, "channel": "../../etc"},
        {},
        [],
        "start",
        None,
    ],
)
def test_what_is_not_declared_is_refused(assistant: Program, body: Any) -> None:
    answer = assistant.post("/walks", body)
    assert answer.status_code == 422
    assert answer.json["status"] == 422


@pytest.mark.parametrize("visit", ["1", 1.0, True, None])
def test_a_text_is_no_number(assistant: Program, visit: Any) -> None:
    state = assistant.post("/walks", START).json
    body = {**_answer(state, "not_come"), "visit": visit}
    answer = assistant.post(f"/walks/{state['walk']}/answers", body)
    assert answer.status_code == 422
    assert list(answer.json["problems"]) == ["visit"]


def test_a_wrong_answer_is_422_and_a_late_one_409(assistant: Program) -> None:
    state = assistant.post("/walks", START).json
    path = f"/walks/{state['walk']}/answers"
    refused = assistant.post(path, _answer(state, "nonsense"))
    assert refused.status_code == 422
    assert "still_missing" in refused.json["problems"]
    assert assistant.post(path, _answer(state, "not_come")).status_code == 200
    assert assistant.post(path, _answer(state, "not_come")).status_code == 409


def test_processes_say_what_they_need(assistant: Program) -> None:
    listed = {each["key"]: each for each in assistant.get("/processes").json["processes"]}
    assert {"parcel-not-received", "late-delivery"} <= set(listed)
    needs = listed["parcel-not-received"]["needs"]
    assert needs["required"] == ["order_number"]
    assert needs["properties"]["order_number"]["type"] == "string"


def test_a_process_not_for_assistants_is_none(assistant: Program) -> None:
    for process in ("delivered-twice", "delivery-dispute", "nowhere"):
        assert assistant.post("/walks", {**START, "process": process}).status_code == 404


def test_search_finds_what_the_caller_may_read(
    assistant: Program, program: Callable[..., Program], company: Company, database: Database
) -> None:
    with database.unit() as session:
        for audience, ref in (("customer", "pickup"), ("agent", "secret")):
            publish_entry(
                session, brand_id=company.brand.id, kind="article", ref=ref, language="en",
                audience=audience, title=f"Fetching a parcel: {ref}", body="Bring an identity card.",
            )  # type: ignore[arg-type]  # fmt: skip
    refs = [hit["ref"] for hit in assistant.get("/search?q=parcels&language=en").json["hits"]]
    assert "pickup" in refs
    assert "secret" not in refs
    both = [hit["ref"] for hit in program("agent").get("/search?q=parcels&language=en&limit=9999999").json["hits"]]
    assert {"pickup", "secret"} <= set(both)
    assert assistant.get("/search").json == {"hits": []}


def test_the_description_is_true(app: Flask, assistant: Program) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    rules = {
        (method.lower(), rule.rule.removeprefix("/api/v1").replace("<walk_id>", "{walk}"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.openapi", "api.docs")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {(method, path) for path, calls in described["paths"].items() for method in calls}
    schemas = described["components"]["schemas"]
    state = assistant.post("/walks", START).json
    assert set(state) == set(schemas["State"]["properties"])
    assert schemas["Start"]["additionalProperties"] is False


def test_the_page_explains_every_call(app: Flask) -> None:
    page = app.test_client().get("/api/v1/docs")
    assert page.status_code == 200
    for call in CALLS:
        assert f"{call.method.upper()} /api/v1{call.path}" in page.text


def _answer(state: dict[str, Any], value: str) -> dict[str, Any]:
    return {"step": state["waiting"]["step"], "visit": state["waiting"]["visit"], "value": value}
