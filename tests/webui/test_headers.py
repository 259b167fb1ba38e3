"""Headers of every answer: one strict policy, a nonce of its own, nothing kept by shared computers."""

import re

import pytest
from flask.testing import FlaskClient

ADDRESSES = ("/", "/sign-in", "/nothing-here", "/healthz", "/gallery/case", "/gallery/state")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_policy(client: FlaskClient, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]{20,})'", policy)
    assert nonce
    assert policy == (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce[1]}'; style-src 'self' 'nonce-{nonce[1]}'; "
        "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def test_a_nonce_serves_one_answer_only(client: FlaskClient) -> None:
    first, second = (client.get("/").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_inline_scripts_of_a_page_carry_its_nonce(client: FlaskClient) -> None:
    answer = client.get("/")
    nonce = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
    assert nonce
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", answer.text)
    assert inline
    assert all(f'nonce="{nonce[1]}"' in attributes for attributes in inline)


def test_pages_are_not_kept_and_not_framed(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "HX-Request-Type" in headers["Vary"]


def test_the_cookie_is_for_us_alone(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
