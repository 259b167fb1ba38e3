"""What pages list. That indexes serve it: `test_plans.py`."""

from datetime import datetime, timedelta

from base.actors import Actor, system_actor
from base.database import Database
from cases import boards, cases, contacts, tasks
from cases.cases import Case
from tests.cases.test_follow_ups import planned

TITLE = {"fr": "Répondre", "en": "Answer"}


def test_the_queue_says_what_comes_next(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        second = cases.open_case(session, robot, now + timedelta(hours=1), reason="delivery.late", language="fr")
        planned(session, robot, now, mine, due_at=now + timedelta(days=2))
        planned(session, robot, now, mine, due_at=now + timedelta(days=1), visit=2)
        tasks.create(session, robot, now, mine, key="t", team="carriers_desk", title=TITLE)
        contacts.begin_contact(session, agent, now, channel="phone", direction="inbound", case=mine)
        first, other = boards.open_cases(session, system_actor(case.brand_id))
        assert (first.case.id, other.case.id) == (case.id, second.id)
        assert (first.next_check, first.open_tasks, first.last_contact) == (now + timedelta(days=1), 1, now)
        assert (other.next_check, other.open_tasks, other.last_contact) == (None, 0, None)
        assert [line.case.id for line in boards.open_cases(session, system_actor(case.brand_id), after=mine)] == [
            second.id
        ]
        assert [
            line.case.id for line in boards.open_cases(session, system_actor(case.brand_id), reason="delivery.late")
        ] == [second.id]
        assert boards.open_cases(session, system_actor(case.brand_id + 1)) == []


def test_a_closed_case_leaves_the_queue(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        cases.close(session, agent, now, session.get_one(Case, case.id), outcome="found")
        assert boards.open_cases(session, system_actor(case.brand_id)) == []


def test_a_team_sees_its_tasks_most_urgent_first(
    database: Database, robot: Actor, agent: Actor, case: Case, now: datetime
) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for key, team, days in (
            ("a", "carriers_desk", None),
            ("b", "carriers_desk", 3),
            ("c", "carriers_desk", 1),
            ("d", "x", 0),
        ):
            due = now + timedelta(days=days) if days is not None else None
            tasks.create(session, robot, now, mine, key=key, team=team, title=TITLE, due_at=due)
        found = boards.tasks_of_teams(session, system_actor(case.brand_id), ["carriers_desk"])
        assert [task.key for task in found] == ["c", "b", "a"]
        tasks.claim(session, agent, now, found[0])
        held = boards.tasks_of_teams(session, system_actor(case.brand_id), None, person_id=agent.person_id)
        assert [task.key for task in held] == ["c"]
        tasks.done(session, agent, now, found[1])
        assert [task.key for task in boards.tasks_of_case(session, case.id)] == ["d", "c", "a", "b"]


def test_the_figures_of_a_moment(database: Database, robot: Actor, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        planned(session, robot, now, mine, due_at=now - timedelta(hours=2))
        planned(session, robot, now, mine, visit=2, due_at=now - timedelta(minutes=1))
        planned(session, robot, now, mine, visit=3, due_at=now + timedelta(days=1))
        early = now - timedelta(days=1)
        cases.hand_over(session, robot, now, mine, team="x", because="doubt", key="h", title=TITLE, by=early)
        counts = boards.counts(session, system_actor(case.brand_id), now, asleep_since=now - timedelta(hours=1))
        assert counts == boards.Counts(
            open=0,
            waiting=0,
            with_people=1,
            late_answers=1,
            open_tasks=1,
            late_tasks=1,
            due_checks=2,
            late_checks=1,
            parked_checks=0,
            unknown_effects=0,
            broken_promises=0,
        )
        late = boards.late_robots(session, system_actor(case.brand_id), now - timedelta(hours=1))
        assert [row.visit for row in late] == [1]
        assert [line.case.id for line in boards.cases_with_team(session, system_actor(case.brand_id), "x")] == [case.id]
        assert boards.due_lanes(session, now) == {"laposte": 2}


def test_contacts_are_counted_by_reason(database: Database, agent: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for reason in (None, None, "other"):
            contacts.begin_contact(session, agent, now, channel="phone", direction="inbound", case=mine, reason=reason)
        contacts.begin_contact(session, agent, now, channel="mail", direction="outbound", case=mine)
        found = boards.contacts_by_reason(session, system_actor(case.brand_id), now)
        assert found == [("delivery.not_received", 2), ("other", 1)]


def test_the_agenda_goes_on_where_it_stopped(database: Database, robot: Actor, case: Case, now: datetime) -> None:
    with database.unit() as session:
        mine = session.get_one(Case, case.id)
        for visit in range(7):
            planned(session, robot, now, mine, visit=visit, due_at=now + timedelta(days=visit // 2))
        seen: list[int] = []
        last = None
        while page := boards.agenda(session, system_actor(case.brand_id), after=last, limit=3):
            seen += [row.visit for row in page]
            last = page[-1]
        assert seen == list(range(7))
