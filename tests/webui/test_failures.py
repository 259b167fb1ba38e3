"""Trouble is told: as a page, as a fragment that leaves the page in place, as JSON; in the reader's language."""

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from base.errors import ArianeError, Conflict, Forbidden, Invalid, NotFound, Unavailable
from base.languages import N_

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


class NoSuchOrder(NotFound):
    sentence = N_("This does not exist, or you may not see it.")


@pytest.fixture
def troubled(app: Flask) -> FlaskClient:
    """An application whose addresses raise."""

    def stumble(kind: str) -> str:
        if kind == "crash":
            raise RuntimeError("the password is 1234")
        if kind.isdigit():
            abort(int(kind))
        raise {"NotFound": NoSuchOrder, "Forbidden": Forbidden, "Conflict": Conflict, "Invalid": Invalid}.get(
            kind, Unavailable
        )()

    app.add_url_rule("/stumble/<kind>", view_func=stumble)
    app.add_url_rule("/api/v1/stumble/<kind>", "api_stumble", view_func=stumble)
    return app.test_client()


STATUSES = {"NotFound": 404, "Forbidden": 403, "Conflict": 409, "Invalid": 422, "Unavailable": 503, "crash": 500}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_is_a_page_in_french(troubled: FlaskClient, kind: str, status: int) -> None:
    answer = troubled.get(f"/stumble/{kind}?lang=fr")
    assert answer.status_code == status
    assert '<html lang="fr"' in answer.text
    assert "Retour à l’accueil" in answer.text


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_of_a_part_leaves_the_page_in_place(troubled: FlaskClient, kind: str, status: int) -> None:
    answer = troubled.get(f"/stumble/{kind}", headers=PARTIAL)
    assert answer.status_code == status
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Push-Url"] == "false"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_of_the_api_is_json(troubled: FlaskClient, kind: str, status: int) -> None:
    answer = troubled.get(f"/api/v1/stumble/{kind}")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_what_crashed_is_not_shown(troubled: FlaskClient) -> None:
    assert "1234" not in troubled.get("/stumble/crash").text


@pytest.mark.parametrize("status", [400, 405, 410, 413, 418, 429, 501])
def test_every_status_has_a_page(troubled: FlaskClient, status: int) -> None:
    answer = troubled.get(f"/stumble/{status}")
    assert answer.status_code == status
    assert "ar-trouble" in answer.text


def test_the_sentence_of_an_error_is_told_as_text(app: Flask, client: FlaskClient) -> None:
    class Echo(ArianeError):
        sentence = "%(words)s"
        status = 422

    def echo() -> str:
        raise Echo(words="<script>alert(1)</script>")

    app.add_url_rule("/echo", view_func=echo)
    assert "<script>alert(1)" not in client.get("/echo").text
