"""What if: past cases on a draft end the same, end otherwise, or meet a question that nobody was asked."""

import pytest

from base.database import Database
from processes.language.document import Document
from processes.language.yaml import read_yaml
from processes.past_cases import past_cases, replay_on
from processes.replaying import Summary
from processes.versions import document_of, live_version
from processes.walk.events import Answered
from tests.company import Company, open_company
from tests.processes.test_publishing import tiny

ANOTHER_QUESTION = """
ariane: 1
process: tiny
title: {fr: "Petit", en: "Tiny"}
reason: delivery.not_received
audience: [agent, customer, robot]
outcomes: {done: solved, worried: unsolved}
facts: {order: {from: shop.order, with: {number: "'RC-1001'"}}}
in_doubt: [{hand_over: delivery_team, because: doubt, within: 1 day, text: {fr: "Nous regardons.", en: "We look."}}]
sections:
- section: only
  steps:
  - ask: fine
    kind: yes_no
    text: {fr: "Tout va bien ?", en: "All well?"}
    within: 1 day
    if_never: go_on
    if_yes: go_on
    if_no: [{close: worried}]
"""
REST = {
    "same": "  - {wait: tomorrow, for: 1 day}\n  - {close: done}\n",
    "question": '  - {ask: why, kind: text, text: {fr: "Pourquoi ?", en: "Why?"}, within: 1 day, if_never: go_on}\n'
    "  - {close: done}\n",
    "fact": '  - decide: sent\n    cases: [{when: order.status = "shipped", steps: [{close: done}]}]\n'
    "  - {close: worried, id: else}\n",
}


def draft(rest: str) -> Document:
    return Document.model_validate(read_yaml(ANOTHER_QUESTION + REST[rest]).data)


@pytest.fixture
def company(database: Database) -> Company:
    """Three cases: one said yes, one said no, one never answered."""
    company = open_company(database, [tiny()])
    for number, answer in (("RC-1", "yes"), ("RC-2", "no"), ("RC-3", None)):
        shown = company.walks.start(company.agent, company.case(number).id, "tiny", channel="phone", language="fr")
        if answer:
            event = Answered(walker="agent", channel="phone", step="fine", visit=shown.waiting.visit, value=answer)
            company.walks.carry_on(shown.walk, event, actor=company.agent)
    company.later(days=1, hours=1)
    company.later(days=1, hours=1)
    return company


def replayed(company: Company, document: Document) -> Summary:
    with company.database.reading() as session:
        return replay_on(session, company.brand.id, document, 100)


def test_on_its_own_version_every_case_ends_as_it_did(company: Company) -> None:
    with company.database.reading() as session:
        document = document_of(live_version(session, company.brand.id, "tiny"))
    summary = replayed(company, document)
    assert [each.verdict for each in summary.cases] == ["same"] * 3


def test_a_new_branch_changes_the_end_of_those_who_said_no(company: Company) -> None:
    summary = replayed(company, draft("same"))
    assert len(summary.of("same")) == 2
    [(before, after, cases)] = summary.other_ends()
    assert (before, after, len(cases)) == ("close_done", "close_worried", 1)
    assert cases[0].past.reference


def test_a_question_nobody_was_asked_is_shown_as_such_and_never_guessed(company: Company) -> None:
    summary = replayed(company, draft("question"))
    [(missing, step, cases)] = summary.not_recorded()
    assert (missing, step, len(cases)) == ("question", "why", 2)


def test_a_fact_that_was_not_read_is_shown_as_such(company: Company) -> None:
    [(missing, name, cases)] = replayed(company, draft("fact")).not_recorded()
    assert (missing, name, len(cases)) == ("fact", "order", 2)


def test_the_newest_cases_come_first_and_no_more_than_asked(company: Company) -> None:
    with company.database.reading() as session:
        assert len(list(past_cases(session, company.brand.id, "tiny", 2))) == 2


def test_a_case_of_the_flagship_replays_on_its_own_version(database: Database) -> None:
    company = open_company(database)
    company.parcel(last_event_days=2)
    company.walks.start(
        company.agent, company.case().id, "parcel-not-received", channel="phone", language="fr",
        needs={"order_number": "RC-1001"},
    )  # fmt: skip
    for _ in range(4):
        company.later(days=1)
    with company.database.reading() as session:
        document = document_of(live_version(session, company.brand.id, "parcel-not-received"))
        summary = replay_on(session, company.brand.id, document, 10)
    [case] = summary.cases
    assert case.verdict == "same", (case.missing, case.step, case.problem, case.end, case.past.end)
