"""Facts: read when first needed, believed for their age, read anew when a robot looks or an act cannot be undone."""

from typing import Any

import pytest

from base.money import Money
from processes.walk.events import FactsRead, Reading
from processes.walk.values import UNKNOWN
from tests.walk.story import Story, played

TOP = """
facts:
  order: {from: shop.order, with: {number: "'RC-1'"}, max_age: 10 minutes}
  parcels: {from: carrier.tracking, each: order.parcels, key: .number, max_age: 5 minutes,
            with: {carrier: .carrier, number: .number}}
  stock: {from: shop.stock, with: {lines: order.skus}, max_age: 1 hour}
  resent: {from: carrier.tracking, with: {carrier: reship.carrier, number: reship.parcel_number}, max_age: 5 minutes}
"""
TWO = [{"number": "6A1", "carrier": "laposte"}, {"number": "6A2", "carrier": "dhl"}]


def facts(**changed: Any) -> dict[str, Any]:
    return {
        "order": {"number": "RC-1", "skus": ["L"], "total": Money(5000, "EUR"), "parcels": TWO},
        "parcels": {"6A1": {"status": "in_transit"}, "6A2": {"status": "delivered"}},
        "stock": {"available": True},
        **changed,
    }


def decided(condition: str, **given: Any) -> Story:
    steps = f"""
    - decide: it
      cases: [{{when: '{condition}', steps: [{{close: done}}]}}]
      otherwise: [{{close: other}}]
      unknown: [{{close: third}}]
    """
    return played(steps, top=TOP, **given).start()


def test_nothing_is_read_that_nothing_uses() -> None:
    assert played("- {close: done}", top=TOP).start().read_facts() == []


def test_facts_are_read_when_first_needed_those_they_rest_on_first() -> None:
    story = decided('count(parcels, .status = "delivered") = 1', facts=facts())
    assert story.read_facts() == ["order", "parcels 6A1", "parcels 6A2"]
    assert story.outcome == "done"


def test_facts_that_do_not_need_each_other_are_wanted_together() -> None:
    story = decided("stock.available and count(parcels) = 2", facts=facts())
    rounds = [[wanted.fact for wanted in turn.wanted] for turn in story.turns if turn.wanted]
    assert rounds == [["order"], ["parcels", "parcels", "stock"]]


def test_each_item_is_asked_of_its_own_carrier() -> None:
    story = decided("count(parcels) = 2", facts=facts())
    assert [(w.operation, dict(w.inputs)) for w in story.wanted[1:]] == [
        ("carrier.tracking", {"carrier": "laposte", "number": "6A1"}),
        ("carrier.tracking", {"carrier": "dhl", "number": "6A2"}),
    ]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"order": {"number": "RC-1", "parcels": TWO}}, "other"),
        ({"order": None}, "other"),
        ({"order": UNKNOWN}, "third"),
        ({"order": {"number": UNKNOWN}}, "third"),
        ({"order": {}}, "other"),
    ],
)
def test_known_missing_and_unknown_are_three(given: dict[str, Any], outcome: str) -> None:
    assert decided('order.number = "RC-2"', facts=facts(**given)).outcome == outcome


def test_an_item_that_cannot_be_read_is_unknown_by_itself() -> None:
    one_down = facts(parcels={"6A2": {"status": "delivered"}})
    assert decided('any(parcels, .status = "delivered")', facts=one_down).outcome == "done"
    assert decided('all(parcels, .status = "delivered")', facts=one_down).outcome == "third"
    assert decided('count(parcels, .status = "lost") >= 2', facts=one_down).outcome == "other"


def test_an_empty_list_is_known_and_nothing_is_asked() -> None:
    story = decided("count(parcels) = 0", facts=facts(order={"parcels": []}))
    assert story.outcome == "done"
    assert story.read_facts() == ["order"]


def test_a_list_that_is_no_list_is_unknown() -> None:
    assert decided("count(parcels) = 0", facts=facts(order={"parcels": 3})).outcome == "third"
    assert decided("count(parcels) = 0", facts=facts(order={"parcels": ["a"]})).outcome == "third"


def test_what_cannot_be_asked_for_want_of_an_input_is_unknown() -> None:
    story = decided("stock.available", facts=facts(order={"number": "RC-1"}))
    assert story.outcome == "third"
    assert story.read_facts() == ["order"]


def test_a_fact_is_unknown_until_its_inputs_come_true() -> None:
    story = played(
        """
    - decide: early
      cases: [{when: resent is known, steps: [{close: third}]}]
      unknown: go_on
    - {act: reship, using: shop.reship, with: {order: order.number, parcel: "'6A1'"}}
    - {wait: arrival, every: 1 day, within: 5 days, until: 'resent.status = "delivered"', if_never: [{close: other}]}
    - {close: done}
    """,
        top=TOP,
        facts=facts(resent={"status": "in_transit"}),
    ).start()
    assert "resent" not in " ".join(story.read_facts())
    story.done(carrier="dhl", parcel_number="6A9")
    assert story.read_facts() == ["resent"]
    story.facts["resent"] = {"status": "delivered"}
    assert story.wake().outcome == "done"


PAUSE = """
- {decide: one, cases: [{when: order is missing, steps: [{close: third}]}]}
- {ask: ok, kind: yes_no, text: {en: Ok?}}
- {decide: two, cases: [{when: order.number = "RC-2", steps: [{close: other}]}]}
- {close: done}
"""


