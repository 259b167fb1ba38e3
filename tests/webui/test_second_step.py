"""The second step of signing in: an app on the phone, codes on paper, and roles that need it."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select, update

from base.actors import Actor, Role, system_actor
from base.audit import AuditEntry
from base.config import Configuration
from base.database import Database
from base.people import Person
from tests.webui.conftest import Enter, Look
from tests.webui.test_sign_in import PASSWORD, anne_with_password, quick_passwords, sign_in, token_of
from webui.accounts import factors
from webui.accounts.factors import CodeApp, PaperCode

__all__ = ["anne_with_password", "quick_passwords"]


def post(client: FlaskClient, address: str, **form: str):  # type: ignore[no-untyped-def]
    return client.post(address, data={"csrf_token": token_of(client.get("/account/forgotten").text), **form})


def key_on(page: str) -> str:
    found = re.search(r'<code class="ac-key">([A-Z2-7 ]+)</code>', page)
    assert found, page
    return found[1].replace(" ", "")


def code_now(key: str) -> str:
    return str(TOTP(key=key).generate(time=int(datetime.now(UTC).timestamp())).token)


def time_passes(database: Database) -> None:
    """As if the code that was given had been given long ago."""
    with database.unit() as session:
        session.execute(update(CodeApp).values(counter=0))


def set_up(client: FlaskClient, **form: str) -> tuple[str, list[str]]:
    """The key of the app and the codes on paper."""
    key = key_on(client.get("/account/second-step").text)
    reply = post(client, "/account/second-step", code=code_now(key), **form)
    assert reply.status_code == 200, reply.text
    return key, re.findall(r"^(?:.*>)?(\w{4}-\w{4}-\w{4})\b(?!-)", reply.text, re.MULTILINE)


@pytest.fixture
def armed(app: Flask, enter: Enter, anne_with_password: Person, database: Database) -> tuple[str, list[str]]:
    given = set_up(enter(app.test_client(), anne_with_password), present=PASSWORD)
    time_passes(database)
    return given


def test_a_password_alone_opens_nothing_once_an_app_is_set_up(
    client: FlaskClient, armed: tuple[str, list[str]]
) -> None:
    assert sign_in(client, next="/account").location == "/sign-in/code"
    assert "/sign-in" in client.get("/account").location
    assert post(client, "/sign-in/code", code="000000").status_code == 422
    reply = post(client, "/sign-in/code", code=code_now(armed[0]))
    assert (reply.status_code, reply.location) == (303, "/account")
    assert client.get("/account?lang=en").status_code == 200


def test_a_code_counts_once(app: Flask, armed: tuple[str, list[str]]) -> None:
    first, second = app.test_client(), app.test_client()
    code = code_now(armed[0])
    for client, status in ((first, 303), (second, 422)):
        sign_in(client)
        assert post(client, "/sign-in/code", code=code).status_code == status


def test_a_code_on_paper_lets_in_once_however_it_is_typed(
    app: Flask, armed: tuple[str, list[str]], database: Database
) -> None:
    paper = armed[1][0]
    assert len(set(armed[1])) == factors.PAPER_CODES
    for typed, status in ((f" {paper.upper().replace('-', ' ')} ", 303), (paper, 422)):
        client = app.test_client()
        sign_in(client)
        assert post(client, "/sign-in/code", code=typed).status_code == status
    with database.reading() as session:
        assert paper not in {row.code_hash for row in session.scalars(select(PaperCode))}


def test_the_sixth_code_is_not_evaluated(client: FlaskClient, armed: tuple[str, list[str]]) -> None:
    sign_in(client)
    for _ in range(5):
        post(client, "/sign-in/code", code="000000")
    assert post(client, "/sign-in/code", code=code_now(armed[0])).status_code == 422


def test_the_secret_is_sealed_and_never_shown_again(
    app: Flask,
    enter: Enter,
    anne: Person,
    armed: tuple[str, list[str]],
    database: Database,
    configuration: Configuration,
) -> None:
    with database.reading() as session:
        sealed = session.scalars(select(CodeApp)).one().sealed
    assert armed[0] not in sealed
    assert factors.unseal(configuration.encryption_keys, sealed) == armed[0]
    assert armed[0] not in enter(app.test_client(), anne).get("/account/second-step").text.replace(" ", "")


def test_it_is_taken_off_and_new_codes_are_made_by_a_code_alone(
    app: Flask, enter: Enter, anne: Person, armed: tuple[str, list[str]], database: Database
) -> None:
    client = enter(app.test_client(), anne)
    assert post(client, "/account/second-step/off", code="").status_code == 422
    new = post(client, "/account/second-step/paper", code=armed[1][0])
    assert new.status_code == 200
    assert armed[1][1] not in new.text
    assert post(client, "/account/second-step/off", code=code_now(armed[0])).status_code == 303
    assert sign_in(app.test_client()).location == "/"
    with database.reading() as session:
        told = [entry.what for entry in session.scalars(select(AuditEntry)) if entry.what.startswith("second_step")]
    assert told == ["second_step.set_up", "second_step.taken_off"]


def test_whoever_needs_it_sets_it_up_before_coming_in(
    app: Flask, anne_with_password: Person, database: Database
) -> None:
    with database.unit() as session:
        factors.need(session, system_actor(anne_with_password.brand_id), [Role.AGENT])
    client = app.test_client()
    assert sign_in(client, next="/account").location == "/account/second-step"
    assert "/sign-in" in client.get("/account").location
    key, paper = set_up(client)
    assert len(paper) == factors.PAPER_CODES
    assert client.get("/account").status_code == 200
    time_passes(database)
    assert post(client, "/account/second-step/off", code=code_now(key)).status_code == 409


def test_halfway_in_nobody_puts_another_app_in_place(app: Flask, armed: tuple[str, list[str]]) -> None:
    client = app.test_client()
    sign_in(client)
    assert client.get("/account/second-step?anew=1").location == "/sign-in/code"
    assert post(client, "/account/second-step", code="000000").status_code in (303, 422)


def test_an_app_is_not_set_up_by_whoever_finds_an_open_screen(
    app: Flask, enter: Enter, anne_with_password: Person, database: Database
) -> None:
    client = enter(app.test_client(), anne_with_password)
    key = key_on(client.get("/account/second-step").text)
    assert post(client, "/account/second-step", code=code_now(key), present="wrong").status_code == 422
    with database.reading() as session:
        assert session.scalars(select(CodeApp)).all() == []


def test_a_lost_phone_is_taken_off_by_whoever_manages_people(
    app: Flask, enter: Enter, armed: tuple[str, list[str]], anne: Person, database: Database
) -> None:
    with database.unit() as session:
        ada = Person.create(
            session, system_actor(anne.brand_id), datetime.now(UTC), name="Ada", email="ada@example.test",
            roles=frozenset({Role.ADMINISTRATOR}),
        )  # fmt: skip
    client = enter(app.test_client(), ada)
    assert post(client, f"/admin/people/{anne.public_id}/second-step/off").status_code == 303
    assert sign_in(app.test_client()).location == "/"
    assert post(client, "/admin/signing-in", roles="agent").status_code == 303
    assert sign_in(app.test_client()).location == "/account/second-step"
    assert "Anne" in client.get("/admin/signing-in").text


def test_nobody_takes_off_a_colleagues(database: Database, anne: Person, armed: tuple[str, list[str]]) -> None:
    from base.permissions import NotPermitted

    other = Actor(kind="agent", name="Bob", roles=frozenset({Role.AGENT}), brand_id=anne.brand_id, person_id=9999)
    with database.unit() as session, pytest.raises(NotPermitted):
        factors.take_off(session, other, anne)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [390, 1366])
def test_its_pages_can_be_read_by_everybody(look: Look, anne_with_password: Person, language: str, width: int) -> None:
    eyes = look(anne_with_password, language=language, width=width)
    page = eyes.go("/account/second-step")
    assert eyes.faults() == []
    page.fill("#field-code", code_now(page.locator(".ac-key").inner_text().replace(" ", "")))
    page.fill("#field-present", PASSWORD)
    page.click("form.ac-set-up button.ar-btn-primary")
    page.wait_for_selector("#codes")
    assert eyes.faults() == []
    eyes.go("/account/second-step")
    assert eyes.faults() == []
