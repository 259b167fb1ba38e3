"""Checks of what a customer has to go through, and of words that time has overtaken."""

from datetime import date

from processes.language.checking.effort import MOST_CLICKS
from processes.language.checking.subject import Beside
from processes.language.checks import check_document
from tests.language.checked import found, written

QUESTION = """
- ask: q{number}
  kind: yes_no
  text: {{en: "Question {number}?"}}
  if_yes: go_on
  within: 1 day
  if_never: go_on
"""


def questions(first: int, last: int) -> str:
    return "".join(QUESTION.format(number=number) for number in range(first, last + 1))


def test_a_customer_is_not_asked_nine_things_in_a_row() -> None:
    assert found(questions(1, MOST_CLICKS) + "- {close: done}") == []
    many = questions(1, MOST_CLICKS + 1) + "- {close: done}"
    assert found(many) == [f"warning too_many_clicks q{MOST_CLICKS + 1} ask"]


def test_after_a_wait_she_sits_down_anew() -> None:
    steps = questions(1, 6) + "- {wait: night, for: 1 day}\n" + questions(7, 12) + "- {close: done}"
    assert found(steps) == []


def test_questions_for_staff_cost_the_customer_nothing() -> None:
    steps = questions(1, 12).replace("  within", "  only: [agent]\n  within") + "- {close: done}"
    assert found(steps) == []


SAID = '- {say: hello, text: {en: "%s", fr: "%s"}}\n- {close: done}'
HEAD = """
ariane: 1
process: test
title: {en: Test, fr: Essai}
reason: delivery.not_received
audience: [agent, customer]
outcomes: {done: solved}
"""


def stale(before: str, after: str) -> list[str]:
    live, draft = (written(steps, head=HEAD, in_doubt="") for steps in (before, after))
    faults = check_document(draft, {}, beside=Beside(live=live))
    return [f"{fault.code} {fault.step} {fault.key} {fault.params['languages']}" for fault in faults]


def test_a_translation_left_behind_is_told() -> None:
    before = SAID % ("Hello", "Bonjour")
    assert stale(before, SAID % ("Good day", "Bonjour")) == ["stale_translation hello text fr"]
    assert stale(before, SAID % ("Hello", "Bonsoir")) == ["stale_translation hello text en"]
    assert stale(before, SAID % ("Good day", "Bonne journée")) == []
    assert stale(before, before) == []


def test_a_language_written_for_the_first_time_leaves_nobody_behind() -> None:
    alone = '- {say: hello, text: {en: "Hello"}}\n- {close: done}'
    assert stale(alone, SAID % ("Hello", "Bonjour")) == []


QUOTED = '- {say: fetch, text: {en: "Fetch it."}, passage: pickup#papers}\n- {close: done}'


def quoted(beside: Beside) -> list[tuple[str, str]]:
    return [(fault.level, fault.code) for fault in check_document(written(QUOTED), {}, beside=beside)]


def test_a_passage_past_its_date_is_told() -> None:
    until, after = date(2026, 3, 1), date(2026, 3, 2)
    known = {"pickup#papers": until}
    assert quoted(Beside(passages=known, today=until)) == []
    assert quoted(Beside(passages=known, today=after)) == [("warning", "expired_passage")]
    assert quoted(Beside(passages={"pickup#papers": None}, today=after)) == []


def test_a_passage_that_no_article_has_is_told_with_the_nearest() -> None:
    faults = check_document(written(QUOTED), {}, beside=Beside(passages={"pickup#paper": None}))
    assert [(fault.code, fault.params["near"]) for fault in faults] == [("unknown_passage", "pickup#paper")]
    assert quoted(Beside()) == []


FILE = """
- ask: photo
  kind: yes_no
  text: {en: "Shall we send a label?"}
  if_yes:
  - act: label
    using: shop.return_label
    with: {order: order_number}
    if_fails: go_on
  if_no: go_on
  within: 1 day
  if_never: go_on
- {send: sent, subject: {en: Label}, text: {en: "Here it is."}, attach: [label.file]}
- {close: done}
"""


def test_a_file_that_only_one_path_makes_is_told_before_it_is_mailed() -> None:
    assert "warning perhaps_not_set sent attach.0" in found(FILE)
