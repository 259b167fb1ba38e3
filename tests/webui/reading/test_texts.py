"""The table of all texts: changed in place on the draft, out to translators and back, printed."""

import io
import re

import pytest
from flask.testing import FlaskClient

from base.people import Person
from processes.drafts import draft_of
from tests.company import Company
from tests.webui.conftest import Enter, Look

PAGE = "/studio/cancel-order/texts"


@pytest.fixture
def author(client: FlaskClient, enter: Enter, sofia: Person) -> FlaskClient:
    """Sofia, signed in."""
    return enter(client, sofia)


def token(author: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', author.get(PAGE).text)
    assert found is not None
    return found[1]


def bring(author: FlaskClient, file: bytes, name: str = "texts.csv") -> str:
    form = {"csrf_token": token(author), "file": (io.BytesIO(file), name)}
    return author.post(f"{PAGE}/import", data=form, content_type="multipart/form-data").text


def test_every_sentence_stands_with_its_conditions_in_both_languages(author: FlaskClient) -> None:
    page = author.get(PAGE).text
    assert "asking_warehouse/text" in page
    assert "order.status = delivered" in page
    assert "Nous demandons à l’entrepôt" in page and "We are asking the warehouse" in page


def test_a_sentence_is_changed_in_place_on_the_draft_and_the_other_language_is_marked(
    author: FlaskClient, company: Company
) -> None:
    english = author.get(f"{PAGE}?edit=asking_warehouse/text").text
    assert "text_fr" in english
    form = {"csrf_token": token(author), "id": "asking_warehouse/text", "text_fr": "On appelle l’entrepôt."}
    page = author.post(PAGE, data=form, follow_redirects=True).text
    assert "Kept in the draft" in page
    assert "to translate again" in author.get(f"{PAGE}?show=stale").text
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "cancel-order") is not None


def test_words_that_are_no_sound_text_change_nothing(author: FlaskClient, company: Company) -> None:
    form = {"csrf_token": token(author), "id": "asking_warehouse/text", "text_fr": "{% if order"}
    answer = author.post(PAGE, data=form, follow_redirects=True)
    assert "Nothing was changed" in answer.text
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "cancel-order") is None


@pytest.mark.parametrize("form", ["csv", "xliff12", "xliff20"])
def test_a_file_goes_out_is_looked_at_and_taken_whole(author: FlaskClient, form: str) -> None:
    file = author.get(f"{PAGE}.{form}")
    assert "attachment" in file.headers["Content-Disposition"]
    assert "The file changes nothing" in bring(author, file.data)
    changed = file.data.replace(b"We are asking the warehouse", b"We ask the warehouse")
    page = bring(author, changed)
    assert "One sentence would change" in page
    really = {"csrf_token": token(author), "really": "yes", "kept": changed.decode("utf-8-sig")}
    assert "1 sentences changed" in author.post(f"{PAGE}/import", data=really, follow_redirects=True).text


def test_a_wrong_file_says_where_and_imports_nothing(author: FlaskClient, company: Company) -> None:
    file = author.get(f"{PAGE}.csv").data.decode("utf-8-sig")
    wrong = file.replace("We are asking", "{% if").replace("asking_warehouse/text", "asking_warehouse/txt", 1)
    page = bring(author, wrong.encode())
    assert re.search(r"Line \d+: There is no sentence", page)
    with company.database.reading() as session:
        assert draft_of(session, company.brand.id, "cancel-order") is None


def test_an_unknown_form_is_not_found(author: FlaskClient) -> None:
    assert author.get(f"{PAGE}.pdf").status_code == 404


def test_the_book_holds_what_customers_read(author: FlaskClient) -> None:
    page = author.get("/studio/cancel-order/book").text
    assert "C’est annulé" in page and "It is cancelled" in page


@pytest.mark.browser
@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1366), ("en", "dark", 390)])
def test_the_pages_have_no_fault(look: Look, sofia: Person, language: str, theme: str, width: int) -> None:
    eyes = look(sofia, language=language, theme=theme, width=width)
    for address in (PAGE, f"{PAGE}?edit=asking_warehouse/text", "/studio/cancel-order/book"):
        eyes.go(address)
        assert eyes.faults() == [], address
