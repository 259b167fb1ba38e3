"""One box over articles and processes; articles are written, shown, published, withdrawn, each by who may."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from base.people import Person
from tests.webui.conftest import Enter


@pytest.fixture
def agent(app: Flask, enter: Enter, anne: Person) -> FlaskClient:
    return enter(app.test_client(), anne)


@pytest.fixture
def author(app: Flask, enter: Enter, ada: Person) -> FlaskClient:
    return enter(app.test_client(), ada)


def words(response: TestResponse) -> str:
    body = response.text[response.text.find("<main") : response.text.find("</main")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def send(client: FlaskClient, address: str, seen_at: str = "/knowledge/new", **values: str) -> TestResponse:
    """Fill in the sheet at `seen_at` and send it."""
    html = client.get(seen_at).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    return client.post(address, data={**hidden, **values}, follow_redirects=True)


def test_one_box_finds_articles_and_processes(agent: FlaskClient) -> None:
    found = agent.get("/knowledge?q=parcel")
    assert "Picking up a parcel" in words(found)
    assert 'href="/studio/parcel-not-received"' in found.text
    assert "<mark>parcel</mark>" in found.text
    assert "Nothing found for “zzz”" in words(agent.get("/knowledge?q=zzz"))


def test_what_is_only_in_another_language_is_found_too(agent: FlaskClient) -> None:
    found = agent.get("/knowledge?q=réclamer")
    assert 'href="/knowledge/articles/claims?written=fr"' in found.text
    assert agent.get("/knowledge/articles/claims").status_code == 200


def test_the_agents_box_finds_people_articles_and_processes(agent: FlaskClient) -> None:
    found = agent.get("/console/search?q=parcel")
    assert "Answers about “parcel”" in words(found)
    assert 'href="/knowledge/articles/pickup?written=en"' in found.text
    assert 'href="/studio/parcel-not-received"' in found.text
    assert "Articles and processes" not in agent.get("/console/search?q=zzz").text


def test_an_article_shows_its_passages_languages_and_where_it_is_quoted(agent: FlaskClient) -> None:
    page = agent.get("/knowledge/articles/pickup?written=fr")
    assert "pièce d’identité" in page.text
    assert 'data-copy="pickup#papers"' in page.text
    assert 'href="/knowledge/articles/pickup?written=en"' in page.text
    assert "Quoted in" in words(page)
    assert 'href="/studio/parcel-not-received"' in page.text
    assert agent.get("/knowledge/articles/nothing").status_code == 404


def test_agents_read_and_do_not_write(agent: FlaskClient) -> None:
    assert "Write an article" not in agent.get("/knowledge").text
    assert agent.get("/knowledge/new").status_code == 403
    assert agent.get("/knowledge/articles/pickup/fr").status_code == 403


def test_nobody_reads_a_draft_until_it_is_published(author: FlaskClient, agent: FlaskClient) -> None:
    kept = send(author, "/knowledge/new", title="Gift wrapping", body="With **ribbon**.", then="keep")
    assert "Draft kept." in kept.text
    assert kept.request.path == "/knowledge/articles/gift-wrapping/en"
    assert agent.get("/knowledge/articles/gift-wrapping").status_code == 404
    assert "Gift wrapping" not in agent.get("/knowledge?q=ribbon").text
    assert author.get("/knowledge/articles/gift-wrapping").status_code == 303
    sheet = "/knowledge/articles/gift-wrapping/en"
    read = send(author, sheet, sheet, title="Gift wrapping", body="With **ribbon**.", then="publish")
    assert "<strong>ribbon</strong>" in read.text
    assert "Gift wrapping" in words(agent.get("/knowledge?q=ribbon"))


def test_a_withdrawn_article_is_found_by_nobody_and_its_text_stays(author: FlaskClient, agent: FlaskClient) -> None:
    sheet = "/knowledge/articles/claims/fr"
    left = send(author, f"{sheet}/withdraw", sheet)
    assert "Joindre la facture." in left.text
    assert agent.get("/knowledge/articles/claims").status_code == 404
    assert "nobody reads it" in words(author.get("/knowledge"))


def test_what_is_wrong_is_said_at_its_field(author: FlaskClient) -> None:
    for field, values in {
        "title": {"title": " ", "body": "x"},
        "key": {"title": "x", "key": "No Key!", "body": "x"},
        "body": {"title": "x", "body": "## A {#same}\n\n## B {#same}"},
    }.items():
        again = send(author, "/knowledge/new", **values)
        assert again.status_code == 422
        assert f'href="#field-{field}"' in again.text
        assert values["body"].split("\n")[0] in unescape(again.text)
    taken = send(author, "/knowledge/new", title="Pickup", key="pickup", body="x")
    assert "already an article" in words(taken)


def test_two_authors_lose_no_word(author: FlaskClient) -> None:
    sheet = "/knowledge/articles/pickup/en"
    stale = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', author.get(sheet).text))
    send(author, sheet, sheet, title="First", body="first", then="keep")
    refused = author.post(sheet, data={**stale, "title": "Second", "body": "second", "then": "keep"})
    assert refused.status_code == 422
    assert "Ada saved this article" in words(refused)
    assert "second" in refused.text


def test_the_preview_is_a_part_with_htmx_and_a_page_without(author: FlaskClient) -> None:
    whole = send(author, "/knowledge/preview", title="T", body="**bold** <script>x</script>")
    assert "<strong>bold</strong>" in whole.text
    assert "<script>x" not in whole.text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', whole.text)[0]
    form = {"csrf_token": token, "body": "## A {#a}\n## B {#a}"}
    part = author.post("/knowledge/preview", data=form, headers={"HX-Request-Type": "partial"})
    assert "<html" not in part.text
    assert "Two headings have the name" in part.text


def test_a_language_that_the_brand_does_not_speak_is_no_article(author: FlaskClient) -> None:
    assert author.get("/knowledge/articles/pickup/xx").status_code == 404
    assert send(author, "/knowledge/articles/pickup/xx", title="x", body="x").status_code == 404


def test_customers_find_answers_and_matters_and_nothing_of_staff(client: FlaskClient) -> None:
    home = client.get("/selfcare/help?lang=fr")
    assert "Retirer un colis" in words(home)
    assert "Réclamer" not in home.text
    found = client.get("/selfcare/help?q=colis")
    assert 'href="/selfcare/help/pickup"' in found.text
    assert 'href="/selfcare?about=parcel-not-received"' in found.text
    assert "pièce d’identité" in client.get("/selfcare/help/pickup").text
    assert client.get("/selfcare/help/claims").status_code == 404
    assert "Réclamer" not in client.get("/selfcare/help?q=réclamer").text


@pytest.mark.parametrize("typed", ["\x00", "%" * 500, "<script>", "'; drop table", "é" * 300, "*"])
def test_whatever_is_typed_is_answered(agent: FlaskClient, typed: str) -> None:
    for address in ("/knowledge", "/selfcare/help"):
        assert agent.get(address, query_string={"q": typed}).status_code == 200
