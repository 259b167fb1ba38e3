"""Questions answered twice in a case, on both databases."""

from datetime import timedelta

import pytest

from base.database import Database
from insight.effort import Effort, effort
from tests.company import Company, open_company
from tests.walking import answer, begin, tiny

QUESTIONS = """
- repeat: again
  at_most: 3
  until: sure
  if_never: go_on
  steps:
  - ask: sure
    kind: yes_no
    only: [agent, customer]
    text: {fr: "C’est sûr ?", en: "Are you sure?"}
- ask: colour
  kind: text
  only: [agent, customer]
  text: {fr: "Quelle couleur ?", en: "Which colour?"}
- close: done
"""


@pytest.fixture
def company(database: Database) -> Company:
    company = open_company(database, [tiny(QUESTIONS)])
    company.parcel()
    return company


def found(company: Company, days: int = 1) -> Effort:
    with company.database.reading() as session:
        return effort(session, company.sofia.actor(), company.now - timedelta(days=days))


def test_a_question_answered_once_is_no_effort(company: Company) -> None:
    shown = begin(company.walks, company.agent, company.case().id)
    answer(company.walks, company.agent, answer(company.walks, company.agent, shown, "yes"), "red")
    result = found(company)
    assert (result.answers, result.again, result.cases, result.touched, result.percent) == (2, 0, 1, 0, 0)
    assert result.questions == []


def test_a_question_answered_again_is_counted_with_its_case(company: Company) -> None:
    case = company.case()
    shown = begin(company.walks, company.agent, case.id)
    for said in ("no", "no", "yes"):
        shown = answer(company.walks, company.agent, shown, said)
    result = found(company)
    assert (result.answers, result.again, result.touched) == (3, 2, 1)
    [question] = result.questions
    assert (question.process, question.step, question.times, question.cases) == ("tiny", "sure", 2, 1)
    assert [each.id for each in question.examples] == [case.id]


def test_the_same_question_of_another_walk_of_the_case_counts(company: Company) -> None:
    case = company.case()
    for _ in range(2):
        answer(company.walks, company.agent, begin(company.walks, company.agent, case.id), "yes")
    assert found(company).again == 1


def test_another_case_has_a_right_to_its_question(company: Company) -> None:
    for number in ("RC-1001", "RC-1002"):
        company.parcel("P" + number, number)
        shown = begin(company.walks, company.agent, company.case(number).id, needs={"order_number": number})
        answer(company.walks, company.agent, shown, "yes")
    assert (found(company).cases, found(company).again) == (2, 0)


def test_going_back_to_change_an_answer_is_no_effort(company: Company) -> None:
    shown = begin(company.walks, company.agent, company.case().id)
    answer(company.walks, company.agent, shown, "yes")
    back = company.walks.go_back(shown.walk, "sure", actor=company.agent, channel="phone", language="en")
    answer(company.walks, company.agent, back, "yes")
    assert found(company).again == 0


def test_only_answers_of_the_period_count(company: Company) -> None:
    shown = begin(company.walks, company.agent, company.case().id)
    for said in ("no", "yes"):
        shown = answer(company.walks, company.agent, shown, said)
    company.later(days=3)
    assert (found(company, 1).answers, found(company, 1).again) == (0, 0)
    assert found(company, 7).again == 1


def test_an_empty_company_has_no_share(company: Company) -> None:
    assert found(company).percent is None
