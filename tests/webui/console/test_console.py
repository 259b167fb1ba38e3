"""The agent's console without JavaScript: finding, walking, tasks, and everything that comes too late."""

from flask.testing import FlaskClient
from sqlalchemy import select

from base.people import Person
from cases.cases import Case, note
from cases.tasks import Task
from processes.rows import WalkRow
from processes.walk.events import Answered
from processes.walk.turn import Asking
from processes.walks import waiting_of
from tests.company import Company
from tests.webui.conftest import Enter
from tests.webui.console.conftest import hidden
from webui.console.files import NEWEST


def answer(agent: FlaskClient, case: Case, value: str, page: str = "") -> tuple[int, str]:
    """Answer the question on the page; status and the page that came."""
    form = hidden(page or agent.get(f"/console/cases/{case.public_id}").text, "answer")
    reply = agent.post(
        f"/console/cases/{case.public_id}/answer", data={**form, f"answer-{form['step']}": value}, follow_redirects=True
    )
    return reply.status_code, reply.text


def step_of(company: Company, case: Case) -> str:
    """Where the case's walk stands."""
    with company.database.reading() as session:
        return session.scalars(select(WalkRow.step).where(WalkRow.case_id == case.id)).one()


def test_an_order_never_seen_is_looked_up_live(agent: FlaskClient) -> None:
    page = agent.get("/console/search?q=rc-1001", follow_redirects=True)
    assert page.status_code == 200
    assert "RC-1001" in page.text


def test_a_number_that_exists_nowhere_gets_a_kind_answer(agent: FlaskClient) -> None:
    page = agent.get("/console/search?q=ZZ-9", follow_redirects=True)
    assert page.status_code == 200
    assert "ZZ-9" in page.text


def test_an_open_case_of_the_order_comes_first(agent: FlaskClient, case: Case) -> None:
    page = agent.get("/console/search?q=RC-1001", follow_redirects=True).text
    assert f"/console/cases/{case.public_id}" in page


def test_the_case_page_says_what_to_say_and_asks(agent: FlaskClient, case: Case) -> None:
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert "still_missing" in page
    assert "6A1" in page


def test_an_answer_moves_on(agent: FlaskClient, company: Company, case: Case) -> None:
    status, page = answer(agent, case, "not_come")
    assert status == 200
    assert step_of(company, case) == "remedy"
    assert 'value="remedy"' in page


def test_a_stale_page_does_nothing_and_shows_where_the_case_stands(
    agent: FlaskClient, company: Company, case: Case
) -> None:
    old = agent.get(f"/console/cases/{case.public_id}").text
    answer(agent, case, "not_come")
    status, page = answer(agent, case, "got_it", old)
    assert status == 409
    assert 'value="remedy"' in page
    assert step_of(company, case) == "remedy"


def test_an_answer_that_is_none_is_told_at_its_field(agent: FlaskClient, company: Company, case: Case) -> None:
    status, page = answer(agent, case, "perhaps")
    assert status == 422
    assert "Please choose one of the answers." in page
    assert step_of(company, case) == "still_missing"


def test_going_back_finds_the_answer_again(agent: FlaskClient, company: Company, case: Case) -> None:
    answer(agent, case, "not_come")
    page = agent.get(f"/console/cases/{case.public_id}").text
    assert 'value="|still_missing"' in page
    assert 'value="|order_number"' not in page, "it was never asked"
    form = hidden(page, "answer")
    reply = agent.post(
        f"/console/cases/{case.public_id}/back", data={**form, "back": "|still_missing"}, follow_redirects=True
    )
    assert reply.status_code == 200
    assert step_of(company, case) == "still_missing"


def test_the_robot_is_told_to_look_now(agent: FlaskClient, company: Company, case: Case) -> None:
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    assert step_of(company, case) == "next_day"
    form = hidden(agent.get(f"/console/cases/{case.public_id}").text, "look")
    assert agent.post(f"/console/cases/{case.public_id}/look", data=form, follow_redirects=True).status_code == 200
    assert step_of(company, case) == "next_day"


def test_a_note_is_in_the_timeline(agent: FlaskClient, case: Case) -> None:
    form = hidden(agent.get(f"/console/cases/{case.public_id}").text, "note")
    address = f"/console/cases/{case.public_id}/note"
    page = agent.post(address, data={**form, "note": "Rappeler <mardi>"}, follow_redirects=True)
    assert "Rappeler &lt;mardi&gt;" in page.text


