"""A past case becomes a scenario: it plays the same way, and does not say who it was."""

import json
from typing import Any

import pytest

from base.actors import Actor, customer_actor
from base.calendars import calendars_of
from base.database import Database
from cases.cases import Case, NoSuchCase
from processes.language.compile import compile_document
from processes.language.declared import Scenario
from processes.past_cases import NoSuchPastCase, past_case
from processes.past_scenarios import scenario_of
from processes.scenarios import run_scenario
from processes.versions import document_of, library_of, live_version
from processes.walk.events import Answered
from processes.walk.turn import Asking
from tests.company import Company, open_company

KEY = "parcel-not-received"
GIVEN = {"remedy": "reship", "still_missing": "not_come"}


@pytest.fixture
def company(database: Database) -> Company:
    """The company whose shop sends parcels again."""
    made = open_company(database)
    made.parcel("6A1", last_event_days=6)
    label = "https://labels.example.test/6A2?key=secret7"
    made.services.results["shop.reship"] = {"parcel_number": "6A2", "carrier": "dhl", "label_url": label}
    return made


def lost(company: Company) -> Case:
    """Claire's parcel does not come, and the robot has it sent again."""
    case = company.case()
    claire = customer_actor(company.brand.id, case.customer_id, "Claire Martin", "order")
    shown = company.walks.start(
        claire, case.id, KEY, channel="selfcare", language="fr", needs={"order_number": "RC-1001"}
    )
    while isinstance(shown.waiting, Asking):
        said = Answered(
            walker="customer", channel="selfcare", language="fr", step=shown.waiting.step, visit=shown.waiting.visit,
            value=GIVEN[shown.waiting.step],
        )  # fmt: skip
        shown = company.walks.carry_on(shown.walk, said, actor=claire, revision=shown.revision)
    company.later(days=1, hours=9)
    return case


def made_of(company: Company, case: Case, actor: Actor) -> tuple[Scenario, Any]:
    """The scenario, and how it plays."""
    with company.database.reading() as session:
        document = document_of(live_version(session, company.brand.id, KEY))
        past = past_case(session, actor, KEY, case.spoken_reference)
        programs = library_of(session).programs(session, company.brand.id)
        program = compile_document(document).checked()
        made = scenario_of(past, document, program, programs, company.brand.calendar, calendars_of(session))
    return made, run_scenario(made, program, programs, company.brand.calendar)


def test_it_goes_the_way_the_case_went(company: Company) -> None:
    scenario, outcome = made_of(company, lost(company), company.sofia.actor())
    assert outcome.passed, (outcome.problem, outcome.params)
    steps = [next(iter(each.values())) for each in scenario.expect]
    assert steps[:4] == ["still_missing", "remedy", "next_day", "reship"]
    assert "claim" in steps
    assert scenario.walker == "customer"
    assert scenario.answers["remedy"] == "reship"
    assert scenario.results["reship"]["carrier"] == "dhl"
    assert scenario.results["reship"]["parcel_number"].startswith("item-")


def test_it_does_not_say_who_it_was(company: Company) -> None:
    scenario, _ = made_of(company, lost(company), company.sofia.actor())
    told = json.dumps(scenario.model_dump(mode="json"))
    for secret in ("Claire", "Martin", "claire.martin", "RC-1001", "6A1", "6A2", "secret7", "Lilas", "37000"):
        assert secret not in told
    assert scenario.answers["order_number"] == "order-1"
    assert "item-1" in told
    assert "https://example.test/page-1" in told


def test_a_case_that_another_process_guided_or_nobody_may_see_is_told(company: Company) -> None:
    case = company.case()
    with company.database.reading() as session:
        with pytest.raises(NoSuchPastCase):
            past_case(session, company.agent, KEY, case.public_id)
        with pytest.raises(NoSuchCase):
            past_case(session, company.agent, KEY, "K7M4-92QX-P")
