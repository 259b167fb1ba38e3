"""Why customers contact the company: the tree of reasons, with what is allowed for each and how it used to go."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A leaf of the tree; the part before the dot is its family."""

    key: str
    fr: str
    en: str
    window_days: int
    """Another contact on the same matter within this many days is a repeat."""
    budget: int
    """Inbound contacts allowed."""
    deadline_days: int
    """Business days allowed."""
    share: int
    """How frequent among the past contacts, in proportion to the others."""
    talk: int
    """Seconds of conversation, on average."""
    repeats: float
    """How likely a contact was followed by another."""
    outcomes: tuple[tuple[str, int], ...]
    """Outcome → weight; those in `UNSOLVED` did not help the customer."""
    outlay: int = 0
    """Cents that a reshipment, refund or label cost on average, when there was one."""


UNSOLVED = frozenset({"given_up", "refused"})
PAID = frozenset({"reshipped", "refunded", "replaced", "label_sent"})
FAMILIES = {
    "delivery": ("Livraison", "Delivery"),
    "order": ("Commande", "Order"),
    "return": ("Retour", "Return"),
    "refund": ("Remboursement", "Refund"),
    "product": ("Produit", "Product"),
}

REASONS: tuple[Reason, ...] = (
    Reason(
        key="delivery.not_received",
        fr="Colis non reçu",
        en="Parcel not received",
        window_days=7,
        budget=2,
        deadline_days=5,
        share=27,
        talk=310,
        repeats=0.34,
        outcomes=(("informed", 40), ("received", 24), ("reshipped", 20), ("refunded", 12), ("given_up", 4)),
        outlay=4600,
    ),
    Reason(
        key="delivery.late",
        fr="Livraison en retard",
        en="Late delivery",
        window_days=7,
        budget=2,
        deadline_days=5,
        share=19,
        talk=220,
        repeats=0.31,
        outcomes=(("informed", 55), ("received", 33), ("refunded", 8), ("given_up", 4)),
        outlay=3900,
    ),
    Reason(
        key="delivery.delivered_twice",
        fr="Livré deux fois",
        en="Delivered twice",
        window_days=14,
        budget=1,
        deadline_days=20,
        share=2,
        talk=240,
        repeats=0.18,
        outcomes=(("label_sent", 60), ("kept", 25), ("given_up", 15)),
        outlay=590,
    ),
    Reason(
        key="product.damaged",
        fr="Article abîmé",
        en="Damaged item",
        window_days=14,
        budget=2,
        deadline_days=5,
        share=11,
        talk=380,
        repeats=0.27,
        outcomes=(("replaced", 52), ("refunded", 41), ("refused", 7)),
        outlay=3700,
    ),
    Reason(
        key="product.missing",
        fr="Article manquant ou erreur",
        en="Missing or wrong item",
        window_days=7,
        budget=2,
        deadline_days=5,
        share=8,
        talk=290,
        repeats=0.24,
        outcomes=(("informed", 35), ("replaced", 45), ("refunded", 20)),
        outlay=2800,
    ),
    Reason(
        key="order.cancel",
        fr="Annuler une commande",
        en="Cancel an order",
        window_days=3,
        budget=1,
        deadline_days=1,
        share=9,
        talk=160,
        repeats=0.12,
        outcomes=(("cancelled", 78), ("refused", 22)),
    ),
    Reason(
        key="order.validation",
        fr="Valider une commande",
        en="Validate an order",
        window_days=7,
        budget=1,
        deadline_days=5,
        share=2,
        talk=240,
        repeats=0.1,
        outcomes=(("validated", 85), ("stopped", 15)),
    ),
    Reason(
        key="product.defective",
        fr="Article en panne",
        en="Defective item",
        window_days=30,
        budget=3,
        deadline_days=22,
        share=4,
        talk=360,
        repeats=0.26,
        outcomes=(("repaired", 62), ("refunded", 24), ("works_after_all", 9), ("refused", 5)),
        outlay=2100,
    ),
    Reason(
        key="return.withdrawal",
        fr="Changer d’avis, renvoyer",
        en="Change of mind, return",
        window_days=30,
        budget=2,
        deadline_days=15,
        share=13,
        talk=210,
        repeats=0.22,
        outcomes=(("label_sent", 88), ("refused", 12)),
        outlay=590,
    ),
    Reason(
        key="refund.not_received",
        fr="Remboursement non reçu",
        en="Refund not received",
        window_days=14,
        budget=1,
        deadline_days=3,
        share=11,
        talk=270,
        repeats=0.36,
        outcomes=(("informed", 71), ("refunded", 25), ("given_up", 4)),
    ),
    Reason(
        key="order.seller_dispute",
        fr="Litige avec un vendeur",
        en="Dispute with a seller",
        window_days=14,
        budget=2,
        deadline_days=10,
        share=4,
        talk=340,
        repeats=0.3,
        outcomes=(("refunded", 60), ("informed", 30), ("refused", 10)),
    ),
)


def reason(key: str) -> Reason:
    """The reason with this key; KeyError when there is none."""
    for one in REASONS:
        if one.key == key:
            return one
    raise KeyError(key)
