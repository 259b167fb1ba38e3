"""An act of yesterday evening whose answer was lost: one of the robots' vouchers, for a supervisor to settle."""

from datetime import timedelta

from sqlalchemy.orm import Session

from ariane.demo.clock import OPENING
from ariane.demo.world import build
from base.actors import Actor, robot_actor
from base.clock import real_now
from base.money import Money
from cases import delivery, effects
from cases.cases import open_case
from cases.claims import fixed_clock
from cases.customers import Identity, customer_at_first_sight
from cases.orders import order_at_first_sight

ORDER = "RC-990"
AMOUNT = Money(1500, "EUR")
TEAM = "delivery_team"
BEFORE = timedelta(hours=15)
"""The evening before the demo opens."""


def leave_in_doubt(session: Session, actor: Actor) -> None:
    """The case, and the voucher of which nobody knows whether it was given: as a cut call leaves it."""
    order, then, robot = build().orders[ORDER], OPENING - BEFORE, robot_actor(actor.brand_id)
    who = order.customer
    assert who is not None, "its customer is known"
    identity = Identity(first_name=who.first_name, name=who.last_name, mail=order.mail, language=order.language)
    customer = customer_at_first_sight(session, robot, then, identity)
    known = order_at_first_sight(session, robot, then, ORDER, customer=customer)
    case = open_case(
        session, robot, then, reason="delivery.late", language="fr", customer=customer, order=known,
        title={"fr": "Colis en retard : geste commercial", "en": "Late parcel: a gesture"},
    )  # fmt: skip
    decision = effects.decide(
        session, robot, then, case, kind="act", key=f"{case.public_id}:main:voucher:1:act", operation="shop.voucher",
        request={"order": ORDER, "amount": AMOUNT}, safety="blind", once_per_key=ORDER, amount=AMOUNT,
        lane=f"{actor.brand_id}.shop",
        label={"fr": "donner un bon d’achat", "en": "give a voucher"}, step="voucher", visit=1,
    )  # fmt: skip
    clock = fixed_clock(then, real_now(session))
    claimed = delivery.claim_one(session, decision.effect.id, clock=clock)
    assert claimed is not None
    delivery.begin(session, claimed.id, claimed.token, clock=clock)
    delivery.unknown(session, robot, then, claimed.id, claimed.token, error="time", team=TEAM)
