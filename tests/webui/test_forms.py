"""Forms: a token in each, none accepted without, none from another site."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

SAFE = {"GET", "HEAD", "OPTIONS"}


def test_no_address_that_writes_answers_without_a_token(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        if rule.methods and not rule.methods <= SAFE and not rule.rule.startswith("/api/"):
            address = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
            address = re.sub(r"<[^>]+>", "1", address)
            for method in rule.methods - SAFE:
                assert client.open(address, method=method).status_code == 400, (method, address)


def test_a_form_from_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post("/preferences", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_form_with_its_token_is_accepted(client: FlaskClient) -> None:
    answer = client.post("/preferences", data={"csrf_token": token(client), "theme": "dark", "back": "/sign-in?a=b"})
    assert answer.status_code == 303
    assert answer.location == "/sign-in?a=b"
    assert 'data-bs-theme="dark"' in client.get("/").text


@pytest.mark.parametrize("back", ["https://elsewhere.example/x", "//elsewhere.example", "javascript:alert(1)", ""])
def test_preferences_never_lead_to_another_host(client: FlaskClient, back: str) -> None:
    answer = client.post("/preferences", data={"csrf_token": token(client), "back": back})
    assert answer.location.startswith("/")
    assert not answer.location.startswith("//")


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]
