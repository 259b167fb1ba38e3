"""Paths: everything is reached, nothing goes round without a stop, robots get on, and calls come to an end."""

from processes.language.checks import check_document
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.library import shipped_document, shipped_keys
from tests.bench.walking import big_document
from tests.language.checked import HEAD, ORDER, PARCELS, found, told, written


def test_a_step_behind_an_end_is_never_reached() -> None:
    steps = """
    - {decide: one, cases: [{when: today > 2026-01-01, steps: [{close: done}, {say: never, text: {en: Never.}}]}]}
    - {close: done, id: other_end}
    """
    assert found(steps) == ["error unreachable never"]


def test_a_section_that_no_path_leads_to() -> None:
    steps = """
    sections:
    - {section: main, steps: [{close: done}]}
    - {section: lost, steps: [{say: never, text: {en: Never.}}, {close: done, id: never_done}]}
    """
    assert found(steps) == ["error unreachable never section"]
    assert told(steps) == ["never · section: No path leads to the section “lost”."]


def test_a_section_that_people_bring_the_case_back_to_is_reached() -> None:
    steps = """
    sections:
    - section: main
      steps: [{hand_over: desk, because: hard, within: 1 day, text: {en: A person answers.}, return_to: [again]}]
    - {section: again, steps: [{close: done}]}
    """
    assert found(steps) == []


def test_a_decision_whose_branches_all_end_never_goes_on() -> None:
    steps = """
    - decide: one
      cases: [{when: today > 2026-01-01, steps: [{close: done, id: early}]}]
      otherwise: [{close: done, id: late}]
    - {close: done}
    """
    assert found(steps) == ["error unreachable close_done"]


def test_an_outcome_that_no_path_ends_with() -> None:
    head = HEAD.replace("{done: solved}", "{done: solved, lost: unsolved}")
    assert found("- {close: done}", head=head) == ["warning outcome_not_reached outcomes.lost"]


def test_sections_that_go_round_without_waiting() -> None:
    steps = """
    sections:
    - section: main
      steps:
      - {decide: one, cases: [{when: order.paid, steps: [{close: done}]}], otherwise: [{go_to: again}]}
    - section: again
      steps: [{go_to: main, at_most: 5}]
    """
    assert found(steps, top=ORDER) == ["error round_without_wait main.go_to.again.1 go_to"]
    waiting = steps.replace("[{go_to: main", "[{wait: a_day, for: 1 day}, {go_to: main")
    assert found(waiting, top=ORDER) == []


def test_a_wait_for_something_that_cannot_change() -> None:
    steps = """
    - {ask: sure, kind: yes_no, text: {en: Sure?}, within: 1 day, if_never: go_on}
    - {wait: a_while, within: 1 day, until: sure = "yes", if_never: go_on}
    - {close: done}
    """
    assert found(steps) == ["error nothing_changes a_while until"]
    assert found(steps.replace('sure = "yes"', "order.paid"), top=ORDER) == []


def test_a_chosen_parcel_changes_while_one_waits() -> None:
    steps = """
    - {ask: parcel, kind: item, of: {list: parcels, show: [.number]}, text: {en: Which?}, within: 1 day,
       if_none: [{close: done, id: none}], if_never: [{close: done, id: never}]}
    - {wait: delivery, within: 1 day, until: parcel.status = "delivered", if_never: go_on}
    - {close: done}
    """
    assert found(steps, top=PARCELS) == []


def test_a_repeat_without_a_pause() -> None:
    steps = """
    - repeat: look
      steps: [{set: seen, to: order.status}]
      until: seen = "delivered"
      at_most: 3
      if_never: go_on
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["warning repeat_without_pause look every"]
    assert found(steps.replace("at_most: 3", "at_most: 3\n      every: 1 day"), top=ORDER) == []


def test_nothing_waits_inside_a_for_each() -> None:
    steps = """
    - for_each: line
      in: order.lines
      key: .sku
      at_most: 10
      steps: [{ask: sure, kind: yes_no, text: {en: "Is {{ line.name }} right?"}, within: 1 day, if_never: go_on}]
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error wait_in_for_each sure ask"]


# Robots


