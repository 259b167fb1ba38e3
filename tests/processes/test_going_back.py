"""Going back through the shell: later answers are found again, acts are not done twice, open tasks are taken back."""

import pytest

from base.database import Database
from processes.walk.events import Answered
from processes.walk.turn import Asking
from processes.walks import Shown, WalkHasMoved
from tests.company import Company, open_company


def test_later_answers_are_kept_and_taken_again(database: Database) -> None:
    company, shown = _at_the_remedy(database)
    shown = _answer(company, shown, "reship")
    assert shown.waiting.kind == "timing"

    back = company.walks.go_back(shown.walk, "still_missing", actor=company.agent, channel="phone", language="fr")
    assert isinstance(back.waiting, Asking)
    assert back.waiting.step == "still_missing"
    assert back.waiting.fields[0].kept == "not_come"

    again = _answer(company, back, "not_come")
    assert again.waiting.kind == "timing", "the remedy was not asked twice"


def test_another_answer_leads_elsewhere(database: Database) -> None:
    company, shown = _at_the_remedy(database)
    back = company.walks.go_back(shown.walk, "still_missing", actor=company.agent, channel="phone", language="fr")
    assert _answer(company, back, "got_it").waiting.kind == "ended"


def test_an_act_already_done_is_not_done_again(database: Database) -> None:
    company, shown = _at_the_remedy(database, last_event_days=9)
    shown = _answer(company, shown, "reship")
    company.porter.deliver(shown.effect_ids, company.agent, "phone")
    assert len(company.services.acts) == 1

    back = company.walks.go_back(shown.walk, "remedy", actor=company.agent, channel="phone", language="fr")
    again = _answer(company, back, "reship")
    company.porter.deliver(again.effect_ids, company.agent, "phone")
    assert len(company.services.acts) == 1


def test_a_question_that_was_never_put_cannot_be_gone_back_to(database: Database) -> None:
    company, shown = _at_the_remedy(database)
    with pytest.raises(WalkHasMoved):
        company.walks.go_back(shown.walk, "received", actor=company.agent, channel="phone", language="fr")


def test_going_back_twice_and_an_old_page(database: Database) -> None:
    company, shown = _at_the_remedy(database)
    first = company.walks.go_back(shown.walk, "still_missing", actor=company.agent, channel="phone", language="fr")
    second = company.walks.go_back(shown.walk, "still_missing", actor=company.agent, channel="phone", language="fr")
    assert (first.waiting.step, second.waiting.step) == ("still_missing", "still_missing")
    with pytest.raises(WalkHasMoved):
        _answer(company, first, "not_come")
    assert isinstance(_answer(company, second, "not_come").waiting, Asking)


def _at_the_remedy(database: Database, last_event_days: int = 6) -> tuple[Company, Shown]:
    """An agent on the phone at the question of what the customer prefers."""
    company = open_company(database)
    company.parcel("6A1", last_event_days=last_event_days)
    company.services.results["shop.reship"] = {"parcel_number": "6A2", "carrier": "dhl"}
    shown = company.walks.start(
        company.agent, company.case().id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": "RC-1001"},
    )  # fmt: skip
    if shown.waiting.step == "still_missing":
        shown = _answer(company, shown, "not_come")
    assert shown.waiting.step == "remedy"
    return company, shown


def _answer(company: Company, shown: Shown, value: str) -> Shown:
    event = Answered(
        walker="agent", channel="phone", language="fr", step=shown.waiting.step, visit=shown.waiting.visit, value=value
    )
    return company.walks.carry_on(shown.walk, event, actor=company.agent, revision=shown.revision)
