"""A customer helps herself: from the order number to the page that says what happens next, never asked twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from base.database import Database
from cases.cases import Case
from cases.contacts import Contact
from processes.rows import WalkRow
from tests.company import Company
from tests.webui.selfcare.customer import Customer


class TestOnBothDatabases:
    """What locks and transactions could break."""

    @pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
    def database(self, request: pytest.FixtureRequest) -> Database:
        made: Database = request.getfixturevalue(f"{request.param}_database")
        return made

    def test_she_is_led_to_what_happens_next(self, claire: Customer, company: Company) -> None:
        claire.enter()
        assert "Your parcel is on its way, and late: it was due on Friday 28 February." in claire.words
        assert "It has not come yet?" in claire.words
        claire.press("not_come").press("reship")
        assert "We keep watch for you" in claire.words
        assert "News of your parcel, from La Poste" in claire.words
        assert "Next check Tuesday 4 March, 18:00" in claire.words
        with company.database.reading() as session:
            case = session.scalars(select(Case)).one()
            assert f"Your case number: {case.spoken_reference}" in claire.words
            assert case.customer is not None
            assert case.customer.mail == "claire.martin@example.test"
        assert [letter.to for letter in company.mailbox.letters] == [("claire.martin@example.test",)]

    def test_the_case_is_resumed_and_nothing_asked_twice(self, claire: Customer, app: Flask, company: Company) -> None:
        claire.enter().press("not_come")
        again = Customer(app.test_client()).enter("rc-1001 ")
        assert again.case == claire.case
        assert "which do you prefer?" in again.words
        with company.database.reading() as session:
            assert session.scalar(select(func.count(Case.id))) == 1
            assert session.scalar(select(func.count(WalkRow.id))) == 1

    def test_two_clicks_at_once_open_one_case(self, app: Flask, company: Company) -> None:
        visitors = [Customer(app.test_client()) for _ in range(4)]
        with ThreadPoolExecutor(len(visitors)) as pool:
            list(pool.map(lambda visitor: visitor.enter(), visitors))
        assert len({visitor.case for visitor in visitors}) == 1
        for visitor in visitors:
            visitor.get(f"/selfcare/case/{visitor.case}")
            assert "It has not come yet?" in visitor.words
        with company.database.reading() as session:
            assert session.scalar(select(func.count(Case.id))) == 1
            assert session.scalar(select(func.count(WalkRow.id))) == 1

    def test_a_double_click_answers_once(self, claire: Customer) -> None:
        claire.enter()
        form = claire.form("answer")
        once = {**form.hidden, "answer-still_missing": "not_come"}
        claire.post(form.action, **once)
        token = claire.token
        second = claire.client.post(form.action, data={"csrf_token": token, **once})
        assert second.status_code == 303
        assert "which do you prefer?" in claire.get(second.location).words


def test_every_visit_is_one_contact(claire: Customer, company: Company) -> None:
    claire.enter().press("not_come").press("reship")
    claire.enter()
    company.later(minutes=45)
    claire.enter()
    with company.database.reading() as session:
        contacts = session.scalars(select(Contact).where(Contact.channel == "selfcare")).all()
        assert [contact.direction for contact in contacts] == ["inbound", "inbound"]


def test_two_tabs_on_one_question(claire: Customer) -> None:
    claire.enter()
    form = claire.form("answer")
    claire.press("not_come")
    late = claire.post(form.action, **form.hidden, **{"answer-still_missing": "got_it"})
    assert late.status == 409
    assert "Here is where your case stands now." in late.words
    assert "which do you prefer?" in late.words
    assert "We keep watch for you" in late.press("reship").words


def test_an_answer_nobody_offered_is_refused_kindly(claire: Customer) -> None:
    claire.enter()
    form = claire.form("answer")
    for given in ({}, {"answer-still_missing": "nonsense"}):
        claire.post(form.action, **form.hidden, **given)
        assert claire.status == 422
        assert "Please choose" in claire.words
        assert 'href="#field-answer-still_missing"' in claire.html
    assert "which do you prefer?" in claire.press("not_come").words


def test_steps_are_not_skipped_by_sending_their_forms(claire: Customer, company: Company) -> None:
    claire.enter()
    for step, value in (("remedy", "reship"), ("nowhere", "yes"), ("", "")):
        claire.post(f"/selfcare/case/{claire.case}/answer", step=step, visit="1", **{f"answer-{step}": value})
        assert claire.status == 409
    claire.post(f"/selfcare/case/{claire.case}/confirm", step="reship", visit="1", yes="yes")
    assert claire.status == 409
    assert company.services.acts == []


def test_looking_changes_nothing(claire: Customer, company: Company) -> None:
    claire.enter()
    before = _rows(company)
    case = claire.case
    for address in (f"/selfcare/case/{case}", f"/selfcare/case/{case}/still_missing", f"/selfcare/case/{case}/person"):
        assert claire.get(address).status == 200
    assert claire.get("/selfcare?order_number=RC-1001&postcode=37000").status == 200
    assert _rows(company) == before


def test_the_browsers_back_shows_the_earlier_question_with_its_answer(claire: Customer) -> None:
    claire.enter()
    first = claire.path
    claire.press("not_come")
    claire.get(first)
    assert "Your answer: Not yet: please look after it" in claire.words
    assert "Change my answer" in claire.words
    assert "which do you prefer?" in claire.get(f"/selfcare/case/{claire.case}").words


def test_back_returns_to_the_earlier_question_and_keeps_later_answers(claire: Customer, company: Company) -> None:
    claire.enter().press("not_come").press("refund")
    assert "We keep watch for you" in claire.words
    back = claire.form("back")
    assert 'value="still_missing"' in back.body
    claire.post(back.action, back="still_missing")
    assert "It has not come yet?" in claire.words
    assert "Not yet: please look after it Your answer before" in claire.words
    claire.press("not_come")
    assert "We keep watch for you" in claire.words
    claire.post(claire.form("back").action, back="remedy").press("reship")
    assert "Send it again, free of charge" in claire.words
    company.later(days=5)
    assert [act for act, _, _ in company.services.acts] == ["shop.reship"]


def test_back_before_any_answer_stays_where_it_is(claire: Customer) -> None:
    claire.enter()
    claire.post(f"/selfcare/case/{claire.case}/back", back="nowhere")
    assert "It has not come yet?" in claire.words


def test_an_order_in_two_parcels_of_which_one_carrier_is_down(claire: Customer, company: Company) -> None:
    order = dict(company.services.facts["shop.order", "RC-1001"])  # type: ignore[arg-type]
    (parcel,) = order["parcels"]
    order["parcels"] = [parcel, {**parcel, "number": "JJD2", "carrier": "dhl"}]
    company.services.facts["shop.order", "RC-1001"] = order
    company.services.facts["carrier.tracking", "JJD2"] = "down"
    claire.enter()
    assert claire.status == 200
    assert "it was due on Friday 28 February" in claire.words
    assert "The carrier gives no news of your parcel at the moment." in claire.words
    assert "La Poste · 6A1 · in transit" in claire.words
    assert "DHL · JJD2" in claire.words
    claire.press("JJD2")
    assert "tracking does not answer at the moment" in claire.words
    assert "We keep watch for you" in claire.words


def test_everything_down_is_still_no_error_page(claire: Customer, company: Company) -> None:
    company.services.facts["shop.order", "RC-1001"] = "down"
    company.services.facts["carrier.tracking", "6A1"] = "down"
    claire.enter()
    assert claire.status == 200
    assert "We cannot see your order at the moment." in claire.words
    assert "Next check" in claire.words


def test_a_case_is_seen_by_who_proved_it_and_nobody_else(claire: Customer, app: Flask) -> None:
    claire.enter()
    stranger = Customer(app.test_client())
    stranger.get("/selfcare")
    known, unknown = f"/selfcare/case/{claire.case}", f"/selfcare/case/{'0' * 32}"
    pages = {stranger.get(address).words for address in (known, unknown, f"{known}/person", f"{known}/still_missing")}
    assert len(pages) == 1
    assert stranger.status == 404
    assert "Give my order number" in stranger.words
    for verb in ("answer", "confirm", "back", "begin", "person"):
        assert stranger.get("/selfcare").post(f"{known}/{verb}", step="still_missing", visit="1").status == 404


def test_it_speaks_french_when_asked_to_and_keeps_to_it(claire: Customer) -> None:
    claire.enter()
    claire.get(f"{claire.path}?lang=fr")
    assert "Il n’est toujours pas arrivé" in claire.words
    assert "Votre numéro de dossier" in claire.words
    claire.press("not_come")
    assert "S’il n’arrive pas, que préférez-vous" in claire.words


def test_a_process_that_cannot_go_on_is_taken_over_by_people(
    claire: Customer, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from processes.walks import WalkIsBroken

    def break_down(*args: object, **more: object) -> None:
        raise WalkIsBroken(problem="test")

    claire.enter()
    monkeypatch.setattr(company.walks, "carry_on", break_down)
    claire.press("not_come")
    assert "A person has your request" in claire.words
    assert "Tuesday 4 March, 10:00" in claire.words


def test_an_interrupted_beginning_goes_on(claire: Customer, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(company.walks, "start", die)
        with pytest.raises(KeyboardInterrupt):
            claire.enter()
    claire.enter()
    assert "It has not come yet?" in claire.words


def _rows(company: Company) -> dict[str, int]:
    from ariane.wiring import load_rows

    with company.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in load_rows().tables.items()
        }


def test_the_ended_case_says_so_and_offers_a_person(claire: Customer) -> None:
    claire.enter().press("got_it")
    assert "Your case is closed" in claire.words
    assert "It is not settled for me" in claire.words


def test_the_page_stays_light(claire: Customer) -> None:
    claire.enter().press("not_come").press("reship")
    assert len(claire.html.encode()) < 12_000
