"""The page of find and replace: every place first, then the drafts."""

import re

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import draft_of
from tests.company import Company
from tests.webui.conftest import Enter, Look

WORDS = "Has your parcel still not come?"


def test_places_are_shown_before_and_after_and_replaced_in_the_draft(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    author = enter(client, sofia)
    page = author.get("/studio/find?q=parcel&by=packet").text
    assert "<mark>parcel</mark>" in page and "packet" in page and "others point to it" in page
    token = re.search(r'csrf_token" value="([^"]+)', page)
    places = re.findall(r'name="place" value="(parcel-not-received/[^"]+/en)"', page)
    assert token is not None and len(places) > 3
    after = author.post(
        "/studio/find", data={"csrf_token": token[1], "q": "parcel", "by": "packet", "place": places[:2]},
        follow_redirects=True,
    ).text  # fmt: skip
    assert "Replaced in 2 places of 1 drafts." in after
    with company.database.reading() as session:
        draft = draft_of(session, company.brand.id, "parcel-not-received")
        assert draft is not None and "packet" in str(draft.document)


def test_nothing_chosen_changes_nothing(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    token = re.search(r'csrf_token" value="([^"]+)', author.get("/studio/find?q=parcel&by=packet").text)
    assert token is not None
    answer = author.post("/studio/find", data={"csrf_token": token[1], "q": "parcel", "by": "packet"})
    assert answer.status_code == 422 and "choose at least one place" in answer.text


def test_agents_find_and_replace_nothing(client: FlaskClient, enter: Enter, anne: Person) -> None:
    agent = enter(client, anne)
    page = agent.get("/studio/find?q=parcel&by=packet").text
    assert "<mark>parcel</mark>" in page and 'name="place"' not in page
    assert agent.post("/studio/find", data={"q": "parcel", "by": "packet"}).status_code in (400, 403)


def test_what_is_found_is_shown_as_text(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    page = enter(client, sofia).get("/studio/find?q=%3Cscript%3E&by=%3Cb%3E").text
    assert "<script>&" not in page and "Nothing says this" in page


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go("/studio/find?q=parcel&by=packet")
    assert eyes.faults() == []
