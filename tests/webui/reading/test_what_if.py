"""What if, in the studio: the last cases on the draft, with the cases behind each number."""

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import begin_draft
from tests.company import Company
from tests.webui.conftest import Enter, Look

PAGE = "/studio/parcel-not-received/replay"


@pytest.fixture(autouse=True)
def draft(company: Company) -> None:
    """The flagship has a draft, like what is live."""
    with company.database.unit() as session:
        begin_draft(session, company.sofia.actor(), company.now, "parcel-not-received")


def test_numbers_are_shown_with_the_cases_behind_them(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    assert "same end" not in author.get(PAGE).text
    page = author.get(f"{PAGE}?cases=100").text
    assert "same end" in page
    assert "1 cases in" in page
    assert "/console/cases/" in page


def test_too_many_or_nonsense_replays_nothing(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    author = enter(client, sofia)
    for asked in ("10001", "-1", "many"):
        assert "same end" not in author.get(f"{PAGE}?cases={asked}").text


def test_authors_only(client: FlaskClient, enter: Enter, anne: Person) -> None:
    assert enter(client, anne).get(PAGE).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_page_has_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go(f"{PAGE}?cases=100")
    assert eyes.faults() == []
