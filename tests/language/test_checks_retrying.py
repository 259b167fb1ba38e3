"""What cannot be undone, and whose service cannot tell whether it was done, is not tried again by itself."""

from tests.language.checked import ORDER, found, told

RESHIP = "act: reship, using: shop.reship, with: {order: order.number, parcel: \"'6A1'\"}"
BLIND = ("shop.reship",)
AGAIN = f"""
sections:
- section: sending
  steps:
  - {{{RESHIP}, if_fails: [{{wait: pause, for: 1 hour}}, {{go_to: sending, at_most: 3}}]}}
  - {{close: done}}
"""


def blind_faults(steps: str, *blind: str) -> list[str]:
    return [each for each in found(steps, top=ORDER, blind=blind) if "blind" in each]


def test_a_failed_blind_act_does_not_lead_back_to_itself() -> None:
    assert blind_faults(AGAIN, *BLIND) == ["error blind_retry reship using"]


def test_the_same_is_fine_where_the_service_can_tell() -> None:
    assert blind_faults(AGAIN) == []
    assert blind_faults(AGAIN, "shop.refund") == []


def test_a_loop_that_falls_through_after_a_failure_is_a_retry_too() -> None:
    loop = f"""
    - repeat: again
      steps: [{{{RESHIP}, if_fails: go_on}}]
      until: reship.parcel_number is known
      at_most: 3
      every: 1 day
      if_never: go_on
    - {{close: done}}
    """
    assert blind_faults(loop, *BLIND) == ["error blind_retry reship using"]


def test_a_person_in_between_decides() -> None:
    task = "{task: look, for: experts, text: {en: Look.}, within: 1 day, if_never: [{close: done, id: given_up}]}"
    asked = AGAIN.replace("{wait: pause, for: 1 hour}", task)
    assert blind_faults(asked, *BLIND) == []
    nobody = asked.replace("if_never: [{close: done, id: given_up}]", "if_never: [{go_to: sending, at_most: 2}]")
    assert blind_faults(nobody, *BLIND) == ["error blind_retry reship using"]


def test_the_next_item_of_a_list_is_another_act() -> None:
    each = f"""
    - for_each: parcel
      in: order.parcels
      key: .number
      at_most: 5
      steps: [{{{RESHIP}, if_fails: go_on}}]
    - {{close: done}}
    """
    assert blind_faults(each, *BLIND) == []


def test_a_success_that_comes_round_again_is_no_retry() -> None:
    steps = f"""
sections:
- section: sending
  steps:
  - {{{RESHIP}}}
  - {{wait: pause, for: 1 day}}
  - {{go_to: sending, at_most: 2}}
  - {{close: done}}
"""
    assert blind_faults(steps, *BLIND) == []


def test_the_author_reads_it_in_both_languages() -> None:
    [sentence] = [each for each in told(AGAIN, top=ORDER, blind=BLIND) if "cannot tell" in each]
    assert "This cannot be undone" in sentence and "“sending.go_to.sending.1”" in sentence
