"""One's own account: browsers listed and signed out, the password changed, and the way back in."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from base.account_links import AccountLink
from base.config import Configuration
from base.database import Database
from base.people import Person
from tests.webui.conftest import Enter
from tests.webui.test_sign_in import PASSWORD, anne_with_password, quick_passwords, sign_in, token_of
from webui.accounts.rows import SignIn, running

__all__ = ["anne_with_password", "quick_passwords"]
NEW = "another ball of thread"


def post(client: FlaskClient, address: str, **form: str):  # type: ignore[no-untyped-def]
    return client.post(address, data={"csrf_token": token_of(client.get("/account/forgotten").text), **form})


def test_a_browser_left_elsewhere_is_signed_out_from_here(
    app: Flask, enter: Enter, anne: Person, sofia: Person, database: Database
) -> None:
    here, there, hers = (enter(app.test_client(), person) for person in (anne, anne, sofia))
    with database.reading() as session:
        newest = running(session, anne.id, datetime.now(UTC))[0].public_id
        foreign = running(session, sofia.id, datetime.now(UTC))[0].public_id
    assert "This browser" in here.get("/account?lang=en").text
    assert post(here, f"/account/sign-ins/{foreign}/end").status_code == 404
    assert post(here, f"/account/sign-ins/{newest}/end").status_code == 303
    assert "/sign-in" in there.get("/account").location
    assert here.get("/account").status_code == hers.get("/account").status_code == 200


def test_a_new_password_ends_every_other_sign_in(app: Flask, anne_with_password: Person) -> None:
    here, there = app.test_client(), app.test_client()
    assert sign_in(here).status_code == sign_in(there).status_code == 303
    assert post(here, "/account/password", present="wrong", password=NEW).status_code == 422
    assert post(here, "/account/password", present=PASSWORD, password="short").status_code == 422
    assert post(here, "/account/password", present=PASSWORD, password=NEW).status_code == 303
    assert here.get("/account").status_code == 200
    assert "/sign-in" in there.get("/account").location
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303


def test_a_lost_password_is_asked_for_alike_by_everybody(
    client: FlaskClient, anne_with_password: Person, database: Database
) -> None:
    known = post(client, "/account/forgotten", email="anne@rue-colibri.example")
    unknown = post(client, "/account/forgotten", email="nobody@rue-colibri.example")
    assert [plain(known.text, "anne"), known.status_code] == [plain(unknown.text, "nobody"), unknown.status_code]
    with database.reading() as session:
        assert [link.purpose for link in session.scalars(select(AccountLink))] == ["reset"]


def test_nobody_floods_a_mailbox(client: FlaskClient, anne: Person, database: Database) -> None:
    for _ in range(6):
        assert post(client, "/account/forgotten", email=anne.email).status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(AccountLink)).all()) == 3


def test_a_link_is_good_for_an_hour_and_for_one_password(
    client: FlaskClient, anne: Person, database: Database, configuration: Configuration
) -> None:
    from base.account_links import token_of as link_token

    post(client, "/account/forgotten", email=anne.email)
    with database.reading() as session:
        link = session.scalars(select(AccountLink)).one()
        assert 0.9 < (link.expires_at - link.created_at).total_seconds() / 3600 <= 1
    token = link_token(configuration.secret_key.get_secret_value(), link.public_id)
    assert client.get("/account/l/" + "x" * 43).status_code == 410
    with database.unit() as session:
        session.execute(update(AccountLink).values(expires_at=link.created_at))
    assert post(client, f"/account/l/{token}", password=NEW).status_code == 410


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "anne@rue-colibri.example", "x" * 201])
def test_what_is_easy_to_guess_is_refused(app: Flask, enter: Enter, anne_with_password: Person, weak: str) -> None:
    here = enter(app.test_client(), anne_with_password)
    reply = post(here, "/account/password", present=PASSWORD, password=weak)
    assert reply.status_code == 422
    assert 'href="#field-password"' in reply.text


def plain(text: str, name: str) -> str:
    return re.sub(r'(nonce|value|data-now)="[^"]*"', "", text).replace(name, "")


def test_the_list_names_browsers(client: FlaskClient, anne_with_password: Person, database: Database) -> None:
    sign_in(client)
    with database.reading() as session:
        assert session.scalars(select(SignIn)).one().address == "127.0.0.1"
