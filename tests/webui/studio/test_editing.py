"""The editor and the server: saved under a revision, judged, conflicts told, nothing taken that is no document."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from base.people import Person
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.studio.conftest import stored
from webui.studio.editing import key_from

KEY = "cancel-order"


@pytest.fixture
def author(client: FlaskClient, enter: Enter, sofia: Person) -> FlaskClient:
    return enter(client, sofia)


def token(author: FlaskClient) -> str:
    page = author.get(f"/studio/{KEY}/edit").get_data(as_text=True)
    return page.split('name="csrf-token" content="')[1].split('"')[0]


def put(author: FlaskClient, document: Any, revision: str | None, key: str = KEY) -> Any:
    headers = {"X-CSRFToken": token(author), "Accept": "application/json"}
    if revision is not None:
        headers["If-Match"] = revision
    body = document if isinstance(document, str) else json.dumps(document)
    return author.put(f"/studio/{key}/draft", data=body, headers=headers)


def draft(author: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = author.get(f"/studio/{KEY}/draft").get_json()
    return found["document"]  # type: ignore[no-any-return]


def test_the_first_save_begins_the_draft_and_says_what_is_wrong(author: FlaskClient, company: Company) -> None:
    document = draft(author)
    document["sections"][0]["steps"].insert(0, {"go_to": "nowhere"})
    answer = put(author, document, '"0"')
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    told = answer.get_json()
    assert told["faults"][0]["level"] == "error"
    assert {"step", "key", "level", "code", "text"} <= set(told["faults"][0])
    assert stored(company, KEY) == document


def test_an_older_revision_is_a_conflict_with_the_other_document(author: FlaskClient) -> None:
    document = draft(author)
    assert put(author, document, '"0"').status_code == 200
    late = put(author, {**document, "title": {"en": "Late"}}, '"0"')
    assert late.status_code == 409
    assert late.get_json()["document"] == document
    assert late.get_json()["by"] == "Sofia"


def test_a_save_without_revision_or_without_form_is_refused_with_a_sentence(author: FlaskClient) -> None:
    document = draft(author)
    assert put(author, document, None).status_code == 428
    for body in ("{", "[1]", '{"process": "other", "sections": []}', '{"a": 1, "a": 2}', "{" * 300, "null"):
        answer = put(author, body, '"0"')
        assert (answer.status_code, bool(answer.get_json()["detail"])) == (422, True), body


def test_an_unfinished_draft_is_kept_and_told_in_the_words_of_shapes(author: FlaskClient, company: Company) -> None:
    document = draft(author)
    document["sections"][0]["steps"].insert(0, {"say": "hello"})
    told = put(author, document, '"0"').get_json()
    assert told["names"] is None
    assert any(fault["step"] == "hello" for fault in told["faults"])
    assert stored(company, KEY) == document
    assert author.get(f"/studio/{KEY}/edit").status_code == 200


def test_names_come_with_labels_kinds_and_closed_lists(author: FlaskClient) -> None:
    names = {each["path"]: each for each in put(author, draft(author), '"0"').get_json()["names"]}
    assert names["order.status"]["kind"] == "choice"
    assert names["order.status"]["values"]["shipped"] == "shipped"
    assert names["order.total"]["label"].endswith("total")
    assert names["walker"]["values"]["robot"] == "robot"


def test_yaml_goes_out_and_comes_back(author: FlaskClient) -> None:
    document, headers = draft(author), {"X-CSRFToken": token(author), "Accept": "application/json"}
    out = author.post(f"/studio/{KEY}/draft/yaml", json=document, headers=headers).get_json()["yaml"]
    as_yaml = {**headers, "Content-Type": "application/yaml"}
    back = author.post(f"/studio/{KEY}/draft/yaml", data=out, headers=as_yaml)
    assert back.get_json()["document"] == document
    wrong = author.post(f"/studio/{KEY}/draft/yaml", data="a: [", headers=as_yaml)
    assert wrong.status_code == 422


def test_a_draft_is_tried_out_on_a_real_order_with_nothing_done(author: FlaskClient, company: Company) -> None:
    key = "parcel-not-received"
    held = author.get(f"/studio/{key}/draft").get_json()["document"]
    headers = {"X-CSRFToken": token(author), "Accept": "application/json"}
    asked = {"document": held, "walker": "customer", "order": "RC-1001", "moves": []}
    told = author.post(f"/studio/{key}/draft/try", json=asked, headers=headers).get_json()
    assert told["facts"]["order"]["number"] == "RC-1001"
    assert told["entries"]
    assert told["waiting"]["kind"] == "asking"
    assert company.services.acts == []
    broken = author.post(f"/studio/{key}/draft/try", json={**asked, "document": {}}, headers=headers)
    assert broken.status_code == 422
    assert broken.get_json()["detail"].startswith("The draft cannot be tried out yet")


def test_a_new_process_begins_with_one_end_and_a_key_from_its_title(author: FlaskClient, company: Company) -> None:
    form = {"csrf_token": token(author), "title": "Colis abîmé à l’arrivée", "reason": "delivery.damaged"}
    made = author.post("/studio/new", data=form)
    assert made.headers["Location"].endswith("/studio/colis-abime-a-larrivee/edit")
    assert author.get(made.headers["Location"]).status_code == 200
    assert author.post("/studio/new", data=form).status_code == 409
    assert author.post("/studio/new", data={**form, "title": " "}).status_code == 422
    assert "colis-abime" in author.get("/studio").get_data(as_text=True)


@pytest.mark.parametrize(
    ("title", "key"), [("Où est-il ?", "ou-est-il"), ("42 jours", "jours"), ("…", "process"), ("الطلب", "process")]
)
def test_keys_are_made_of_plain_letters(title: str, key: str) -> None:
    assert key_from(title) == key


def test_a_draft_is_thrown_away(author: FlaskClient) -> None:
    put(author, draft(author), '"0"')
    gone = author.post(f"/studio/{KEY}/draft/discard", data={"csrf_token": token(author)})
    assert gone.headers["Location"].endswith(f"/studio/{KEY}")
    assert author.get(f"/studio/{KEY}/draft").headers["ETag"] == '"0"'


def test_agents_do_not_write(client: FlaskClient, enter: Enter, company: Company) -> None:
    assert enter(client, company.anne).get(f"/studio/{KEY}/edit").status_code == 403


@pytest.mark.parametrize("page", ["publish", "replay"])
def test_without_a_draft_publishing_leads_to_the_versions_and_says_why(author: FlaskClient, page: str) -> None:
    answer = author.get(f"/studio/{KEY}/{page}", follow_redirects=True)
    assert answer.request.path == f"/studio/{KEY}/versions"
    assert "there is no draft yet" in answer.get_data(as_text=True)
