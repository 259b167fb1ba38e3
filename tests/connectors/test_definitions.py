"""A definition is checked as a whole, every fault with its place; a service nobody has seen needs only a file."""

import json
from pathlib import Path

import pytest

from processes.connectors import definitions
from processes.connectors.catalogue import catalogue, walk_fields
from processes.connectors.definitions import BadDefinition, library
from processes.connectors.reader import interpret
from processes.connectors.strict_yaml import BadYaml, read_yaml

HEAD = """
ariane_connector: 1
definition: acme
title: {fr: "Acme", en: "Acme"}
"""
FIELDS = """
      number: number
      carrier: "'acme'"
      status: {from: state, codes: {go: in_transit, done: delivered}}
      attempts: "`0`"
"""


def _faults(text: str) -> str:
    with pytest.raises(BadDefinition) as caught:
        definitions.load(text)
    return "; ".join(caught.value.faults)


def _tracking(more: str = "", fields: str = FIELDS, path: str = "/t/{number}") -> str:
    operation = f"    capability: carrier.tracking\n    path: {path}\n{more}\n    fields:{fields}"
    return f"{HEAD}\noperations:\n  tracking:\n{operation}"


def test_the_eight_ready_made_ones_load() -> None:
    assert set(library()) == set("aftership chronopost dhl laposte shippo shopify ups woocommerce".split())


def test_a_service_nobody_has_seen_needs_only_a_file(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(
        _tracking("    time: {zone: Asia/Tokyo, formats: ['%d/%m/%y %H:%M']}", FIELDS + "      last_event_at: seen\n")
    )
    operation = definitions.load_file(file).operations["tracking"]
    body = b'{"number": 7, "state": "done", "seen": "20/11/26 09:30"}'
    reading = interpret(operation, 200, {}, body, {"number": "7"})
    assert (reading.value["status"], reading.value["number"]) == ("delivered", "7")
    assert reading.value["last_event_at"].isoformat() == "2026-11-20T00:30:00+00:00"


def test_it_is_known_by_its_content_whatever_its_spelling() -> None:
    text = _tracking()
    assert definitions.load(text).hash == definitions.load(json.dumps(read_yaml(text))).hash
    assert definitions.load(text).hash != definitions.load(text.replace("/t/", "/u/")).hash


def test_all_faults_come_at_once_with_their_places() -> None:
    faults = _faults(_tracking("    method: FETCH\n    colour: red").replace("definition: acme", "definition: Acme!"))
    assert "definition" in faults and "operations.tracking.method" in faults and "operations.tracking.colour" in faults


@pytest.mark.parametrize(
    ("more", "fields", "said"),
    [
        ("", "      number: number\n      carrier: \"'a'\"\n      attempts: \"`0`\"", "fields.status: must be mapped"),
        ("", FIELDS + "      colour: colour", "no such field"),
        ("", FIELDS.replace("in_transit", "flying"), "go is mapped to flying"),
        ("", FIELDS.replace("codes: {go: in_transit, done: delivered}", "codes: nowhere"), "no table nowhere"),
        ("", FIELDS.replace("from: state", "from: 'state['"), "fields.status"),
        ("", FIELDS.replace("from: state", "from: \"shout(state)\""), "no function shout"),
        ("", FIELDS.replace("from: state", "from: \"mapped('nowhere', state)\""), "no table nowhere"),
        ("", FIELDS.replace("from: state", "from: \"named('last')\""), "not named in `let`"),
        ("", FIELDS.replace("from: state", "from: \"input('colour')\""), "no input of carrier.tracking"),
        ("    time: {zone: Mars/Phobos}", FIELDS, "no time zone"),
        ("    time: {formats: [sometimes]}", FIELDS, "no form of time"),
        ("    query: {q: '{colour}'}", FIELDS, "{colour} is no input"),
        ("    safety: keyed", FIELDS, "only an act"),
        ("    first: [{as: a, operation: nowhere}]", FIELDS, "no operation nowhere"),
        ("    first: [{as: a, operation: tracking}]", FIELDS, "in a circle"),
        ("    expects: '" + "[" * 1_500 + "'", FIELDS, "expects"),
        ("    expects: '" + "a" * 2_001 + "'", FIELDS, "longer than"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused(more: str, fields: str, said: str) -> None:
    assert said in _faults(_tracking(more, "\n" + fields.lstrip("\n")))


@pytest.mark.parametrize("path", ["t/{number}", "//evil.test/{number}", "/a/../b", "'/a?b=c'", "'/a#b'", "'/a b'"])
def test_a_path_stays_below_the_base_url(path: str) -> None:
    assert "path" in _faults(_tracking(path=path))


def test_money_needs_a_currency_and_an_act_its_key() -> None:
    act = f"""{HEAD}
operations:
  refund:
    capability: shop.refund
    method: POST
    path: /refunds
    safety: keyed
    fields: {{reference: id, amount: amount}}
"""
    faults = _faults(act)
    assert "money needs a `currency`" in faults and "the key is nowhere in the request" in faults
    assert "queryable needs a `lookup`" in _faults(act.replace("keyed", "queryable"))


def test_a_service_may_bring_facts_that_the_catalogue_does_not_know() -> None:
    text = f"""{HEAD}
capabilities:
  acme.loyalty:
    kind: read
    label: {{fr: "Fidélité", en: "Loyalty"}}
    inputs: {{customer: {{kind: text, label: {{fr: "client", en: "customer"}}}}}}
    fields: {{points: {{kind: number, label: {{fr: "points", en: "points"}}}}}}
operations:
  loyalty: {{capability: acme.loyalty, path: "/loyalty/{{customer}}", fields: {{points: balance}}}}
"""
    operation = definitions.load(text).operations["loyalty"]
    assert interpret(operation, 200, {}, b'{"balance": 120}').value == {"points": 120}
    assert "has it already" in _faults(text.replace("acme.loyalty:", "shop.order:"))


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "a: !!python/object/apply:os.system [ls]",
        "a: 1\na: 2",
        "[" * 31 + "]" * 31,
        "[" * 100_000,
        "? {a: 1}\n: 2",
        "a: b: c",
        "\t- a",
    ],
)
def test_clever_yaml_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadYaml):
        read_yaml(text)
    assert _faults(text)


def test_texts_stay_texts() -> None:
    text = 'NO: 01000\nat: 22:30\non: yes\nnumber: 12\nquoted: "12"\nsure: true'
    assert read_yaml(text) == {
        "NO": "01000", "at": "22:30", "on": "yes", "number": 12, "quoted": "12", "sure": True,
    }  # fmt: skip


def test_every_field_and_every_value_of_the_catalogue_has_its_label_in_both_languages() -> None:
    for capability in catalogue().values():
        assert capability.label.fr and capability.label.en
        for path, kind in walk_fields({**capability.inputs, **capability.fields}):
            for label in (kind.label, *kind.values.values()):
                assert label.fr and label.en, f"{capability.name}.{path}"


def test_the_parcel_vocabulary_is_the_common_one() -> None:
    vocabulary = (
        "announced in_transit out_for_delivery ready_for_pickup delivery_failed delivered partially_delivered "
        "returning returned lost damaged customs unknown_parcel"
    )
    assert list(catalogue()["carrier.tracking"].fields["status"].values) == vocabulary.split()
