"""The command palette, and “this step is wrong”."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case
from processes.remarks import RemarkRow
from tests.company import Company
from tests.webui.conftest import Enter, Look
from tests.webui.console.conftest import hidden


def test_the_palette_finds_cases_orders_people_and_acts(agent: FlaskClient, case: Case) -> None:
    for typed in (case.spoken_reference, "RC-1001", "claire"):
        found = agent.get("/console/palette", query_string={"q": typed}).text
        assert f"/console/cases/{case.public_id}" in found or "/console/orders/" in found or "Claire Martin" in found
    assert "Cases at risk" in agent.get("/console/palette?q=risk").text
    assert "One customer, or two?" not in agent.get("/console/palette").text
    assert "Nothing is called" in agent.get("/console/palette?q=zzzzzz").text


@pytest.mark.browser
def test_ctrl_k_goes_to_a_case_by_keys_alone(look: Look, anne: Person, case: Case) -> None:
    eyes = look(anne)
    page = eyes.page
    page.goto("/console")
    page.keyboard.press("Control+k")
    page.keyboard.type("risk")
    page.wait_for_selector("#palette-found a[href$='/at-risk']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/at-risk")
    page.keyboard.press("Control+k")
    page.keyboard.type(case.spoken_reference)
    page.wait_for_selector(f"#palette-found a[href*='{case.public_id}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/cases/{case.public_id}*")


@pytest.mark.browser
def test_a_case_is_parked_in_two_keys(look: Look, anne: Person, case: Case, company: Company) -> None:
    page = look(anne).page
    page.goto(f"/console/cases/{case.public_id}")
    page.keyboard.press("p")
    page.wait_for_selector("details[data-keys-first][open]")
    page.keyboard.press("2")
    page.wait_for_url("**/console")
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "waiting"


def test_a_step_that_is_wrong_is_told_to_its_author(
    app: Flask, agent: FlaskClient, enter: Enter, sofia: Person, case: Case, company: Company
) -> None:
    page = agent.get(f"/console/cases/{case.public_id}").text
    form = hidden(page, "wrong") | {"words": "La question est posée deux fois."}
    assert agent.post(f"/console/cases/{case.public_id}/wrong", data=form).status_code == 303
    assert agent.post(f"/console/cases/{case.public_id}/wrong", data=form | {"words": ""}).status_code == 422
    assert agent.get("/console/remarks").status_code == 403
    author = enter(app.test_client(), sofia)
    listed = author.get("/console/remarks").text
    assert "La question est posée deux fois." in listed and "Anne" in listed
    with company.database.reading() as session:
        remark = session.scalars(select(RemarkRow)).one()
        assert remark.step
    author.post(f"/console/remarks/{remark.public_id}/settle", data=hidden(listed, "settle"))
    assert "No remark is open" in author.get("/console/remarks").text
