"""Where a case may stand beside a question: the robot, people, an act nobody knows about, its end."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.tasks import Task
from processes.connectors.readings import ActAnswer
from tests.company import DOWN, Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import begin, hidden
from tests.webui.console.test_console import answer, step_of


@pytest.fixture
def waiting(agent: FlaskClient, case: Case) -> Case:
    """Claire wants it sent again; the robot looks tomorrow at 18:00."""
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    return case


def post(agent: FlaskClient, case: Case, verb: str, **form: str) -> tuple[int, str]:
    """Post the form of the page that goes to `verb`; status and the page that came."""
    page = agent.get(f"/console/cases/{case.public_id}").text
    reply = agent.post(
        f"/console/cases/{case.public_id}/{verb}", data={**hidden(page, verb), **form}, follow_redirects=True
    )
    return reply.status_code, reply.text


def check_of(company: Company, case: Case) -> FollowUp:
    with company.database.reading() as session:
        latest = select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.id.desc()).limit(1)
        return session.scalars(latest).one()


def test_the_page_says_what_the_robot_does_and_when(agent: FlaskClient, waiting: Case) -> None:
    page = agent.get(f"/console/cases/{waiting.public_id}").text
    assert "The robot looks tomorrow 18:00" in page
    assert "tracking" in page
    assert "Nous regardons de nouveau" in page, "the words for the customer before he hangs up"


def test_a_promise_is_told_in_the_words_that_were_said(agent: FlaskClient, waiting: Case) -> None:
    page = agent.get(f"/console/cases/{waiting.public_id}").text
    assert "Promised to the customer by" in page
    assert "fr : " not in page and "en : " not in page, "languages are no answers of a form"


def test_the_robot_comes_another_day(agent: FlaskClient, company: Company, waiting: Case) -> None:
    status, page = post(agent, waiting, "check/postpone", on="2031-03-07", at="11:30")
    assert status == 200
    assert "Fri 7 Mar 11:30" in page
    assert check_of(company, waiting).due_at.isoformat() == "2031-03-07T10:30:00+00:00"


@pytest.mark.parametrize("day", ["2031-03-02", "2040-01-01", "tomorrow", ""])
def test_a_day_that_is_none_is_refused(agent: FlaskClient, company: Company, waiting: Case, day: str) -> None:
    before = check_of(company, waiting).due_at
    status, page = post(agent, waiting, "check/postpone", on=day)
    assert status == 422
    assert "Please choose a day from today on" in page
    assert check_of(company, waiting).due_at == before


def test_a_check_taken_back_leaves_no_silent_case(agent: FlaskClient, company: Company, waiting: Case) -> None:
    _, page = post(agent, waiting, "check/cancel")
    assert "Nobody looks at this case any more" in page
    assert check_of(company, waiting).state == "cancelled"
    _, page = post(agent, waiting, "check/postpone", on="2031-03-05")
    assert "The robot looks Wed 5 Mar 09:00" in page
    assert check_of(company, waiting).state == "waiting"


def test_a_robot_that_gave_up_is_sent_again(agent: FlaskClient, company: Company, waiting: Case) -> None:
    with company.database.unit() as session:
        row = session.get_one(FollowUp, check_of(company, waiting).id)
        row.state, row.last_error, row.attempts = "parked", "KeyError: 'x'", 5
    page = agent.get(f"/console/cases/{waiting.public_id}").text
    assert "The robot gave up: your turn" in page
    post(agent, waiting, "check/again")
    assert check_of(company, waiting).state == "waiting"


def test_looking_now_brings_the_walk_on(agent: FlaskClient, company: Company, waiting: Case) -> None:
    company.track("6A1", status="delivered", delivered_at=company.now, last_event_at=company.now)
    company.later(minutes=6)
    post(agent, waiting, "look")
    assert step_of(company, waiting) != "next_day"


def test_an_agent_takes_over_a_question_that_the_robot_mailed(agent: FlaskClient, company: Company, case: Case) -> None:
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    company.track("6A1", status="delivered", delivered_at=company.now, last_event_at=company.now)
    company.later(days=1, hours=9)
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "The customer has this question by mail." in page
    status, _ = answer(agent, case, "yes")
    assert status == 200


def test_people_bring_it_back_to_a_section(agent: FlaskClient, company: Company) -> None:
    company.services.facts["shop.order", "RC-1002"] = DOWN
    case = company.case("RC-1002", "paul@example.test")
    begin(company, case, "RC-1002")
    for _ in range(2):
        company.later(hours=12)
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "With people: Delivery team" in page
    assert "Tracking does not answer" in page
    company.parcel("6A9", "RC-1002")
    company.later(minutes=11)
    form = {**hidden(page, "bring-back"), "section": "diagnose"}
    address = f"/console/cases/{case.public_id}/bring-back"
    page = agent.post(address, data=form, follow_redirects=True).text
    assert "With people: Delivery team" not in page
    assert step_of(company, case) == "still_missing"
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "open"
    assert agent.post(address, data=form).status_code == 409


def test_an_act_nobody_knows_about_is_settled_with_the_evidence(
    agent: FlaskClient, company: Company, waiting: Case
) -> None:
    company.services.results["shop.reship"] = ActAnswer(state="unknown", safety="blind", reason="time")
    company.later(days=1, hours=9)
    page = agent.get(f"/console/cases/{waiting.public_id}").text
    assert "Was this done:" in page
    assert "Evidence" in page
    assert "RC-1001" in page
    with company.database.reading() as session:
        effect = session.scalars(select(Effect).where(Effect.operation == "shop.reship")).one()
        found = session.scalars(select(Task).where(Task.effect_id == effect.id)).one()
    assert effect.state == "unknown"
    assert "Evidence" in agent.get(f"/console/tasks/{found.public_id}").text
    status, page = post(agent, waiting, "settle", happened="yes", note="Vu dans la boutique")
    assert status == 200
    assert "Was this done:" not in page
    with company.database.reading() as session:
        assert session.get_one(Effect, effect.id).state == "done"
    late = {"effect": effect.public_id, "happened": "no", "csrf_token": hidden(page, "note")["csrf_token"]}
    assert agent.post(f"/console/cases/{waiting.public_id}/settle", data=late).status_code == 409


def test_closed_by_hand_and_opened_again(agent: FlaskClient, company: Company, waiting: Case) -> None:
    form = hidden(agent.get(f"/console/cases/{waiting.public_id}/closing").text, "close")
    address = f"/console/cases/{waiting.public_id}/close"
    assert agent.post(address, data={**form, "outcome": "", "solved": "yes"}).status_code == 422
    ended = {**form, "outcome": "given_up", "solved": "no", "words": "N’appelle plus"}
    page = agent.post(address, data=ended, follow_redirects=True).text
    assert "given up" in page
    assert "N’appelle plus" in page
    assert check_of(company, waiting).state == "cancelled"
    company.later(days=2)
    assert company.services.acts == []
    _, page = post(agent, waiting, "reopen")
    with company.database.reading() as session:
        assert session.get_one(Case, waiting.id).state == "open"


def test_a_fact_is_read_anew_without_moving_the_walk(agent: FlaskClient, company: Company, case: Case) -> None:
    page = agent.get(f"/console/cases/{case.public_id}").text
    address = re.search(r'hx-get="(/console/cases/[^"]+/facts/[^"]+)"[^>]*hx-target="#fact', page)
    assert address
    company.track("6A1", status="delivered")
    for each in set(re.findall(r'hx-get="(/console/cases/[^"]+/facts/[^"]+)"', page)):
        part = agent.get(each, headers={"HX-Request-Type": "partial"})
        assert part.status_code == 200
        assert part.text.count("<section") == 1
    assert step_of(company, case) == "still_missing"
    assert agent.get(f"/console/cases/{case.public_id}/facts/{'0' * 32}").status_code == 404


def test_the_thread_tells_what_was_read_in_words(
    agent: FlaskClient, company: Company, waiting: Case, enter: Enter, anne: Person
) -> None:
    company.later(days=1, hours=9)
    page = agent.get(f"/console/cases/{waiting.public_id}").text
    assert "(in transit)" in page
    assert "(in_transit)" not in page
    assert "{{" not in page
    assert timedelta(hours=9) < company.now - waiting.opened_at
