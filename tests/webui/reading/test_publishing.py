"""Publishing from the studio: the sheet, what it touches, agreement, bringing back, waiting cases, who may."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.actors import Role
from base.people import Person
from processes.drafts import begin_draft, save_draft
from processes.governing import set_rule
from processes.proposals import proposals_of
from processes.rows import WalkRow
from processes.versions import live_version
from tests.company import Company
from tests.webui.conftest import Enter, Look
from tests.webui.reading.test_compare import change_the_draft

SHEET = "/studio/cancel-order/publish"


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def live(company: Company, key: str = "cancel-order") -> int:
    with company.database.reading() as session:
        return live_version(session, company.brand.id, key).number


@pytest.fixture
def author(client: FlaskClient, enter: Enter, sofia: Person, company: Company) -> FlaskClient:
    """Sofia, signed in, with a draft that differs."""
    change_the_draft(company)
    return enter(client, sofia)


def send(author: FlaskClient, path: str = SHEET, page: str = SHEET, **form: object) -> str:
    answer = author.post(
        path, data={"csrf_token": token(author.get(page).text), "after": 1, **form}, follow_redirects=True
    )
    return answer.text


def test_the_sheet_says_what_stands_in_the_way_and_what_is_touched(author: FlaskClient) -> None:
    page = author.get(SHEET).text
    assert "no error" in page
    assert "all 23 play as they should" in page
    assert "new words in en, and the old ones in fr" in page
    assert "change-of-mind" in page, "it is called there"


def test_a_note_is_asked_for_and_then_it_is_live(author: FlaskClient, company: Company) -> None:
    assert "Say in a few words" in send(author, note=" ")
    assert live(company) == 1
    assert "Version 2 is live" in send(author, note="L’entrepôt est appelé")
    assert live(company) == 2


def test_who_comes_second_is_told(author: FlaskClient, company: Company) -> None:
    send(author, note="first")
    change_the_draft(company, title={"fr": "Annuler", "en": "Cancel"})
    assert "was published in the meantime" in send(author, note="second", after=1)


def test_errors_block_and_are_listed_with_their_step(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    with company.database.unit() as session:
        draft = begin_draft(session, sofia.actor(), company.now, "cancel-order")
        body = {**draft.document, "outcomes": {"cancelled": "solved"}}
        save_draft(session, sofia.actor(), company.now, "cancel-order", body, draft.revision)
    author = enter(client, sofia)
    page = author.get(SHEET).text
    assert "errors keep it from being published" in page
    assert "disabled" in page
    assert "This process has" in send(author, note="all the same")
    assert live(company) == 1


def test_a_second_person_is_asked_where_the_process_wants_one(author: FlaskClient, company: Company) -> None:
    send(author, "/studio/cancel-order/rule", "/studio/cancel-order/versions", needs_approval="yes")
    assert "Handed in" in send(author, note="please look")
    assert live(company) == 1
    with company.database.reading() as session:
        [proposal] = proposals_of(session, company.brand.id, "cancel-order")
    page = send(author, f"/studio/cancel-order/proposals/{proposal.public_id}/agree", "/studio/cancel-order/versions")
    assert "Somebody else has to agree" in page
    send(author, f"/studio/cancel-order/proposals/{proposal.public_id}/withdraw", "/studio/cancel-order/versions")
    assert "took it back" in author.get("/studio/cancel-order/versions").text


def test_it_goes_out_at_its_date(author: FlaskClient, company: Company) -> None:
    tomorrow = (company.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "Handed in" in send(author, note="for tomorrow", publish_at=tomorrow)
    assert "lies ahead" in send(author, note="for yesterday", publish_at="2020-01-01T10:00")
    assert "Give a day" in send(author, note="for when?", publish_at="soon")
    company.later(days=1, hours=1)
    assert live(company) == 2


def test_an_earlier_version_is_back_in_one_click(author: FlaskClient, company: Company) -> None:
    send(author, note="second")
    page = send(author, "/studio/cancel-order/versions/1/restore", "/studio/cancel-order/versions")
    assert "Version 1 is back, as version 3" in page
    assert live(company) == 3


def test_waiting_cases_are_previewed_and_moved(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    change_the_draft_of_the_flagship(company)
    author = enter(client, sofia)
    send(author, "/studio/parcel-not-received/publish", "/studio/parcel-not-received/publish", note="words", reach="")
    assert "can move to version 2" in author.get("/studio/parcel-not-received/waiting").text
    page = send(author, "/studio/parcel-not-received/waiting", "/studio/parcel-not-received/waiting")
    assert "1 cases moved, 0 stay" in page
    with company.database.reading() as session:
        assert session.scalars(select(WalkRow)).one().version.number == 2


def test_other_words_reach_waiting_cases_at_once(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    change_the_draft_of_the_flagship(company)
    page = send(
        enter(client, sofia), "/studio/parcel-not-received/publish", "/studio/parcel-not-received/publish",
        note="words", reach="yes",
    )  # fmt: skip
    assert "1 waiting cases follow it at once" in page


def change_the_draft_of_the_flagship(company: Company) -> None:
    with company.database.unit() as session:
        draft = begin_draft(session, company.sofia.actor(), company.now, "parcel-not-received")
        body = {**draft.document, "title": {"fr": "Mon colis", "en": "My parcel"}}
        save_draft(session, company.sofia.actor(), company.now, "parcel-not-received", body, draft.revision)


def test_agents_read_versions_and_publish_nothing(
    client: FlaskClient, enter: Enter, anne: Person, company: Company
) -> None:
    change_the_draft(company)
    agent = enter(client, anne)
    page = agent.get("/studio/cancel-order/versions").text
    assert "Bring back" not in page
    assert agent.get(SHEET).status_code == 403
    form = {"csrf_token": token(page) if "csrf_token" in page else ""}
    assert agent.post("/studio/cancel-order/versions/1/restore", data=form).status_code in (400, 403)


def test_a_process_left_to_a_team_is_nobody_elses(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    change_the_draft(company)
    with company.database.unit() as session:
        set_rule(session, sofia.actor(), company.now, "cancel-order", needs_approval=False, teams=["carriers_desk"])
        rita = Person.create(
            session, sofia.actor(), company.now, name="Rita", email="rita@example.test", roles=frozenset({Role.AUTHOR})
        )
    assert "Only carriers_desk may change" in send(enter(client, rita), note="mine")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_pages_have_no_fault(
    look: Look, sofia: Person, company: Company, language: str, theme: str, width: int
) -> None:
    change_the_draft(company)
    eyes = look(sofia, language=language, theme=theme, width=width)
    for address in (SHEET, "/studio/cancel-order/versions", "/studio/cancel-order/waiting"):
        eyes.go(address)
        assert eyes.faults() == [], address
