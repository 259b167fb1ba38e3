"""Acts are bounded and agreed to; words are there in every language, may be shown, and are not said twice."""

from tests.language.checked import HEAD, ORDER, PARCELS, found, told

REFUND = "- {act: refund, using: shop.refund, with: {order: order.number}, amount: order.total, cap: 100 EUR}\n"
END = "- {close: done}"


def test_an_act_that_is_bounded() -> None:
    assert found(REFUND + END, top=ORDER) == []


def test_money_needs_a_limit_and_an_amount() -> None:
    assert found(REFUND.replace(", cap: 100 EUR", "") + END, top=ORDER) == ["warning no_cap refund cap"]
    approved = REFUND.replace("cap: 100 EUR", "approval: {when: order.total > 3 EUR, who: boss}")
    assert found(approved + END, top=ORDER) == []


def test_what_the_customer_does_alone_is_confirmed() -> None:
    alone = REFUND.replace("cap:", "open_to: [customer], cap:")
    assert found(alone + END, top=ORDER) == ["warning no_confirmation refund confirm"]
    assert found(alone.replace("cap:", "confirm: {en: Refund?}, cap:") + END, top=ORDER) == []


def test_an_input_the_service_does_not_know() -> None:
    steps = REFUND.replace("order: order.number", "order: order.number, line: 'order.number'")
    assert found(steps + END, top=ORDER) == ["error unknown_input refund with.line"]
    assert told(steps + END, top=ORDER)[0].endswith("“line”; did you mean “lines”?")
    facts = "facts: {order: {from: shop.order, with: {nr: order_number}}}\n"
    assert found(END, top=facts) == ["error unknown_input order with.nr", "error input_missing order with"]


