"""Headers of every answer: one strict policy, a nonce of its own, nothing kept by shared computers."""

import re

import pytest
from flask import request
from flask.testing import FlaskClient

from base.config import Configuration
from base.database import Database
from webui.app import create_app

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


@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_an_address_is_forwarded_by_a_declared_proxy_only(
    configuration: Configuration, database: Database, proxies: int, believed: str
) -> None:
    app = create_app(configuration.model_copy(update={"trusted_proxies": proxies}), database)
    app.add_url_rule("/whoami", view_func=lambda: request.remote_addr or "")
    assert app.test_client().get("/whoami", headers={"X-Forwarded-For": "203.0.113.9"}).text == believed


def test_over_https_the_cookie_is_bound_to_the_host(configuration: Configuration, database: Database) -> None:
    app = create_app(configuration.model_copy(update={"base_url": "https://help.example.com"}), database)
    answer = app.test_client().get("/sign-in", base_url="https://help.example.com")
    assert answer.headers["Set-Cookie"].startswith("__Host-ariane=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers
