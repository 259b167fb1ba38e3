"""One view answers with a page, or with its content alone."""

from flask.testing import FlaskClient


def test_a_browser_gets_the_whole_page(client: FlaskClient) -> None:
    assert client.get("/gallery/case").text.startswith("<!doctype html>")


def test_a_part_holds_title_and_content_only(client: FlaskClient) -> None:
    text = client.get("/gallery/case", headers={"HX-Request-Type": "partial"}).text
    assert "<title>Parcel not received · Ariane</title>" in text
    assert "ar-case" in text
    assert "<html" not in text
    assert "ar-top" not in text


def test_back_fetches_the_whole_page(client: FlaskClient) -> None:
    asked = {"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}
    assert client.get("/gallery/case", headers=asked).text.startswith("<!doctype html>")


def test_a_part_of_a_customers_page_bears_the_brand(client: FlaskClient) -> None:
    text = client.get("/gallery/state", headers={"HX-Request-Type": "partial"}).text
    assert "<title>Your order · Rue Colibri</title>" in text