def test_a_robot_must_not_wait_for_ever() -> None:
    steps = "- {ask: sure, kind: yes_no, text: {en: Sure?}}\n- {close: done}"
    assert found(steps) == ["error robot_waits_for_ever sure within"]
    for end in ("within: 1 day, if_never: go_on", "by: now + 1 day, if_never: go_on", 'default: "yes"', "only: agent"):
        assert found(steps.replace("kind: yes_no", f"kind: yes_no, {end}")) == []
    assert found(steps, head=HEAD.replace(", robot", "")) == []


# Calls


def callee(key: str = "other", more: str = "", steps: str = "- {close: found}") -> Document:
    """A process to be called."""
    head = HEAD.replace("process: test", f"process: {key}").replace("done: solved", "found: solved, lost: unsolved")
    return written(steps, head=head + more)


CALL = """
- {call: other, with: {order_number: order_number}, is: {found: go_on, lost: go_on}}
- {close: done}
"""


def test_a_call_that_keeps_its_contract() -> None:
    assert found(CALL, others=(callee(),)) == []
    assert found(CALL) == []


def test_every_outcome_of_a_called_process_is_handled() -> None:
    assert found(CALL.replace(", lost: go_on", ""), others=(callee(),)) == ["error outcome_not_handled other is"]
    assert found(CALL.replace("lost:", "lots:"), others=(callee(),)) == [
        "error unknown_outcome other is", "error outcome_not_handled other is",
    ]  # fmt: skip
    steps = "- {call: other, with: {order_number: order_number}, then: close}"
    assert found(steps, others=(callee(),)) == [
        "warning outcome_not_handled other then", "warning outcome_not_reached outcomes.done",
    ]  # fmt: skip


def test_a_called_process_is_given_what_it_needs() -> None:
    assert found(CALL.replace("{order_number: order_number}", "{}"), others=(callee(),)) == [
        "warning need_not_given other with"
    ]
    assert found(CALL.replace("{order_number:", "{order_numbr:"), others=(callee(),)) == [
        "error unknown_input other with.order_numbr", "warning need_not_given other with",
    ]  # fmt: skip
    assert found("- {start: other}\n- {close: done}", others=(callee(),)) == ["error need_not_given other with"]


def test_a_process_that_is_not_there_yet() -> None:
    assert told(CALL.replace("call: other", "call: othr, id: other"), others=(callee(),)) == [
        "other · call: There is no process “othr” yet; did you mean “other”?"
    ]


def test_a_called_process_is_for_all_who_walk_here() -> None:
    other = callee().model_copy(update={"audience": ["agent"]})
    assert found(CALL, others=(other,)) == ["warning not_in_audience other call"]


def test_what_a_called_process_gives_has_its_fields() -> None:
    other = callee(more="gives: {day: today}\n")
    steps = CALL.replace("- {close", '- {set: end, to: "first_known(other.day, other.dya, today)"}\n- {close')
    assert found(steps, others=(other,)) == ["error unknown_name end to"]


def test_calls_in_a_circle() -> None:
    back = callee(steps="- {call: test, with: {order_number: order_number}, is: {done: go_on}}\n- {close: found}")
    assert found(CALL, others=(back,)) == ["error circle other call"]
    assert told(CALL, others=(back,)) == ["other · call: Calls go in a circle: test → other → test."]


def test_starting_each_other_for_ever() -> None:
    back = callee(steps="- {start: test, with: {order_number: order_number}}\n- {close: found}")
    assert found(
        CALL.replace("call: other", "start: other").replace(", is: {found: go_on, lost: go_on}", ""), others=(back,)
    ) == ["warning circle other start"]


# Whole documents


def test_shipped_processes_have_no_error_and_few_warnings() -> None:
    others = {key: shipped_document(key) for key in shipped_keys()}
    faults = [fault for document in others.values() for fault in check_document(document, others)]
    assert {fault.code for fault in faults} <= {"no_confirmation"}


def test_four_thousand_steps_are_checked_without_an_error() -> None:
    document = Document.model_validate(big_document(4000))
    compile_document(document).checked()
    assert {fault.level for fault in check_document(document, {})} <= {"warning"}


def test_an_act_says_what_happens_when_it_fails_and_going_back_how_often() -> None:
    steps = """
    - {act: label, using: shop.return_label, with: {order: order_number, parcel: "'6A1'"}}
    - {go_to: main}
    """
    faults = compile_document(written(steps, in_doubt="")).faults
    assert [(fault.code, fault.step) for fault in faults] == [
        ("cycle", "main.go_to.main.1"),
        ("in_doubt_missing", "label"),
    ]
