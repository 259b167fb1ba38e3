"""Decision tables from a DMN file: shown first, taken into the draft, and nothing of a file that cannot be said."""

import io
import re

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import draft_of
from tests.company import Company
from tests.processes.test_dmn import dmn, table
from tests.webui.conftest import Enter, Look

PAGE = "/studio/late-delivery/dmn"
SOUND = dmn(table(('"late"', "&gt;= 2", '"reship"'), ("-", "-", '"wait"')))


def token(page: str) -> str:
    found = re.search(r'csrf_token" value="([^"]+)', page)
    assert found is not None
    return found[1]


def send(client: FlaskClient, source: bytes) -> tuple[int, str]:
    data = {"csrf_token": token(client.get(PAGE).text), "file": (io.BytesIO(source), "tables.dmn")}
    answer = client.post(PAGE, data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_file_is_shown_and_then_taken_into_the_draft(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    author = enter(client, sofia)
    status, page = send(author, SOUND)
    assert status == 200 and "the first row that fits" in page and "reship" in page
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "late-delivery") is None, "nothing is taken yet"
    section = re.search(r'<option value="([a-z_]+)">', page)
    assert section is not None
    taken = {"csrf_token": token(page), "source": SOUND.decode(), "section": section[1]}
    after = author.post(f"{PAGE}/take", data=taken, follow_redirects=True).text
    assert "Tables taken: 1" in after
    with company.database.reading() as session:
        draft = draft_of(session, company.brand.id, "late-delivery")
        assert draft is not None and "remede_a_proposer" in str(draft.document)


def test_what_cannot_be_said_is_named_and_nothing_is_taken(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    status, page = send(enter(client, sofia), dmn(table(("limit", "-", "1"))))
    assert status == 422 and "rule 1, input 1: “limit” cannot be said here. Nothing was taken." in page


def test_a_file_that_is_no_dmn_says_why(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    status, page = send(enter(client, sofia), b"<definitions>\n")
    assert status == 422 and "line 2, column" in page


def test_agents_take_nothing(client: FlaskClient, enter: Enter, anne: Person) -> None:
    assert enter(client, anne).get(PAGE).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    page = eyes.go(PAGE)
    page.set_input_files("input[type=file]", {"name": "t.dmn", "mimeType": "application/xml", "buffer": SOUND})
    page.locator("form.st-find button").first.click()
    page.locator("select[name=section]").wait_for()
    assert eyes.faults() == []
