"""Short ways for tests of the shell: a small process, and people who answer it."""

from typing import Any

from base.actors import Actor
from processes.language.document import Document
from processes.language.yaml import read_yaml
from processes.walk.events import Answered
from processes.walk.turn import Asking
from processes.walks import Shown, Walks

SHOP = """
ariane: 1
process: tiny
title: {fr: "Petit", en: "Tiny"}
reason: delivery.not_received
audience: [agent, customer, robot]
outcomes: {done: solved, refused: unsolved, nobody_knows: unsolved}
needs:
  order_number: {kind: order_number, label: {fr: "Commande", en: "Order"}}
facts:
  order: {from: shop.order, with: {number: order_number}, max_age: 10 minutes}
in_doubt:
- hand_over: delivery_team
  because: in_doubt
  within: 1 business day
  text: {fr: "Un conseiller vous écrit.", en: "A person writes to you."}
  return_to: [main]
sections:
- section: main
  title: {fr: "Principal", en: "Main"}
  steps:
STEPS
"""


CANCEL = """
- ask: sure
  kind: yes_no
  only: [agent, customer]
  text: {fr: "Annuler ?", en: "Cancel?"}
  if_no: [{close: refused, id: not_sure}]
- act: cancelling
  using: shop.cancel_order
  with: {order: order.number}
  open_to: [agent, customer, robot]
  if_fails:
  - hand_over: delivery_team
    because: not_cancelled
    within: 1 business day
    text: {fr: "Un conseiller reprend.", en: "A person takes over."}
    return_to: [main]
- send: cancelled
  subject: {fr: "Annulée", en: "Cancelled"}
  text:
    fr: "Votre commande {{ order_number }} est annulée. {{ link }}"
    en: "Your order {{ order_number }} is cancelled. {{ link }}"
- close: done
  text: {fr: "C’est fait.", en: "Done."}
"""
"""Asks, acts, writes, closes."""
WATCH = """
- say: watching
  text: {fr: "Nous regardons demain.", en: "We look tomorrow."}
- wait: tomorrow
  within: 3 business days
  every: 1 business day
  at: "18:00"
  until: order.status = "delivered"
  if_never: [{close: refused, id: never}]
  unknown: [{close: nobody_knows, id: doubt, text: {fr: "Nous ne savons pas.", en: "We do not know."}}]
- close: done
  text: {fr: "Livré.", en: "Delivered."}
"""
"""Looks every day at 18:00, for three days."""
FOLLOW_UP = """
- wait: tomorrow
  within: 3 business days
  every: 1 business day
  at: "18:00"
  until: order.status = "delivered"
  if_never: [{close: refused, id: never}]
  unknown: [{close: nobody_knows, id: doubt, text: {fr: "Nous ne savons pas.", en: "We do not know."}}]
- act: reshipping
  using: shop.cancel_order
  with: {order: order.number}
  open_to: [agent, customer, robot]
  if_fails:
  - hand_over: delivery_team
    because: not_cancelled
    within: 1 business day
    text: {fr: "Un conseiller reprend.", en: "A person takes over."}
    return_to: [main]
- send: told
  subject: {fr: "Fait", en: "Done"}
  text: {fr: "Commande {{ order_number }} : c’est fait.", en: "Order {{ order_number }}: done."}
- close: done
  text: {fr: "C’est fait.", en: "Done."}
"""
"""A check the next day at 18:00; then an act, a mail, the end."""


def tiny(steps: str, **words: str) -> Document:
    """A process of one section with these steps, each line indented by two; `words` replace pieces of it."""
    source = SHOP.replace("STEPS", "\n".join(f"  {line}" for line in steps.strip().splitlines()))
    for old, new in words.items():
        source = source.replace(old, new)
    return Document.model_validate(read_yaml(source).data)


def begin(walks: Walks, actor: Actor, case_id: int, process: str = "tiny", **more: Any) -> Shown:
    """Start it, in the console or in selfcare, as the actor would."""
    given: dict[str, Any] = {"channel": channel_of(actor), "language": "fr", "needs": {"order_number": "RC-1001"}}
    return walks.start(actor, case_id, process, **given | more)


def answer(walks: Walks, actor: Actor, shown: Shown, value: Any, **more: Any) -> Shown:
    """Answer the question that stands, at the revision that was shown."""
    assert isinstance(shown.waiting, Asking)
    event = Answered(
        walker=actor.kind, channel=channel_of(actor), language="fr", step=shown.waiting.step,  # type: ignore[arg-type]
        visit=shown.waiting.visit, value=value,
    )  # fmt: skip
    return walks.carry_on(shown.walk, event, actor=actor, **{"revision": shown.revision} | more)


def channel_of(actor: Actor) -> str:
    """Where the actor is."""
    return {"customer": "selfcare", "robot": "robot"}.get(actor.kind, "phone")
