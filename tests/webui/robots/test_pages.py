"""The robots' pages: what is due, the switch, lists with their keys, settling, proof."""

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select, update

from base.clock import move
from cases import stops
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.robot_boards import PAGE
from processes.connectors.readings import ActAnswer
from processes.connectors.rows import Connection
from tests.company import Company
from tests.walking import answer, begin
from tests.webui.conftest import Enter
from tests.webui.robots.conftest import read, send

ROBOTS = "/insight/robots"


def watched(company: Company, number: str = "RC-1001") -> None:
    begin(company.walks, company.agent, company.case(number, f"{number.lower()}@example.test").id)


def overdue(company: Company, count: int = 1) -> None:
    """Checks that are due, no robot having looked yet."""
    for place in range(count):
        watched(company, f"RC-{1001 + place}")
    with company.database.unit() as session:
        move(session, timedelta(days=1, hours=9))


def the_check(company: Company) -> FollowUp:
    with company.database.reading() as session:
        return session.scalars(select(FollowUp).order_by(FollowUp.id)).first()  # type: ignore[return-value]


def in_doubt(company: Company) -> Effect:
    """An act whose answer was lost."""
    company.services.results["shop.cancel_order"] = ActAnswer(state="unknown", safety="blind", reason="time")
    shown = begin(company.walks, company.agent, company.case().id, "cancel-one")
    decided = answer(company.walks, company.agent, shown, True)
    company.porter.deliver(decided.effect_ids)
    with company.database.reading() as session:
        return session.scalars(select(Effect).where(Effect.state == "unknown")).one()


def test_only_those_who_answer_for_robots_see_the_page(company: Company, client: FlaskClient, enter: Enter) -> None:
    assert client.get(ROBOTS).status_code in (302, 303, 401)
    assert enter(client, company.anne).get(ROBOTS).status_code == 403


def test_the_page_tells_what_is_due_by_process_and_connection(company: Company, sofia: FlaskClient) -> None:
    overdue(company)
    page = read(sofia, ROBOTS)
    assert "No robot was ever seen here." in page
    assert re.search(r"Tiny</a></td><td>shop\.order</td><td class=\"ar-number\">1<", page)


def test_the_switch_stops_shows_what_waits_and_lets_go_spread(company: Company, sofia: FlaskClient) -> None:
    overdue(company, 3)
    page = send(sofia, f"{ROBOTS}/stop", ROBOTS, what="all", reason="Refunds twice")
    assert "Stopped: Everything robots do" in page
    assert "3 overdue since" in page
    assert company.robots.settle().woken == 0
    with company.database.reading() as session:
        (stop,) = stops.in_force(session, company.brand.id)
    address = f"{ROBOTS}/stops/{stop.public_id}"
    assert "spread over 4 hours" in read(sofia, address)
    assert "Please say why" in send(sofia, f"{address}/lift", address, hours="4", reason="")
    send(sofia, f"{address}/lift", address, hours="4", reason="Mended")
    with company.database.reading() as session:
        assert not stops.in_force(session)
    assert company.robots.settle().woken == 1
    assert company.later(hours=4).woken == 2


def test_a_stop_without_a_reason_is_not_taken_and_keeps_what_was_chosen(company: Company, sofia: FlaskClient) -> None:
    page = send(sofia, f"{ROBOTS}/stop", ROBOTS, what="process:tiny", reason="")
    assert "Please say why" in page
    assert 'value="process:tiny" selected' in page
    assert "Choose what to stop." in send(sofia, f"{ROBOTS}/stop", ROBOTS, what="nonsense", reason="x")


def test_every_staff_page_tells_supervisors_that_robots_are_stopped(company: Company, sofia: FlaskClient) -> None:
    send(sofia, f"{ROBOTS}/stop", ROBOTS, what="all", reason="Refunds twice")
    assert "Robots are stopped since" in read(sofia, "/insight")