def test_the_claim_is_taken_and_done(agent: FlaskClient, company: Company, case: Case) -> None:
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    company.later(days=1, hours=9)
    with company.database.reading() as session:
        task = session.scalars(select(Task).where(Task.step == "claim")).one()
    address = f"/console/tasks/{task.public_id}"
    page = agent.get(address).text
    agent.post(f"{address}/claim", data=hidden(page, "claim"))
    agent.post(f"{address}/done", data=hidden(agent.get(address).text, "done"))
    with company.database.reading() as session:
        assert session.get_one(Task, task.id).state == "done"


def test_a_supervisor_agrees_and_the_act_is_done(
    agent: FlaskClient, client: FlaskClient, enter: Enter, company: Company, case: Case, sofia: Person
) -> None:
    company.services.facts["ariane.past_cases", ""] = {"count": 3}
    company.walks.facts.built_in = {
        **company.walks.facts.built_in,
        "ariane.past_cases": lambda session, asked: {"count": 3},
    }
    answer(agent, case, "not_come")
    answer(agent, case, "reship")
    company.later(days=1, hours=9)
    assert company.services.acts == []
    with company.database.reading() as session:
        task = session.scalars(select(Task).where(Task.purpose == "approval")).one()
    chief = enter(client, sofia)
    address = f"/console/tasks/{task.public_id}"
    form = hidden(chief.get(address).text, "decide")
    chief.post(f"{address}/decide", data={**form, "approved": "yes", "reason": "Client fidèle"})
    assert [act[0] for act in company.services.acts] == ["shop.reship"]


def test_nobody_sees_a_case_without_signing_in(client: FlaskClient, case: Case) -> None:
    assert client.get(f"/console/cases/{case.public_id}").status_code in (302, 303, 401)


def test_what_does_not_exist_is_not_found(agent: FlaskClient) -> None:
    assert agent.get(f"/console/cases/{'0' * 32}").status_code == 404
    assert agent.get(f"/console/tasks/{'0' * 32}").status_code == 404


def test_a_long_thread_shows_its_newest_and_the_rest_on_demand(
    agent: FlaskClient, company: Company, case: Case
) -> None:
    with company.database.unit() as session:
        for number in range(NEWEST + 5):
            note(session, company.agent, company.now, case, f"Remarque {number}.")
    address = f"/console/cases/{case.public_id}"
    page, whole = agent.get(address).text, agent.get(f"{address}/thread").text
    assert f"Remarque {NEWEST + 4}." in page
    assert "Remarque 4." not in page
    assert f'hx-get="{address}/thread"' in page
    assert "Remarque 4." in whole
    part = agent.get(f"{address}/thread", headers={"HX-Request-Type": "partial"}).text
    assert "Remarque 4." in part
    assert "<title>" not in part, "a piece leaves the page its title"


def test_a_turn_leaves_what_a_fresh_loading_finds(company: Company, case: Case) -> None:
    walk = company.walks.standing(company.agent, _walk(company, case))
    question = waiting_of(walk)
    assert isinstance(question, Asking)
    event = Answered(walker="agent", channel="phone", step=question.step, visit=question.visit, value="not_come")
    left = company.walks.carry_on(walk, event, actor=company.agent).standing
    found = company.walks.standing(company.agent, left.row.public_id)
    assert left.walk.to_json() == found.walk.to_json()
    assert (left.row.revision, left.row.step, left.row.waiting) == (
        found.row.revision,
        found.row.step,
        found.row.waiting,
    )
    assert (left.events, sorted(left.readings)) == (found.events, sorted(found.readings))


def _walk(company: Company, case: Case) -> str:
    with company.database.reading() as session:
        return session.scalars(select(WalkRow.public_id).where(WalkRow.case_id == case.id)).one()


def test_from_question_to_question_only_what_changed_comes(agent: FlaskClient, case: Case) -> None:
    form = hidden(agent.get(f"/console/cases/{case.public_id}").text, "answer")
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#guide"}
    reply = agent.post(
        f"/console/cases/{case.public_id}/answer", data={**form, f"answer-{form['step']}": "not_come"}, headers=htmx
    )
    assert reply.status_code == 200
    assert "HX-Retarget" not in reply.headers
    assert 'value="remedy"' in reply.text
    assert '<hx-partial hx-target="#thread" hx-swap="beforeend">' in reply.text
    assert 'name="note"' not in reply.text, "what is being typed beside the step stays"
    again = agent.post(
        f"/console/cases/{case.public_id}/answer", data={**form, f"answer-{form['step']}": "not_come"}, headers=htmx
    )
    assert (again.status_code, again.headers["HX-Retarget"]) == (409, "#content"), "a page that is stale comes whole"
