"""Who may come in: one answer for every failure, guesses counted in rows, and a shop that is down blamed on nobody."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from base.clock import real_now
from base.database import Database
from tests.company import Company
from tests.webui.selfcare.customer import POSTCODE, Customer
from webui.attempts import Attempt
from webui.identification import BY_ADDRESS, BY_ORDER

WRONG = {"verified": False}
RIGHT = {"verified": True}


def say(company: Company, answer: dict[str, bool] | str | None) -> None:
    """What the shop answers to every claim from now on."""
    company.services.facts["shop.verify", ""] = answer


def asked(company: Company) -> int:
    """How many claims the shop was asked about."""
    return sum(1 for capability, _ in company.services.reads if capability == "shop.verify")


def same(html: str) -> str:
    """A page without what is new on every page: the tokens of its forms."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def test_every_failure_has_one_answer(claire: Customer, company: Company) -> None:
    pages = []
    for answer in (WRONG, None):
        say(company, answer)
        claire.enter()
        assert claire.status == 422
        pages.append(same(claire.html))
    for _ in range(5):
        claire.enter()
    say(company, RIGHT)
    claire.enter()
    pages.append(same(claire.html))
    assert len(set(pages)) == 1
    assert "We could not match these two." in claire.words
    assert all(capability == "shop.verify" for capability, _ in company.services.reads)


def test_five_tries_for_an_order_then_none_is_evaluated(app: Flask, company: Company) -> None:
    say(company, WRONG)
    for place in range(12):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{place}"
        Customer(client).enter(postcode=f"{place:05}")
    assert asked(company) == BY_ORDER.most


def test_twenty_tries_from_an_address_whatever_it_says_to_be(app: Flask, company: Company) -> None:
    say(company, WRONG)
    for place in range(26):
        client = app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{place}"
        Customer(client).enter(f"RC-{place}")
    assert asked(company) == BY_ADDRESS.most


def test_waiting_is_enough(claire: Customer, company: Company, database: Database) -> None:
    say(company, WRONG)
    for _ in range(7):
        claire.enter()
    with database.unit() as session:
        long_ago = real_now(session) - timedelta(hours=2)
        session.execute(update(Attempt).values(at=long_ago))
    say(company, RIGHT)
    assert claire.enter().status == 200
    assert "It has not come yet?" in claire.words


def test_who_is_right_is_never_locked_out(claire: Customer, company: Company, database: Database) -> None:
    for _ in range(8):
        claire.enter()
        assert "It has not come yet?" in claire.words
    with database.unit() as session:
        assert session.execute(delete(Attempt).returning(Attempt.id)).all() == []


def test_a_shop_that_is_down_costs_no_try_and_keeps_what_was_typed(claire: Customer, company: Company) -> None:
    say(company, "down")
    for _ in range(8):
        claire.enter("RC-1001", "37000")
        assert claire.status == 503
        assert "Nothing is wrong with what you typed." in claire.words
        assert 'value="RC-1001"' in claire.html
        assert 'value="37000"' in claire.html
    say(company, RIGHT)
    assert "It has not come yet?" in claire.enter().words


def test_a_mail_address_serves_like_a_postcode(claire: Customer, company: Company) -> None:
    claire.enter(postcode=" claire.martin@example.test ")
    inputs = next(inputs for capability, inputs in company.services.reads if capability == "shop.verify")
    assert inputs == {"number": "RC-1001", "mail": "claire.martin@example.test"}
    assert claire.status == 200


@pytest.mark.parametrize("typed", ["rc1001", "RC 1001", "1001", "n° rc–1001"])
def test_a_number_is_understood_however_it_is_typed(claire: Customer, company: Company, typed: str) -> None:
    claire.enter("RC-1001")
    company.services.reads.clear()
    claire.enter(typed)
    assert next(inputs["number"] for name, inputs in company.services.reads if name == "shop.verify") == "RC-1001"
    assert claire.status == 200


def test_a_number_spelt_otherwise_is_no_fresh_guess(claire: Customer, company: Company) -> None:
    claire.enter("RC-1001")
    company.services.reads.clear()
    say(company, WRONG)
    for typed in ("RC-1001", "rc1001", "RC 1001", "1001", "#1001", "n°1001", "rc–1001"):
        claire.enter(typed)
    assert asked(company) == BY_ORDER.most


@pytest.mark.parametrize(("number", "postcode", "field"), [("", "37000", "order_number"), ("RC-1001", " ", "postcode")])
def test_what_is_missing_is_said_at_its_field(
    claire: Customer, company: Company, number: str, postcode: str, field: str
) -> None:
    claire.enter(number, postcode)
    assert claire.status == 422
    assert f'href="#field-{field}"' in claire.html
    assert f'aria-describedby="problem-{field}' in claire.html
    assert asked(company) == 0


@pytest.mark.parametrize("bad", ["\x00", "x" * 5000, '\'; drop table "case" --', "<script>alert(1)</script>", "٣٧٠٠٠"])
def test_strange_input_is_only_wrong(claire: Customer, company: Company, bad: str) -> None:
    say(company, WRONG)
    claire.enter(bad, bad)
    assert claire.status == 422
    assert "<script>alert" not in claire.html
    assert claire.enter("RC-1001", bad).status == 422


def test_the_address_fills_the_form_and_chooses_the_matter(claire: Customer) -> None:
    claire.get("/selfcare?order_number=RC-1001&postcode=37000&about=late-delivery")
    assert 'value="RC-1001"' in claire.html
    assert re.search(r'value="late-delivery"[^>]* checked', claire.html)
    assert not re.search(r'value="parcel-not-received"[^>]* checked', claire.html)
    assert "delivery-dispute" not in claire.html


def test_what_is_asked_most_is_chosen_before_anybody_chooses(claire: Customer) -> None:
    claire.get("/selfcare")
    assert re.search(r'value="parcel-not-received"[^>]* checked', claire.html)
    claire.enter(about="late-delivery")
    claire.get("/selfcare")
    assert re.search(r'value="late-delivery"[^>]* checked', claire.html)


def test_the_case_speaks_the_language_in_which_she_entered(claire: Customer, app: Flask) -> None:
    claire.enter()
    assert "It has not come yet?" in claire.words
    reader = app.test_client()
    reader.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    begun = reader.get("/selfcare")
    assert "Comment pouvons-nous vous aider" in begun.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', begun.text)
    assert token is not None
    given = {"csrf_token": token[1], "order_number": "RC-1001", "postcode": POSTCODE, "about": "parcel-not-received"}
    entered = reader.post("/selfcare", data=given, follow_redirects=True)
    assert "Il n’est toujours pas arrivé" in entered.text
    assert '<html lang="fr"' in entered.text