def test_lists_follow_each_other_by_key(company: Company, sofia: FlaskClient) -> None:
    overdue(company, 1)
    first = the_check(company)
    with company.database.unit() as session:
        for place in range(PAGE + 5):
            copy = {
                c.name: getattr(first, c.name) for c in FollowUp.__table__.columns if c.name not in ("id", "public_id")
            }
            session.add(FollowUp(**copy | {"visit": place + 2}))
    page = read(sofia, f"{ROBOTS}/checks?view=due")
    assert page.count('name="row"') == PAGE
    after = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert after
    second = read(sofia, after[1].replace("&amp;", "&"))
    assert second.count('name="row"') == 6
    assert "Next page" not in second
    assert read(sofia, f"{ROBOTS}/checks?view=due&process=other").count('name="row"') == 0
    assert read(sofia, f"{ROBOTS}/checks?view=due&lane=shop.order&after=nonsense").count('name="row"') == PAGE


def test_checks_are_hastened_put_off_and_taken_back_by_ticks(company: Company, sofia: FlaskClient) -> None:
    watched(company)
    check = the_check(company)
    listed = f"{ROBOTS}/checks?view=planned"
    send(sofia, f"{ROBOTS}/checks", listed, row=check.public_id, do="later", hours="5", view="planned")
    assert the_check(company).due_at == check.due_at + timedelta(hours=5)
    send(sofia, f"{ROBOTS}/checks", listed, row=check.public_id, do="now", view="planned")
    assert the_check(company).due_at <= company.now
    page = send(sofia, f"{ROBOTS}/checks", listed, row=check.public_id, do="cancel", view="planned")
    assert the_check(company).state == "cancelled"
    assert "Done for 1." in page
    assert "Too late for 1" in send(sofia, f"{ROBOTS}/checks", listed, row=check.public_id, do="now", view="due")


def test_unknown_acts_are_settled_together_and_their_walks_go_on(company: Company, sofia: FlaskClient) -> None:
    effect = in_doubt(company)
    listed = f"{ROBOTS}/acts?view=unknown"
    assert effect.key in read(sofia, listed)
    send(sofia, f"{ROBOTS}/acts/settle", listed, row=effect.public_id, do="happened", note="Seen in the shop")
    with company.database.reading() as session:
        assert session.get_one(Effect, effect.id).state == "done"
    company.robots.settle()
    assert company.mailbox.letters, "the walk went on and wrote to the customer"


def test_the_proof_shows_the_way_to_the_act(company: Company, sofia: FlaskClient) -> None:
    effect = in_doubt(company)
    page = read(sofia, f"{ROBOTS}/acts/{effect.public_id}")
    assert "Facts were read" in page
    assert effect.key in page
    assert '<li class="rb-here"><code>cancelling</code>' in page


def test_the_proof_of_a_check(company: Company, sofia: FlaskClient) -> None:
    overdue(company)
    company.robots.settle()
    with company.database.reading() as session:
        done = session.scalars(select(FollowUp).where(FollowUp.state == "done")).one()
    assert "The robot came back" in read(sofia, f"{ROBOTS}/checks/{done.public_id}")
    assert read(sofia, f"{ROBOTS}/checks?view=done").count("Why</a>") == 1
    assert sofia.get(f"{ROBOTS}/checks/{'0' * 32}").status_code == 404


def test_a_connection_is_stopped_by_the_lane_that_robots_know_it_by(company: Company, sofia: FlaskClient) -> None:
    with company.database.unit() as session:
        connection = Connection(
            brand_id=company.brand.id, name="shop", definition_key="shop", base_url="https://shop.test",
            secret_name="shop", networks=[], changed_at=company.now, changed_by={},
        )  # fmt: skip
        session.add(connection)
        session.flush()
        lane = connection.lane
    assert f'<option value="connection:{lane}">shop</option>' in read(sofia, ROBOTS)
    overdue(company)
    with company.database.unit() as session:
        session.execute(update(FollowUp).values(lane=lane))
    page = send(sofia, f"{ROBOTS}/stop", ROBOTS, what=f"connection:{lane}", reason="It answers rubbish")
    assert "Stopped: Connection “shop”" in page
    assert company.robots.settle().woken == 0