def test_a_fact_is_believed_for_its_age_and_no_longer() -> None:
    young = played(PAUSE, top=TOP, facts=facts()).start()
    assert young.later("9 minutes").answer("yes").read_facts() == []

    old = played(PAUSE, top=TOP, facts=facts()).start()
    old.facts["order"] = {"number": "RC-2"}
    assert old.later("11 minutes").answer("yes").read_facts() == ["order"]
    assert old.outcome == "other"


def test_a_robot_that_wakes_reads_anew_whatever_the_age() -> None:
    steps = """
    - {wait: until_paid, every: 5 minutes, within: 1 hour, until: order.paid, if_never: [{close: other}]}
    - {close: done}
    """
    story = played(steps, top=TOP, facts=facts()).start()
    assert story.read_facts() == ["order"]
    assert story.wake().read_facts() == ["order anew"]
    story.facts["order"] = {"paid": True}
    assert story.wake().outcome == "done"


def test_one_reading_serves_a_whole_turn() -> None:
    steps = """
    - {wait: until_paid, every: 5 minutes, within: 1 hour, until: order.paid, if_never: [{close: other}]}
    - {decide: more, cases: [{when: order.number = "RC-1", steps: go_on}], otherwise: [{close: third}]}
    - {decide: again, cases: [{when: count(parcels) = 2, steps: go_on}], otherwise: [{close: other, id: odd}]}
    - {close: done}
    """
    story = played(steps, top=TOP, facts=facts()).start()
    story.facts["order"] = {**facts()["order"], "paid": True}
    story.wake()
    assert story.outcome == "done"
    assert story.read_facts() == ["order anew", "parcels 6A1 anew", "parcels 6A2 anew"]


def test_an_act_that_cannot_be_undone_rests_on_facts_read_in_this_turn() -> None:
    steps = """
    - {decide: one, cases: [{when: order is missing, steps: [{close: third}]}]}
    - {ask: ok, kind: yes_no, text: {en: Ok?}}
    - {act: reship, using: shop.reship, with: {order: order.number, parcel: "'6A1'"}}
    - {close: done}
    """
    story = played(steps, top=TOP, facts=facts()).start()
    assert story.later("1 minute").answer("yes").read_facts() == ["order anew"]
    assert story.acting.step == "reship"


def test_a_reading_older_than_wanted_is_taken_once_and_not_asked_for_for_ever() -> None:
    story = played(PAUSE, top=TOP, facts=facts())
    old = story.now
    story.later("2 days")
    story._reading = lambda wanted: Reading(  # type: ignore[method-assign]
        fact=wanted.fact, item=wanted.item, state="known", value=facts()["order"], at=old, id="old"
    )
    assert story.start().asking.step == "ok"


def test_an_answer_that_changes_the_inputs_makes_the_fact_old() -> None:
    top = "facts: {order: {from: shop.order, with: {number: number}, max_age: 10 minutes}}\n"
    steps = """
    sections:
    - section: main
      steps:
      - {ask: number, kind: order_number, text: {en: Number?}, max_age: 1 minute}
      - {say: it, text: {en: "{{ order.total | money }}"}}
      - {wait: pause, for: 2 minutes}
      - {go_to: main, at_most: 2}
    """
    story = played(steps, top=top, facts={"order": {"total": Money(1, "EUR")}}).start().answer("RC-1")
    story.wake().answer("RC-2")
    assert [dict(wanted.inputs) for wanted in story.wanted] == [{"number": "RC-2"}]
    story.wake().answer("RC-2")
    assert story.wanted == [], "the same number again, read two minutes ago"


def test_a_service_that_answers_nonsense_is_a_doubt_and_no_crash() -> None:
    assert decided("order.total > 10 EUR", facts=facts(order={"total": "cheap"})).because == "in_doubt"
    assert decided("order.total > 10 EUR", facts=facts(order={"total": Money(1, "USD")})).because == "in_doubt"
    assert decided("order.total", facts=facts(order={"total": Money(1, "EUR")})).because == "in_doubt"


def test_a_condition_that_cannot_be_evaluated_while_waiting_is_a_doubt_too() -> None:
    steps = """
    - {wait: paid, every: 5 minutes, within: 1 hour, until: order.total > 10 EUR, if_never: [{close: other}]}
    - {close: done}
    """
    story = played(steps, top=TOP, facts=facts(order={"total": Money(1, "EUR")})).start()
    story.facts["order"] = {"total": "plenty"}
    assert story.wake().because == "in_doubt"


def test_readings_that_nobody_asked_for_again_change_nothing_else() -> None:
    story = decided("count(parcels) = 2", facts=facts())
    assert isinstance(story.journal[1][0], FactsRead)
    assert [type(event).__name__ for event, _ in story.journal] == ["Started", "FactsRead", "FactsRead"]


def test_the_companys_settings_win_over_the_documents() -> None:
    top = 'settings: {limit: {value: 50 EUR, checked_on: "2026-01-01"}}\n' + TOP
    steps = """
    - {decide: dear, cases: [{when: order.total > setting.limit, steps: [{close: other}]}]}
    - {close: done}
    """
    assert played(steps, top=top, facts=facts()).start().outcome == "done"
    assert played(steps, top=top, facts=facts(), settings={"limit": Money(100, "EUR")}).start().outcome == "other"