def test_what_cannot_be_undone_is_not_done_again_by_a_loop() -> None:
    steps = """
    - repeat: again
      steps: [{act: reship, using: shop.reship, with: {order: order.number, parcel: "'6A1'"}, if_fails: go_on}]
      until: order.status = "delivered"
      at_most: 3
      every: 1 day
      if_never: go_on
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error done_again reship using"]
    assert found(steps.replace('order.status = "delivered"', "reship.parcel_number is known"), top=ORDER) == []


def test_a_promise_is_not_kept_by_an_act() -> None:
    steps = REFUND + "- {say: soon, text: {en: Soon.}, promise: {by: now + 3 days, keep: refund.reference is known}}\n"
    assert found(steps + END, top=ORDER) == ["error kept_by_an_act soon promise.keep"]


# Words


def test_a_text_that_lacks_a_language() -> None:
    steps = """
    - {say: hello, text: {en: Hello}, texts: {agent: {en: Hello, fr: Bonjour}}}
    - {ask: which, kind: choice, text: {en: Which?, fr: "Lequel ?"}, within: 1 day, if_never: go_on,
       choices: [{value: one, label: {en: One}}], remind: [{after: 2 hours, text: {fr: Alors}}]}
    - {close: done}
    """
    head = HEAD.replace("{en: Test}", "{fr: Essai, en: Test}").replace("{en: Order number}", "{fr: Commande}")
    in_doubt = "in_doubt: [{close: done, id: doubt}]\n"
    assert found(steps, head=head, in_doubt=in_doubt) == [
        "error not_translated hello text",
        "error not_translated which choices.one.label",
        "error not_translated which remind.1",
        "error not_translated order_number order_number.label",
    ]


def test_the_same_values_in_every_language() -> None:
    steps = """
    - {say: hello, text: {en: "Order {{ order.number }}", fr: "Votre commande"}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["warning values_differ hello text.fr"]


def test_what_is_internal_is_not_printed_for_customers() -> None:
    past = ORDER + "  past: {from: ariane.past_cases, with: {reason: case.reason, period: 1 year}}\n"
    steps = """
    - {say: hello, text: {en: "You had {{ past.count }} cases{% if past.count > 2 %}: many{% endif %}."}}
    - {send: mail, subject: {en: "{{ order.segment | default('') }}"}, text: {en: Hello}}
    - {note: staff, text: {en: "{{ past.count }} cases{% if order.segment %}, {{ order.segment }}{% endif %}."}}
    - {close: done}
    """
    past = past.replace("1 year", "12 months")
    assert found(steps, top=past) == [
        "error internal hello text.en",
        "error internal mail subject.en",
        "warning written_twice mail send",
    ]


def test_what_may_be_missing_stands_under_an_if() -> None:
    steps = """
    - {say: hello, text: {en: "Due {{ order.promised_on | date }}."}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error may_be_missing hello text.en"]
    text = '"Due{% if order.promised_on %} {{ order.promised_on | date }}{% endif %}."'
    assert found(steps.replace('"Due {{ order.promised_on | date }}."', text), top=ORDER) == []
    assert found(steps.replace("text:", "if: order.promised_on is known, text:"), top=ORDER) == []
    assert found(steps.replace("text:", "if: order.promised_on > today, text:"), top=ORDER) == []
    assert found(steps.replace("order.promised_on |", "order.promised_on | default('soon') |"), top=ORDER) == []


def test_a_decision_tells_that_a_value_is_there() -> None:
    steps = """
    - decide: late
      cases:
      - when: order.promised_on < today and order.paid
        steps: [{say: hello, text: {en: "Due {{ order.promised_on | date }}."}}]
    - {close: done}
    """
    assert found(steps, top=ORDER) == []
    assert found(steps.replace("and order.paid", "or order.paid"), top=ORDER) == ["error may_be_missing hello text.en"]


def test_a_calculation_on_what_may_be_missing_may_be_missing() -> None:
    steps = """
    - {set: day, to: order.promised_on + 1 day}
    - {set: end, to: "first_known(order.promised_on, today)"}
    - {say: hello, text: {en: "Due {{ day | date }}, {{ end | date }}."}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error may_be_missing hello text.en"]


def test_items_of_a_list_have_fields_that_may_be_missing_too() -> None:
    loop = "{% for line in order.lines %}{{ line.name }}{{ line.personalised }}{% endfor %}"
    steps = f'- {{say: hello, text: {{en: "{loop}"}}}}\n{END}'
    assert found(steps, top=ORDER) == ["error may_be_missing hello text.en"]


def test_people_who_take_over_say_so_and_until_when() -> None:
    assert found("- {hand_over: desk, because: hard}", in_doubt="") == [
        "warning nothing_said hard text",
        "warning no_delay hard within",
        "warning outcome_not_reached outcomes.done",
    ]


def test_words_are_for_somebody_who_walks_here() -> None:
    steps = """
    - {say: hello, text: {en: Hello}, texts: {robot: {en: Beep}, agent.phone: {en: Hi}, sms: {en: H}}}
    - {say: beep, only: robot, text: {en: Beep}}
    - {close: done}
    """
    assert found(steps, head=HEAD.replace(", robot", "")) == [
        "error for_nobody beep only",
        "warning not_in_audience hello texts.robot",
        "warning not_in_audience beep only",
    ]


def test_a_robot_does_not_write_the_same_twice() -> None:
    steps = """
    - {say: told, text: {en: Refunded.}}
    - {send: mail, subject: {en: Refunded}, text: {en: Refunded.}}
    - {close: done}
    """
    assert found(steps) == ["warning written_twice mail send"]
    assert found(steps.replace("say: told", "say: told, only: [agent, customer]")) == []
    assert found(steps, head=HEAD.replace(", robot", "")) == []


def test_the_same_question_twice() -> None:
    steps = """
    - {ask: sure, kind: yes_no, text: {en: Sure?}, within: 1 day, if_never: go_on}
    - {ask: certain, kind: yes_no, text: {en: Sure?}, within: 1 day, if_never: go_on}
    - {close: done}
    """
    assert found(steps) == ["warning asked_twice certain text"]


def test_the_same_question_on_two_paths_is_asked_once() -> None:
    ask = "{ask: %s, kind: yes_no, text: {en: Sure?}, within: 1 day, if_never: go_on}"
    steps = f"""
    - decide: one
      cases: [{{when: order.paid, steps: [{ask % "sure"}]}}]
      otherwise: [{ask % "certain"}]
    - {{close: done}}
    """
    assert found(steps, top=ORDER) == []


def test_a_list_of_parcels_prints_what_the_carrier_says() -> None:
    loop = "{% for parcel in parcels %}{{ parcel.number }}: {{ parcel.raw_code }}{% endfor %}"
    steps = f'- {{say: hello, text: {{en: "{loop}"}}}}\n{END}'
    assert found(steps, top=PARCELS) == ["error internal hello text.en"]
