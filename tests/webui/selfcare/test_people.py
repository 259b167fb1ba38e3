"""A way out to people on every page, with an honest date and no second telling."""

from sqlalchemy import select

from base.settings import Proposal, write
from cases.cases import Case
from cases.tasks import Task
from tests.company import MONDAY, Company
from tests.webui.selfcare.customer import Customer


def requests(company: Company) -> list[Task]:
    with company.database.reading() as session:
        return list(session.scalars(select(Task).where(Task.key.startswith("person:")).order_by(Task.id)))


def test_every_page_of_a_case_offers_a_person(claire: Customer) -> None:
    claire.enter()
    for value in ("not_come", "reship"):
        assert "Ask for a person" in claire.words
        claire.press(value)
    assert "Ask for a person" in claire.words


def test_a_person_is_told_with_her_words_and_she_with_a_date(claire: Customer, company: Company) -> None:
    claire.enter()
    claire.get(f"/selfcare/case/{claire.case}/person")
    assert "answers by Tuesday 4 March, 10:00. Nobody is before you." in claire.words
    claire.post(claire.path, words="I am at home all day.")
    assert "You have an answer by Tuesday 4 March, 10:00." in claire.words
    (task,) = requests(company)
    assert task.team == "customer_service"
    assert task.text == {"fr": "I am at home all day.", "en": "I am at home all day."}
    claire.get(f"/selfcare/case/{claire.case}")
    assert "A person has your request and answers you by tomorrow 10:00." in claire.words
    assert "I am at home all day." in claire.words


def test_asking_twice_is_one_request(claire: Customer, company: Company) -> None:
    claire.enter()
    for words in ("", "One more thing."):
        claire.get(f"/selfcare/case/{claire.case}/person").post(claire.path, words=words)
    assert len(requests(company)) == 1
    assert "One more thing." in claire.get(f"/selfcare/case/{claire.case}").words


def test_the_house_says_how_soon_it_answers_and_who_is_before(claire: Customer, company: Company) -> None:
    with company.database.unit() as session:
        write(session, company.sofia.actor(), MONDAY, "customer_answer_within", Proposal(value="4 business hours"))
    claire.enter()
    claire.get("/selfcare/write").post("/selfcare/write", mail="paul@example.test", words="Where is it?")
    claire.get("/selfcare").enter()
    claire.get(f"/selfcare/case/{claire.case}/person")
    assert "answers by Monday 3 March, 14:00. One request is before yours." in claire.words


def test_without_an_order_number_one_may_write(claire: Customer, company: Company) -> None:
    claire.get("/selfcare/write").post("/selfcare/write", mail="paul@example.test", words="Where is my chair?")
    assert "A person answers you by mail, by Tuesday 4 March, 10:00." in claire.words
    (task,) = requests(company)
    assert "paul@example.test" in (task.text or {})["en"]
    with company.database.reading() as session:
        assert session.get_one(Case, task.case_id).reason == "contact.other"


def test_a_letter_without_address_or_words_is_not_lost(claire: Customer, company: Company) -> None:
    claire.get("/selfcare/write").post("/selfcare/write", mail="nobody", words="Where is my chair?")
    assert claire.status == 422
    assert "Where is my chair?" in claire.html
    assert 'href="#field-mail"' in claire.html
    assert requests(company) == []


def test_nobody_floods_the_service(claire: Customer, company: Company) -> None:
    for place in range(7):
        claire.get("/selfcare/write").post("/selfcare/write", mail="a@example.test", words=f"{place}")
    assert claire.status == 429
    assert len(requests(company)) == 5
