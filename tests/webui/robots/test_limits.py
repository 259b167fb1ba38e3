"""The page of limits: set and ended with a reason; what is held let go by another person, or from its task."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from cases import effects, limits
from cases.tasks import Task
from tests.company import Company
from tests.walking import answer, begin
from tests.webui.robots.conftest import read, send

LIMITS = "/insight/robots/limits"


def held(company: Company) -> str:
    """An act of Anne's that a cap holds."""
    decided = answer(
        company.walks, company.agent, begin(company.walks, company.agent, company.case().id, "cancel-one"), True
    )
    company.porter.deliver(decided.effect_ids, company.agent, "phone")
    with company.database.reading() as session:
        (effect,) = effects.on_hold(session, company.brand.id)
    return effect.public_id


def test_a_limit_is_set_shown_with_its_use_and_ended(company: Company, sofia: FlaskClient) -> None:
    page = send(sofia, LIMITS, LIMITS, per="all", most="5", amount="150,50", days="1", reason="Pilot week")
    assert "Pilot week" in page
    assert "€150.50" in page
    with company.database.reading() as session:
        (one,) = limits.in_force(session, company.brand.id)
    page = send(sofia, f"{LIMITS}/{one.public_id}/end", LIMITS)
    assert "No limit is set" in page


def test_a_limit_that_says_nothing_is_refused_in_words(company: Company, sofia: FlaskClient) -> None:
    assert "Say a number, an amount, or both" in send(sofia, LIMITS, LIMITS, per="all", reason="x")


def test_what_is_held_is_let_go_with_a_reason(company: Company, sofia: FlaskClient) -> None:
    send(sofia, LIMITS, LIMITS, per="all", most="0", people_too="yes", reason="Pilot")
    row = held(company)
    assert "Please say why" in send(sofia, "/insight/robots/held", LIMITS, row=row, do="let_go", note="")
    page = send(sofia, "/insight/robots/held", LIMITS, row=row, do="let_go", note="Looked at the order")
    assert "Nothing is held" in page
    assert [act for act, _, _ in company.services.acts] == ["shop.cancel_order"]


def test_the_approval_task_lets_it_go_too(company: Company, sofia: FlaskClient) -> None:
    send(sofia, LIMITS, LIMITS, per="all", most="0", people_too="yes", reason="Pilot")
    held(company)
    with company.database.reading() as session:
        task = session.scalars(select(Task).where(Task.purpose == "approval")).one()
    page = f"/console/tasks/{task.public_id}"
    assert "Over a limit" in read(sofia, page)
    send(sofia, f"{page}/decide", page, approved="yes")
    assert [act for act, _, _ in company.services.acts] == ["shop.cancel_order"]
    assert re.search("done", read(sofia, page))


def test_the_breaker_has_its_figures(company: Company, sofia: FlaskClient) -> None:
    page = send(sofia, f"{LIMITS}/breaker", LIMITS, percent="30", least="5", minutes="15")
    assert 'value="30"' in page
