"""The shell: a turn is written once, whole, by whoever comes first."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from base.actors import customer_actor
from base.database import Base, Database, InsideWriteUnit
from base.errors import Forbidden
from cases import cases
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.links import Link
from cases.tasks import Task
from cases.timeline import TimelineEntry
from processes.rows import FactReading, WalkEventRow, WalkRow
from processes.versions import NoSuchProcess
from processes.walk.events import Answered, Confirmed, HandedBack
from processes.walk.turn import Acting, Ended, Timing, WithPeople
from processes.walks import AnswerRefused, Shown, WalkHasMoved
from processes.worlds import NoSuchWalk
from tests.company import DOWN, Company, open_company
from tests.walking import CANCEL, WATCH, answer, begin, tiny


def counted(database: Database, *rows: type[Base]) -> dict[str, int]:
    """How many rows there are of each."""
    with database.reading() as session:
        return {row.__tablename__: session.scalar(select(func.count()).select_from(row)) or 0 for row in rows}


EVERYTHING = (WalkRow, WalkEventRow, FactReading, TimelineEntry, Effect, FollowUp, Task, Link)


@pytest.fixture
def company(database: Database) -> Company:
    """The company with the process that cancels an order."""
    made = open_company(database, [tiny(CANCEL)])
    made.parcel("6A1")
    return made


def test_of_two_tabs_the_second_is_told_and_writes_nothing(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    answer(company.walks, company.agent, first, "yes")
    before = counted(company.database, *EVERYTHING)
    with pytest.raises(WalkHasMoved):
        answer(company.walks, company.agent, first, "no")
    assert counted(company.database, *EVERYTHING) == before


def test_a_double_click_is_one_act(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    barrier, outcomes = Barrier(6), []

    def click() -> None:
        barrier.wait()
        try:
            shown = answer(company.walks, company.agent, first, "yes")
            company.porter.deliver(shown.effect_ids, company.agent, "phone")
            outcomes.append("done")
        except WalkHasMoved:
            outcomes.append("moved")

    threads = [Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    company.robots.settle()
    assert sorted(outcomes) == ["done", *["moved"] * 5]
    assert [name for name, _, _ in company.services.acts] == ["shop.cancel_order"]
    assert len(company.mailbox.letters) == 1


def test_an_act_delivered_at_once_carries_the_walk_on_to_its_end(company: Company) -> None:
    case = company.case()
    shown = answer(company.walks, company.agent, begin(company.walks, company.agent, case.id), "yes")
    assert isinstance(shown.waiting, Acting)
    later = company.porter.deliver(shown.effect_ids, company.agent, "phone")
    assert later is not None
    assert isinstance(later.waiting, Ended)
    with company.database.reading() as session:
        assert (session.get_one(Case, case.id).state, session.get_one(Case, case.id).outcome) == ("closed", "done")
        sent = session.scalars(select(Effect).where(Effect.kind == "message")).one()
        assert sent.state == "done", "a walk's own close takes back nothing that it decided before"
    assert "/selfcare/l/" in company.mailbox.letters[0].text
    assert "ariane-link" not in company.mailbox.letters[0].text + company.mailbox.letters[0].html


def test_a_bad_need_leaves_no_walk_behind(company: Company) -> None:
    case = company.case()
    with pytest.raises(AnswerRefused) as refused:
        begin(company.walks, company.agent, case.id, needs={"order_number": "x" * 5000})
    assert "order_number" in refused.value.problems
    assert counted(company.database, WalkRow)["walk"] == 0
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).front_walk_id is None
    begin(company.walks, company.agent, case.id)


def test_two_starts_in_one_case_make_one_walk(company: Company) -> None:
    case = company.case()
    barrier, outcomes = Barrier(2), []

    def start() -> None:
        barrier.wait()
        try:
            begin(company.walks, company.agent, case.id)
            outcomes.append("started")
        except WalkHasMoved:
            outcomes.append("moved")

    threads = [Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(company.database, WalkRow)["walk"] == outcomes.count("started")


def test_a_wrong_answer_is_told_by_field_and_moves_nothing(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    with pytest.raises(AnswerRefused) as refused:
        answer(company.walks, company.agent, first, "perhaps")
    assert list(refused.value.problems) == ["sure"]
    assert answer(company.walks, company.agent, first, "no").revision == first.revision + 1


def test_nobody_walks_another_brands_walk_or_starts_what_is_not_published(company: Company) -> None:
    from dataclasses import replace

    case = company.case()
    first = begin(company.walks, company.agent, case.id)
    stranger = replace(company.agent, brand_id=company.brand.id + 1)
    with pytest.raises(NoSuchWalk):
        answer(company.walks, stranger, first, "yes")
    with pytest.raises(NoSuchProcess):
        begin(company.walks, company.agent, case.id, "no-such-process")


def test_a_late_event_is_a_conflict_never_an_error(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    late = [
        Confirmed(walker="agent", channel="phone", step="cancelling", visit=1),
        HandedBack(walker="agent", channel="phone", section="main"),
        Answered(walker="agent", channel="phone", step="nowhere", visit=1, value="yes"),
        Answered(walker="agent", channel="phone", step="sure", visit=7, value="yes"),
    ]
    for event in late:
        with pytest.raises(WalkHasMoved):
            company.walks.carry_on(first.walk, event, actor=company.agent)


def test_a_service_that_is_down_is_unknown_never_an_error_page(database: Database) -> None:
    company = open_company(database, [tiny(WATCH)])
    company.services.facts["shop.order", "RC-1001"] = DOWN
    case = company.case()
    shown = begin(company.walks, company.agent, case.id)
    assert isinstance(shown.waiting, Timing), "a wait goes on while nobody knows"
    with database.reading() as session:
        told = session.scalars(select(TimelineEntry.kind).where(TimelineEntry.case_id == case.id)).all()
        readings = session.scalars(select(FactReading)).all()
    assert "walk.fact_unavailable" in told
    assert [(each.state, each.reason) for each in readings] == [("unknown", "time")]


def test_an_act_that_needs_what_is_unknown_goes_to_people(company: Company) -> None:
    case = company.case()
    first = begin(company.walks, company.agent, case.id)
    company.services.facts["shop.order", "RC-1001"] = DOWN
    shown = answer(company.walks, company.agent, first, "yes")
    assert isinstance(shown.waiting, WithPeople)
    assert company.services.acts == []
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "with_people"
        assert session.scalars(select(Task.purpose)).all() == ["hand_over"]


def test_a_person_brings_the_walk_back_and_the_hand_over_ends(company: Company) -> None:
    shown, case = _handed_over(company)

    def back(session: object) -> None:
        found = session.get_one(Case, case.id)  # type: ignore[attr-defined]
        cases.bring_back(session, company.agent, company.now, found, section="main")  # type: ignore[arg-type]

    event = HandedBack(walker="agent", channel="phone", section="main")
    again = company.walks.carry_on(shown.walk, event, actor=company.agent, fence=back)
    assert isinstance(again.waiting, Acting), "what was answered is not asked twice"
    with company.database.reading() as session:
        assert session.get_one(Case, case.id).state == "open"
        assert session.scalars(select(Task.state)).all() == ["done"]


def test_a_section_that_is_not_offered_cannot_be_returned_to(company: Company) -> None:
    shown, _ = _handed_over(company)
    with pytest.raises(WalkHasMoved):
        event = HandedBack(walker="agent", channel="phone", section="elsewhere")
        company.walks.carry_on(shown.walk, event, actor=company.agent)


def _handed_over(company: Company) -> tuple[Shown, Case]:
    case = company.case()
    first = begin(company.walks, company.agent, case.id)
    company.services.facts["shop.order", "RC-1001"] = DOWN
    shown = answer(company.walks, company.agent, first, "yes")
    company.parcel("6A1")
    return shown, case


def test_a_closed_case_takes_no_more_turns(company: Company) -> None:
    case = company.case()
    first = begin(company.walks, company.agent, case.id)
    with company.database.unit() as session:
        cases.close(session, company.agent, company.now, session.get_one(Case, case.id), outcome="duplicate")
    before = counted(company.database, *EVERYTHING)
    with pytest.raises(cases.CaseIsClosed):
        answer(company.walks, company.agent, first, "yes")
    assert counted(company.database, *EVERYTHING) == before


def test_a_robots_wait_and_a_persons_answer_change_the_state_of_the_case(database: Database) -> None:
    steps = WATCH.replace(
        "- wait:",
        '- ask: ready\n  kind: yes_no\n  only: [agent, customer]\n  text: {fr: "Prêt ?", en: "Ready?"}\n- wait:',
    )
    company = open_company(database, [tiny(steps)])
    company.parcel("6A1")
    case = company.case()
    states = []

    def note() -> None:
        with database.reading() as session:
            states.append(session.get_one(Case, case.id).state)

    first = begin(company.walks, company.agent, case.id)
    note()
    answer(company.walks, company.agent, first, "yes")
    note()
    company.services.facts["shop.order", "RC-1001"]["status"] = "delivered"  # type: ignore[index]
    company.later(days=1, hours=9)
    note()
    assert states == ["open", "waiting", "closed"]


def test_a_customer_may_not_do_what_only_staff_may(company: Company) -> None:
    case = company.case()
    claire = customer_actor(company.brand.id, case.customer_id, "Claire Martin", "order")
    first = begin(company.walks, claire, case.id)
    shown = answer(company.walks, claire, first, "yes")
    with company.database.reading() as session:
        effect = session.scalars(select(Effect)).one()
    with pytest.raises(Forbidden):
        company.porter.settle(claire, effect.id, happened=True, now=company.now)
    assert isinstance(shown.waiting, Acting)


def test_no_service_is_called_and_no_mail_sent_inside_a_write_unit(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    with company.database.unit(), pytest.raises(InsideWriteUnit):
        answer(company.walks, company.agent, first, "yes")


def test_the_journal_keeps_events_readings_and_words(company: Company) -> None:
    first = begin(company.walks, company.agent, company.case().id)
    answer(company.walks, company.agent, first, "yes")
    company.robots.settle()
    with company.database.reading() as session:
        rows = session.scalars(select(WalkEventRow).order_by(WalkEventRow.number)).all()
        readings = set(session.scalars(select(FactReading.public_id)))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    kinds = [row.kind for row in rows]
    assert kinds[0] == "started"
    assert kinds[-1] == "effect_done"
    for row in rows:
        if row.kind == "facts_read":
            assert readings.issuperset(row.payload["readings"])
    assert any(row.words for row in rows)


def test_time_passes_between_turns_by_the_business_clock(database: Database) -> None:
    company = open_company(database, [tiny(WATCH)])
    company.parcel("6A1")
    shown = begin(company.walks, company.agent, company.case().id)
    assert isinstance(shown.waiting, Timing)
    assert shown.waiting.wake_at is not None
    assert company.now < shown.waiting.wake_at < company.now + timedelta(days=2)
