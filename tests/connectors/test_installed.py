"""What is installed: what serves a brand, and facts that the catalogue did not know."""

from base.database import Database
from processes.connectors.catalogue import catalogue
from processes.connectors.installed import learn_installed
from processes.connectors.installing import install_definition
from processes.judging import judge
from processes.versions import to_json
from tests.company import open_company
from tests.walking import tiny

LOYALTY = """
ariane_connector: 1
definition: acme
title: {fr: "Acme", en: "Acme"}
capabilities:
  acme.loyalty:
    kind: read
    label: {fr: "Fidélité", en: "Loyalty"}
    inputs: {order: {kind: text, label: {fr: "commande", en: "order"}}}
    fields: {points: {kind: number, label: {fr: "points", en: "points"}}}
operations:
  loyalty: {capability: acme.loyalty, path: "/loyalty/{order}", fields: {points: balance}}
"""
STEPS = """
- note: told
  text: {fr: "{{ loyal.points }} points", en: "{{ loyal.points }} points"}
- close: done
"""


def test_a_definition_brings_facts_that_processes_may_use(database: Database) -> None:
    """A file is enough for a service nobody here has seen, with facts nobody here has named."""
    source = to_json(tiny(STEPS.replace("loyal.points", "order.number")))
    source["facts"]["loyal"] = {"from": "acme.loyalty", "with": {"order": "order_number"}}
    company = open_company(database, [])
    with database.unit() as session:
        install_definition(session, company.sofia.actor(), company.now, LOYALTY)
    with database.reading() as session:
        learn_installed(session)
    assert catalogue()["acme.loyalty"].fields["points"].kind == "number"
    assert [fault for fault in judge(source, {}).faults if fault.code == "unknown_capability"] == []
    source["facts"]["loyal"]["with"] = {"oder": "order_number"}
    assert "unknown_input" in {fault.code for fault in judge(source, {}).faults}
