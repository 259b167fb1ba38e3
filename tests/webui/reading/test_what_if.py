"""What if, in the studio: the last cases on the draft, with the cases behind each number."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case
from processes.drafts import begin_draft, save_draft
from processes.rows import WalkRow
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


def test_scenarios_are_suggested_played_and_kept_in_the_draft(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    key = "cancel-order"
    with company.database.unit() as session:
        draft = begin_draft(session, sofia.actor(), company.now, key)
        few = {**draft.document, "scenarios": draft.document["scenarios"][::3]}
        save_draft(session, sofia.actor(), company.now, key, few, draft.revision)
    author = enter(client, sofia)
    before = author.get(f"/studio/{key}/scenarios?of=draft").text
    assert "no scenario" in before
    page = author.get(f"/studio/{key}/scenarios/suggested?of=draft").text
    names = re.findall(r'name="keep" value="([^"]+)"', page)
    assert len(names) > 3
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "of": "draft", "keep": [unescape(name) for name in names]}
    after = author.post(f"/studio/{key}/scenarios/suggested", data=form, follow_redirects=True).text
    assert f"{len(names)} scenarios are in the draft now" in after
    number = len(few["scenarios"]) + len(names)
    assert f"{number} of {number} scenarios play as they should" in after


@pytest.mark.browser
def test_coverage_on_the_tree_has_no_fault(look: Look, sofia: Person) -> None:
    eyes = look(sofia, language="fr", width=1366)
    for address in ("/studio/cancel-order/scenarios", "/studio/cancel-order/scenarios/suggested"):
        eyes.go(address)
        assert eyes.faults() == []


def test_a_past_case_becomes_a_scenario_of_the_draft(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    key = "parcel-not-received"
    with company.database.reading() as session:
        walk = session.scalars(select(WalkRow).where(WalkRow.process == key)).first()
        assert walk is not None
        case = session.get_one(Case, walk.case_id)
    author = enter(client, sofia)
    page = author.get(f"/studio/{key}/scenarios?of=draft").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    for kept in (1, 2):
        form = {"csrf_token": token[1], "case": case.spoken_reference}
        after = author.post(f"/studio/{key}/scenarios/from-case", data=form, follow_redirects=True).text
        assert "is a scenario of the draft now" in after
        assert after.count("Past case of") == kept + 1, "each under its own name, and the notice"
    unknown = author.post(f"/studio/{key}/scenarios/from-case", data={**form, "case": "nothing"})
    assert unknown.status_code == 404
