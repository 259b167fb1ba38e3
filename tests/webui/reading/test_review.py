"""Joint review: colleagues and invited partners read a process and say what they think, each within his rights."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from base.actors import Role
from base.clock import business_now, move
from base.database import Database
from base.people import Partner, Person
from processes.remarks import invitations, remarks_of
from tests.company import Company
from tests.webui.conftest import Enter, Look

KEY = "parcel-not-received"
PAGE, PARTNERS = f"/studio/{KEY}/review", f"/studio/reviews/{KEY}"


@pytest.fixture
def paula(company: Company, database: Database) -> Person:
    """Works for an outsourcer."""
    with database.unit() as session:
        now = business_now(session)
        partner = Partner(brand_id=company.brand.id, key="atlantic", name="Centre Atlantique", kind="outsourcer")
        session.add(partner)
        session.flush()
        return Person.create(
            session, company.sofia.actor(), now, name="Paula", email="paula@example.test",
            roles=frozenset({Role.PARTNER}), partner_id=partner.id, password_hash=None,
        )  # fmt: skip


def post(client: FlaskClient, page: str, address: str, **data: str) -> str:
    """Send a form of the page; the page it leads to."""
    token = re.search(r'csrf_token" value="([^"]+)', client.get(page).text)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **data}, follow_redirects=True).text


def invite(client: FlaskClient) -> None:
    assert "Centre Atlantique can read and remark for 14 days." in post(
        client, PAGE, f"{PAGE}/invite", partner="atlantic", days="14"
    )


def test_a_remark_stands_with_its_step_until_it_is_dealt_with(
    client: FlaskClient, enter: Enter, sofia: Person, company: Company
) -> None:
    author = enter(client, sofia)
    page = post(author, PAGE, PAGE, step="still_missing", said="Ask <later>?")
    assert "Ask &lt;later&gt;?" in page and "remarks: 1" in page
    assert "1 remark" in author.get("/studio").text
    with company.database.reading() as session:
        [row] = remarks_of(session, company.brand.id, KEY)
    assert "No remark is open" in post(author, PAGE, f"{PAGE}/settle/{row.public_id}")


def test_an_empty_remark_is_refused_and_its_step_kept(client: FlaskClient, enter: Enter, sofia: Person) -> None:
    page = post(enter(client, sofia), PAGE, PAGE, step="still_missing", said="  ")
    assert "Write what you want to say." in page
    assert re.search(r'value="still_missing" selected', page)


def test_agents_remark_and_settle_nothing(client: FlaskClient, enter: Enter, anne: Person) -> None:
    page = post(enter(client, anne), PAGE, PAGE, step="", said="Well written.")
    assert "Well written." in page and "Dealt with" not in page and "Invite" not in page


def test_an_invited_partner_reads_and_remarks_and_nothing_else(
    client: FlaskClient, enter: Enter, sofia: Person, paula: Person, company: Company
) -> None:
    invite(enter(client, sofia))
    partner = enter(client, paula)
    assert "Where is my parcel?" in partner.get("/studio/reviews").text
    page = post(partner, PARTNERS, PARTNERS, step="still_missing", said="Our people say it otherwise.")
    assert "Our people say it otherwise." in page and "Dealt with" not in page
    assert partner.get("/studio/reviews/late-delivery").status_code == 404
    for address in (PAGE, "/studio", f"/studio/{KEY}", f"/studio/{KEY}/edit"):
        assert partner.get(address).status_code == 403
    assert "Our people say it otherwise." in enter(client, sofia).get(PAGE).text


def test_a_partner_who_is_not_invited_finds_nothing(client: FlaskClient, enter: Enter, paula: Person) -> None:
    partner = enter(client, paula)
    assert "You are not invited to any review now." in partner.get("/studio/reviews").text
    assert partner.get(PARTNERS).status_code == 404


def test_an_invitation_ends_by_itself_and_by_hand(
    client: FlaskClient, enter: Enter, sofia: Person, paula: Person, company: Company
) -> None:
    invite(enter(client, sofia))
    with company.database.unit() as session:
        move(session, timedelta(days=15))
    assert enter(client, paula).get(PARTNERS).status_code == 404
    author = enter(client, sofia)
    invite(author)
    with company.database.reading() as session:
        [held] = invitations(session, company.brand.id, KEY, company.now)
    assert "The review has ended." in post(author, PAGE, f"{PAGE}/end/{held.id}")
    assert enter(client, paula).get(PARTNERS).status_code == 404


def test_only_partners_of_the_list_are_invited(client: FlaskClient, enter: Enter, sofia: Person, paula: Person) -> None:
    page = post(enter(client, sofia), PAGE, f"{PAGE}/invite", partner="nobody", days="14")
    assert "Choose a partner of the list" in page


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_pages_have_no_fault(
    look: Look, client: FlaskClient, enter: Enter, sofia: Person, paula: Person, language: str, theme: str, width: int
) -> None:
    author = enter(client, sofia)
    invite(author)
    post(author, PAGE, PAGE, step="still_missing", said="Really?")
    eyes = look(sofia, language=language, theme=theme, width=width)
    eyes.go(PAGE)
    assert eyes.faults() == []
    eyes = look(paula, language=language, theme=theme, width=width)
    eyes.go(PARTNERS)
    assert eyes.faults() == []
