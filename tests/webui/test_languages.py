"""The language of a page: asked for, kept, preferred."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from base.people import Person
from tests.webui.conftest import Enter
from webui import i18n


def test_a_browser_is_answered_in_its_own_language(client: FlaskClient) -> None:
    for wish, spoken in (("fr-CA,fr;q=0.9", "fr"), ("en-GB", "en"), ("de,en;q=0.5", "en"), ("de", "fr")):
        assert f'<html lang="{spoken}"' in client.get("/", headers={"Accept-Language": wish}).text


def test_a_language_asked_for_is_kept(client: FlaskClient) -> None:
    assert '<html lang="fr"' in client.get("/?lang=fr", headers={"Accept-Language": "en"}).text
    assert '<html lang="fr"' in client.get("/", headers={"Accept-Language": "en"}).text


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/?lang=xx", headers={"Accept-Language": "en"}).text


def test_the_other_language_of_a_page_keeps_its_question(client: FlaskClient) -> None:
    assert 'href="/sign-in?next=%2Fgallery%2Fcase&amp;lang=fr"' in client.get("/sign-in?next=/gallery/case").text


def test_a_page_is_whole_in_french(client: FlaskClient, anne: Person, enter: Enter) -> None:
    text = enter(client, anne).get("/gallery/case?lang=fr").text
    for word in ("Fil du dossier", "Conseiller", "Se déconnecter", "Échéance dans", "choisie auparavant"):
        assert word in text


def test_modules_get_their_sentences(client: FlaskClient) -> None:
    first = client.get("/i18n/fr.json")
    again = client.get("/i18n/fr.json", headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200
    assert isinstance(first.json, dict)
    assert again.status_code == 304
    assert client.get("/i18n/xx.json").status_code == 404


@pytest.mark.parametrize(("language", "told"), [("fr", "Copié"), ("en", "Copied")])
def test_a_door_may_choose_the_language(app: Flask, language: str, told: str) -> None:
    with app.test_request_context("/?lang=fr"):
        i18n.speak(language)
        assert i18n.tell("Copied") == told
