"""A few lines of a document, checked: what a test of the checks needs around the mistake it is about."""

from textwrap import dedent, indent
from typing import Any

from processes.language.checking.subject import Beside
from processes.language.checks import check_document
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.language.yaml import read_yaml

HEAD = """
ariane: 1
process: test
title: {en: Test}
reason: delivery.not_received
audience: [agent, customer, robot, assistant]
outcomes: {done: solved}
needs: {order_number: {kind: order_number, label: {en: Order number}}}
"""
IN_DOUBT = """
in_doubt: [{hand_over: experts, because: in_doubt, within: 1 day, text: {en: A person answers you.}}]
"""
ORDER = """
facts:
  order: {from: shop.order, with: {number: order_number}}
"""
PARCELS = """
facts:
  order: {from: shop.order, with: {number: order_number}}
  parcels: {from: carrier.tracking, each: order.parcels, key: .number, with: {carrier: .carrier, number: .number}}
"""


def written(steps: str, *, top: str = "", in_doubt: str = IN_DOUBT, head: str = HEAD) -> Document:
    """A document of the steps of its section `main`, or of whole sections when the text says so."""
    body = dedent(steps).strip("\n")
    if "sections:" not in body:
        body = "sections:\n- section: main\n  steps:\n" + indent(body, "  ")
    return Document.model_validate(read_yaml(f"{head}{top}{in_doubt}{body}\n").data)


def found(
    steps: str, *, others: tuple[Document, ...] = (), idle: bool = False, blind: tuple[str, ...] = (), **parts: Any
) -> list[str]:
    """The faults of a document that the compiler takes: level, code, step and key of each.

    Answers that nothing uses are told with `idle` alone: a document of a few lines asks for what it is about.
    """
    document = written(steps, **parts)
    assert [fault.tell("en") for fault in compile_document(document).faults] == []
    faults = check_document(document, {other.process: other for other in others}, beside=Beside(blind=frozenset(blind)))
    return [
        " ".join(filter(None, (fault.level, fault.code, fault.step, fault.key)))
        for fault in faults
        if idle or fault.code != "answer_not_used"
    ]


def told(steps: str, *, others: tuple[Document, ...] = (), blind: tuple[str, ...] = (), **parts: Any) -> list[str]:
    """Their sentences."""
    faults = check_document(
        written(steps, **parts), {other.process: other for other in others}, beside=Beside(blind=frozenset(blind))
    )
    return [fault.tell("en") for fault in faults]
