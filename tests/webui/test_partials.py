"""One view answers with a page, or with its content alone."""

from flask.testing import FlaskClient

from tests.webui.test_forms import token


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


def test_after_an_act_a_browser_is_sent_on(client: FlaskClient) -> None:
    answer = client.post("/gallery/answer", data={"csrf_token": token(client)})
    assert (answer.status_code, answer.location) == (303, "/gallery/ending")


def test_after_an_act_a_part_has_the_next_page_and_its_address(client: FlaskClient) -> None:
    answer = client.post("/gallery/answer", data={"csrf_token": token(client)}, headers={"HX-Request-Type": "partial"})
    assert answer.headers["HX-Push-Url"] == "/gallery/ending"
    assert "Send the order again?" in answer.text
    assert "Answer kept." in answer.text
