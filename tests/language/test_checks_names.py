"""Names: known, single, and set before they are used; the nearest one is offered."""

from tests.language.checked import HEAD, ORDER, PARCELS, found, told


def test_a_document_without_mistakes_has_no_fault() -> None:
    steps = """
    - {say: hello, text: {en: "Order {{ order.number }}, {{ order.total | money }}."}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == []


def test_an_unknown_name_is_found_and_the_nearest_offered() -> None:
    steps = """
    - {decide: late, cases: [{when: ordre.promised_on < today, steps: [{close: done, id: late_one}]}]}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error unknown_name late cases.1.when"]
    assert told(steps, top=ORDER) == ["late · cases.1.when: `ordre` is no known name; did you mean `order`?"]


def test_a_field_a_service_does_not_have_is_found_in_expressions_and_in_texts() -> None:
    steps = """
    - {set: day, to: order.promised_at}
    - {say: hello, text: {en: "No. {{ order.nummer }}{% for l in order.lines %}{{ l.prize | money }}{% endfor %}"}}
    - {close: done}
    """
    assert found(steps, top=ORDER) == [
        "error unknown_name day to", "error unknown_name hello text.en", "error unknown_name hello text.en",
    ]  # fmt: skip
    assert told(steps, top=ORDER)[0].endswith("`order` has no field `promised_at`; did you mean `promised_on`?")


def test_items_of_a_list_have_the_fields_of_the_order_and_those_of_the_carrier() -> None:
    steps = """
    - {set: out, to: 'count(parcels, .direction = "out" and .status = "delivered")'}
    - {set: typo, to: 'count(parcels, .state = "delivered")'}
    - {close: done}
    """
    assert found(steps, top=PARCELS) == ["error unknown_name typo to"]


def test_the_item_chosen_has_the_fields_of_its_list() -> None:
    steps = """
    - {ask: parcel, kind: item, of: {list: parcels, if: .direction = "out", show: [.carier]}, text: {en: Which?},
       within: 1 day, if_none: [{close: done, id: none}], if_never: go_on}
    - {say: hello, if: parcel is known, text: {en: "{{ parcel.number }} {{ parcel.wait }}"}}
    - {close: done}
    """
    assert found(steps, top=PARCELS) == ["error unknown_name parcel of.show", "error unknown_name hello text.en"]


def test_an_unknown_setting_is_found_and_one_that_nothing_reads_is_told() -> None:
    steps = """
    - {wait: a_while, for: setting.pauze}
    - {close: done}
    """
    settings = 'settings: {pause: {value: 2 days, checked_on: "2026-01-01"}}\n'
    assert found(steps, top=settings) == [
        "error unknown_name a_while for", "warning setting_not_read settings.pause",
    ]  # fmt: skip
    assert found(steps.replace("pauze", "pause"), top=settings) == []


def test_the_results_of_steps_have_their_fields() -> None:
    steps = """
    - {act: label, using: shop.return_label, with: {order: order.number, parcel: "'6A1'"}}
    - {task: look, for: warehouse, text: {en: Look.}, within: 1 day, if_never: [{close: done, id: silent}],
       form: {found: {kind: yes_no, label: {en: Found?}}}}
    - {decide: one, cases: [{when: label.failed is known or look.fund = "yes", steps: go_on}]}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error unknown_name one cases.1.when"] * 2


def test_the_inputs_of_a_fact_are_checked_too() -> None:
    facts = "facts: {order: {from: shop.order, with: {number: ordernumber}}}\n"
    assert found("- {close: done}", top=facts) == ["error unknown_name order with.number"]


def test_what_starts_and_what_is_given_is_read() -> None:
    top = (
        "gives: {day: order_numbr}\nstarts: [{event: parcel.lost, keep: event.kind = 1, needs: {ordr: event.order}}]\n"
    )
    assert found("- {close: done}", top=top) == [
        "error unknown_name gives.day", "error unknown_input starts.1.needs.ordr", "warning starts_not_run starts",
    ]  # fmt: skip
    top = "starts: [{event: parcel.lost, keep: (, needs: {order_number: event.order}}]\n"
    assert found("- {close: done}", top=top) == ["error cannot_be_read starts.1.keep", "warning starts_not_run starts"]


def test_a_name_means_one_thing() -> None:
    steps = """
    - {set: order, to: today}
    - {set: today, to: now}
    - {close: done}
    """
    assert found(steps, top=ORDER) == ["error same_name order set", "error same_name today set"]
    facts = "facts: {order_number: {from: shop.order, with: {number: case.order_number}}}\n"
    assert found("- {close: done}", top=facts) == ["error same_name order_number"]


def test_a_name_used_before_it_can_be_set_is_an_error() -> None:
    steps = """
    - {say: hello, text: {en: "Until {{ day | date }}."}}
    - {set: day, to: today}
    - {close: done}
    """
    assert found(steps) == ["error not_yet_set hello text"]


def test_a_name_that_only_some_paths_set_is_a_warning() -> None:
    steps = """
    - {decide: long, cases: [{when: today > 2026-01-01, steps: [{set: day, to: today}]}]}
    - {say: hello, text: {en: "Until {{ day | date }}."}}
    - {close: done}
    """
    assert found(steps) == ["warning perhaps_not_set hello text"]


def test_an_if_or_a_default_provides_for_what_is_not_set() -> None:
    steps = """
    - {decide: long, cases: [{when: today > 2026-01-01, steps: [{set: day, to: today}]}]}
    - {say: hello, text: {en: "Hello{% if day %}, until {{ day | date }}{% endif %}."}}
    - {say: again, if: day is known, text: {en: "Until {{ day | date }}."}}
    - {set: end, to: "first_known(day, today)"}
    - {close: done}
    """
    assert found(steps) == []


def test_going_back_sets_names_for_the_next_round() -> None:
    steps = """
    sections:
    - section: main
      steps:
      - {say: hello, text: {en: "Hello{% if day %}, again{% endif %}."}}
      - {wait: a_while, for: 1 day}
      - {set: day, to: today}
      - {go_to: main, at_most: 2}
    - section: end
      steps: [{close: done}]
    """
    assert found(steps) == ["error unreachable close_done section", "warning outcome_not_reached outcomes.done"]


def test_a_fact_cannot_be_read_before_what_it_needs() -> None:
    top = ORDER + "  resent: {from: carrier.tracking, with: {carrier: reship.carrier, number: reship.parcel_number}}\n"
    steps = """
    - {wait: early, within: 1 day, until: resent.status = "delivered", if_never: go_on}
    - {act: reship, using: shop.reship, with: {order: order.number, parcel: "'6A1'"}}
    - {wait: arrival, within: 1 day, until: resent.status = "delivered", if_never: go_on}
    - {close: done}
    """
    assert found(steps, top=top) == ["error not_yet_set early until"]


def test_only_what_exists_is_cancelled() -> None:
    steps = """
    - {task: claim, for: desk, due: 1 day, text: {en: Claim.}}
    - {cancel: clam}
    - {close: done}
    """
    assert found(steps) == ["error unknown_step main.cancel.clam.1 cancel"]


def test_without_needs_there_is_no_such_name() -> None:
    head = HEAD.partition("needs:")[0]
    assert found("- {close: done}", head=head) == []
