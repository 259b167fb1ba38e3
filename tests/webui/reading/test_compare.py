"""The page that compares two states of a process: words, tree, and a draft that is not finished."""

from copy import deepcopy
from typing import Any

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import begin_draft, save_draft
from tests.company import Company
from tests.webui.conftest import Enter, Look


def change_the_draft(company: Company, key: str = "cancel-order", **top: Any) -> None:
    """Other words for one step and another delay for the next, in the draft."""
    with company.database.unit() as session:
        draft = begin_draft(session, company.sofia.actor(), company.now, key)
        body = deepcopy(draft.document)
        steps = next(each["steps"] for each in body["sections"] if each["section"] == "stop")
        steps[1]["text"]["en"] = "We are calling the warehouse."
        steps[2]["every"] = "1 hour"
        save_draft(session, company.sofia.actor(), company.now, key, {**body, **top}, draft.revision)


def test_the_draft_is_compared_with_the_live_version(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    change_the_draft(company)
    page = enter(client, sofia).get("/studio/cancel-order/compare").text
    assert "<ins>" in page
    assert "“every” is another." in page
    assert "other words" in page
    assert 'id="step-asking_warehouse"' in page


def test_a_process_with_one_version_differs_from_nothing(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    assert "Nothing differs" in enter(client, sofia).get("/studio/cancel-order/compare").text


def test_a_draft_that_is_not_finished_says_so(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    change_the_draft(company, outcomes={})
    answer = enter(client, sofia).get("/studio/cancel-order/compare")
    assert answer.status_code == 422
    assert "not finished" in answer.text


def test_an_unknown_version_is_not_found(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    assert enter(client, sofia).get("/studio/cancel-order/compare?before=9&after=1").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(
    look: Look, sofia: Person, company: Company, language: str, theme: str, width: int
) -> None:
    change_the_draft(company)
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go("/studio/cancel-order/compare")
    assert eyes.faults() == []
