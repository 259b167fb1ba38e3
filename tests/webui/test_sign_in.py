"""Staff sign in: right and wrong, how often, how long, and out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from base.actors import Actor, Role
from base.database import Database
from base.people import Person
from base.permissions import Permission
from tests.webui.conftest import Enter
from tests.webui.test_forms import token
from webui.accounts import passwords
from webui.accounts.rows import SignIn, end_all, running
from webui.requests import current_actor, permission_required

PASSWORD = "ball of thread"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same kind of hash, without its slowness."""
    cheap = {"type": "ID", "memory_cost": 64, "time_cost": 1, "parallelism": 1}
    for name, value in cheap.items():
        monkeypatch.setitem(passwords.HASHING, name, value)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def anne_with_password(database: Database, anne: Person) -> Person:
    with database.unit() as session:
        session.execute(update(Person).where(Person.id == anne.id).values(password=QUICK.hash(PASSWORD)))
    return anne


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """An application with a page for agents and one for administrators."""

    @permission_required(Permission.CUSTOMER_FIND)
    def desk() -> str:
        return current_actor().name

    @permission_required(Permission.ADMIN)
    def cellar() -> str:
        return "cellar"

    app.add_url_rule("/desk", view_func=desk, methods=["GET", "POST"])
    app.add_url_rule("/cellar", view_func=cellar)
    return app


def test_the_right_password_leads_where_one_wanted(guarded: Flask, anne_with_password: Person) -> None:
    client = guarded.test_client()
    asked = client.get("/desk?lang=en")
    assert asked.location == "/sign-in?next=/desk?lang%3Den"
    answer = sign_in(client, next="/desk")
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert client.get("/desk").text == "Anne"


def test_the_page_speaks_the_persons_language_afterwards(guarded: Flask, anne_with_password: Person) -> None:
    client = guarded.test_client()
    client.get("/?lang=en")
    sign_in(client)
    assert '<html lang="fr"' in client.get("/").text


@pytest.mark.parametrize(
    ("email", "password"),
    [("anne@rue-colibri.example", "wrong"), ("nobody@rue-colibri.example", PASSWORD), ("", ""), ("'; --", "\0")],
)
def test_wrong_is_told_alike_for_known_and_unknown(
    client: FlaskClient, anne_with_password: Person, email: str, password: str
) -> None:
    answer = sign_in(client, email=email, password=password)
    assert answer.status_code == 422
    assert "do not go together" in answer.text


def test_after_five_wrong_tries_the_right_one_is_not_looked_at(client: FlaskClient, anne_with_password: Person) -> None:
    answers = [sign_in(client, password="wrong") for _ in range(5)]
    sixth = sign_in(client)
    assert sixth.status_code == 422
    assert stripped(sixth) == stripped(answers[0])


def test_a_right_try_clears_the_wrong_ones(client: FlaskClient, anne_with_password: Person) -> None:
    for _ in range(3):
        for _ in range(3):
            sign_in(client, password="wrong")
        assert sign_in(client).status_code == 303
        client.post("/sign-out", data={"csrf_token": token_of(client.get("/").text)})


def test_somebody_who_left_cannot_sign_in(client: FlaskClient, database: Database, anne_with_password: Person) -> None:
    with database.unit() as session:
        session.execute(update(Person).values(active=False))
    assert sign_in(client).status_code == 422


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_host(
    client: FlaskClient, anne_with_password: Person, elsewhere: str
) -> None:
    assert sign_in(client, next=elsewhere).location == "/"


def test_what_was_in_the_session_before_is_gone(client: FlaskClient, anne_with_password: Person) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signed_out_is_out(guarded: Flask, anne: Person, enter: Enter) -> None:
    client = enter(guarded.test_client(), anne)
    client.post("/sign-out", data={"csrf_token": token_of(client.get("/").text)})
    assert client.get("/desk").status_code == 302


def test_a_stolen_cookie_ends_with_its_sign_in(guarded: Flask, database: Database, anne: Person, enter: Enter) -> None:
    client = enter(guarded.test_client(), anne)
    assert client.get("/desk").text == "Anne"
    with database.unit() as session:
        now = datetime.now(UTC)
        assert len(running(session, anne.id, now)) == 1
        end_all(session, anne.id, now)
        assert running(session, anne.id, now) == []
    assert client.get("/desk").status_code == 302
    assert client.get("/desk", headers={"HX-Request-Type": "partial"}).status_code == 401


def test_half_an_hour_alone_ends_it(guarded: Flask, anne: Person, enter: Enter) -> None:
    client = enter(guarded.test_client(), anne)
    with client.session_transaction() as session:
        session["seen"] -= 29 * 60
    assert client.get("/desk").status_code == 200
    with client.session_transaction() as session:
        session["seen"] -= 31 * 60
    assert client.get("/desk").status_code == 302


def test_twelve_hours_end_it(guarded: Flask, database: Database, anne: Person, enter: Enter) -> None:
    client = enter(guarded.test_client(), anne)
    with database.unit() as session:
        session.execute(update(SignIn).values(started_at=datetime.now(UTC) - timedelta(hours=12, minutes=1)))
    assert client.get("/desk").status_code == 302


def test_a_changed_role_counts_at_the_next_request(
    guarded: Flask, database: Database, anne: Person, administrator: Actor, enter: Enter, now: datetime
) -> None:
    client = enter(guarded.test_client(), anne)
    assert client.get("/cellar").status_code == 403
    with database.unit() as session:
        person = session.get_one(Person, anne.id)
        person.grant(administrator, now, Role.ADMINISTRATOR)
        person.revoke(administrator, Role.AGENT)
    assert client.get("/cellar").status_code == 200
    with database.unit() as session:
        session.get_one(Person, anne.id).revoke(administrator, Role.ADMINISTRATOR)
    assert client.get("/desk").status_code == 403


def test_a_form_in_hand_is_kept_when_the_sign_in_ends(guarded: Flask, client: FlaskClient) -> None:
    answer = client.post("/desk", data={"csrf_token": token(client)}, headers={"HX-Request-Type": "partial"})
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "sign in in another tab" in answer.text


def test_passwords_are_kept_as_argon2id(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.hash_password("thread")
    assert kept.startswith("$argon2id$")
    assert "thread" not in kept


def test_looking_at_pages_writes_nothing(guarded: Flask, database: Database, anne: Person, enter: Enter) -> None:
    client = enter(guarded.test_client(), anne)
    before = seen(database)
    client.get("/desk")
    assert seen(database) == before


def seen(database: Database) -> list[datetime]:
    with database.reading() as session:
        return list(session.execute(select(SignIn.seen_at)).scalars())


def sign_in(
    client: FlaskClient, *, email: str = "anne@rue-colibri.example", password: str = PASSWORD, next: str = ""
) -> TestResponse:
    form = {"csrf_token": token(client), "email": email, "password": password, "next": next}
    return client.post("/sign-in", data=form)


def token_of(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def stripped(answer: TestResponse) -> str:
    """The page without what differs at each request."""
    return re.sub(r'(nonce|value|data-now)="[^"]*"', "", answer.text)
