"""The orders that each show something: the heroine of the story, and one for every state a parcel can be in.

`CAST` is the list that the start page shows; `cast()` gives the orders and parcels themselves. Days are counted from
the opening (Tuesday 17 November 2026): -6 is Wednesday 11 November, a public holiday.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ariane.demo.clock import day
from ariane.demo.company import customer_named, product
from ariane.demo.models import CarrierKey, Line, Order, Parcel, Refund, Scan
from ariane.demo.scripts import ordinary, parcel_number, scan

HEROINE = "RC-1001"
FIRST, LAST_OLD, LAST = 881, 1000, 1030
"""Numbers of the first order of the six months, of the last one before the heroine's, and of this morning's."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One order of the cast."""

    number: str
    fr: str
    """What it shows, in a few words."""
    en: str
    build: Callable[[str], tuple[Order, list[Parcel]]]


def cast() -> list[tuple[Order, list[Parcel]]]:
    """Every order of the cast with its parcels."""
    return [member.build(member.number) for member in CAST]


def placed_at(number: int) -> datetime:
    """When the order numbered `number` was placed: evenly over the half year, denser in the last days."""
    if number <= LAST_OLD:
        return day(-183, "11:07") + (number - FIRST) * timedelta(hours=34, minutes=28)
    return day(-11, "09:12") + (number - LAST_OLD - 1) * timedelta(hours=9, minutes=6, seconds=51)


def order_of(number: str, name: str | None, *skus: str, promised: int | None, **more: Any) -> Order:
    """An order of one of each of `skus`; `promised` is a day counted from the opening; without a name, a guest's."""
    count = int(number.rpartition("-")[2])
    customer = customer_named(name) if name else None
    items = [product(sku) for sku in skus]
    guest = customer_named("Claire Martin") if customer is None else customer
    fields: dict[str, Any] = {
        "id": 5601230000 + count,
        "number": number,
        "placed_at": placed_at(count),
        "customer": customer,
        "mail": customer.mail if customer else f"invite.{count}@example.test",
        "address": guest.address,
        "language": guest.language,
        "segment": guest.segment if customer else "standard",
        "lines": tuple(
            Line(id=count * 10 + place, sku=item.sku, name=item.name, price=item.price)
            for place, item in enumerate(items, 1)
        ),
        "shipping": 0 if sum(item.price for item in items) >= 6000 else 490,
        "promised_on": None if promised is None else day(promised, "00:00").date(),
    }
    return Order.model_validate(fields | more)


def parcel_of(order: Order, carrier: CarrierKey, script: tuple[Scan, ...], nth: int = 1, **more: Any) -> Parcel:
    """The `nth` parcel of `order`, with all its lines unless told otherwise."""
    fields: dict[str, Any] = {
        "number": parcel_number(carrier, order.number, nth),
        "carrier": carrier,
        "order": order.number,
        "skus": tuple(line.sku for line in order.lines),
        "created_at": script[0].at if script else order.placed_at,
        "script": script,
        "expected_on": order.promised_on,
        "destination": order.address.country,
        "destination_city": order.address.city,
        "grams": sum(product(line.sku).grams * line.quantity for line in order.lines),
    }
    return Parcel.model_validate(fields | more)


def _one(carrier: CarrierKey, name: str, skus: str, promised: int, script: tuple[Scan, ...], **more: Any) -> Any:
    """A builder for the common case: one order, one parcel; `more` is about the parcel."""

    def build(number: str) -> tuple[Order, list[Parcel]]:
        order = order_of(number, name, *skus.split(), promised=promised)
        return order, [parcel_of(order, carrier, script, **more)]

    return build


def _none(name: str, skus: str, promised: int | None, **more: Any) -> Any:
    """A builder for an order that nothing was sent of; `more` is about the order."""
    return lambda number: (order_of(number, name, *skus.split(), promised=promised, **more), [])


def _heroine(number: str) -> tuple[Order, list[Parcel]]:
    """Last scanned six days and four hours before the opening, promised for the Friday; turns up a week later."""
    order = order_of(number, "Claire Martin", "LAMPE-01", "AMP-LED", promised=-4)
    script = (
        scan(-8, "16:10", "announced"),
        scan(-7, "18:05", "taken", "Tours"),
        scan(-6, "05:40", "transit", "Orléans"),
        scan(6, "14:20", "transit", "Tours"),
        scan(7, "08:12", "out", "Tours"),
        scan(7, "11:36", "delivered", "Tours"),
    )
    return order, [parcel_of(order, "laposte", script)]


def _two_carriers(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Julie Mercier", "TASSES-4", "TAPIS-120", promised=1)
    cups = ordinary(day(-4, "15:31"), "Dijon", days=1)
    rug = (*ordinary(day(-1, "15:40"), "Dijon", days=2),)
    return order, [
        parcel_of(order, "laposte", cups, 1, skus=("TASSES-4",), grams=1400),
        parcel_of(order, "dhl", rug, 2, skus=("TAPIS-120",), grams=6200),
    ]


def _partial(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Paul Janssens", "PLAID-LIN", "HORLOGE", promised=2)
    return order, [parcel_of(order, "dhl", ordinary(day(-1, "14:12"), "Bruxelles", days=3), skus=("PLAID-LIN",))]


def _twice(number: str) -> tuple[Order, list[Parcel]]:
    """Sent again three weeks ago; the first parcel arrived yesterday all the same."""
    order = order_of(number, "Nicolas Faure", "THEIERE", promised=-28)
    first = (
        scan(-32, "16:02", "announced"),
        scan(-32, "18:30", "taken", "Tours"),
        scan(-31, "02:10", "transit", "Limoges"),
        scan(-1, "08:05", "out", "Limoges"),
        scan(-1, "11:58", "delivered", "Limoges"),
    )
    lost = parcel_of(order, "laposte", first)
    again = ordinary(day(-20, "10:14"), "Limoges")
    return order, [lost, parcel_of(order, "dhl", again, 2, replaces=lost.number, expected_on=day(-18, "00:00").date())]


def _seller(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Maëlle Le Gall", "PANIER", promised=2, seller="Vannerie du Lac")
    return order, [parcel_of(order, "laposte", ordinary(day(-1, "11:25"), "Lorient", days=3))]


def _returning(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Mehdi Aubry", "MIROIR", promised=-50)
    sent = ordinary(day(-54, "15:20"), "Bordeaux")
    back = (
        scan(-6, "09:30", "announced"),
        scan(-4, "16:45", "taken", "Bordeaux"),
        scan(-1, "03:20", "transit", "Tours"),
        scan(1, "10:15", "delivered", "Tours"),
    )
    return order, [
        parcel_of(order, "laposte", sent),
        parcel_of(order, "laposte", back, 2, direction="return", destination_city="Tours", expected_on=None),
    ]


def _refunded(name: str, sku: str, requested: int, settles: int) -> Any:
    def build(number: str) -> tuple[Order, list[Parcel]]:
        order = order_of(number, name, sku, promised=requested - 10)
        refund = Refund(
            reference=f"RB-{number[3:]}-1",
            requested_at=day(requested, "15:10"),
            settles_at=day(settles, "09:00"),
            amount=order.lines[0].price,
            skus=(sku,),
            reason="returned",
        )
        parcel = parcel_of(order, "laposte", ordinary(order.placed_at + timedelta(days=1), order.address.city))
        return order.model_copy(update={"refunds": (refund,)}), [parcel]

    return build


def _cancelled(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Fatou Diallo", "BOUGIE", "PANIER", promised=2, cancelled_at=day(-1, "16:20"))
    refund = Refund(
        reference=f"RB-{number[3:]}-1",
        requested_at=day(-1, "16:20"),
        settles_at=day(3, "09:00"),
        amount=order.total,
        skus=tuple(line.sku for line in order.lines),
        reason="customer",
    )
    return order.model_copy(update={"cancel_reason": "customer", "refunds": (refund,)}), []


def _engraved(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Quentin Leroux", "COUTEAU", promised=6)
    return order.model_copy(update={"lines": (order.lines[0].model_copy(update={"engraving": "Pour Mamie"}),)}), []


def _guest(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, None, "BOUGIE", promised=-33)
    return order, [parcel_of(order, "laposte", ordinary(order.placed_at + timedelta(days=1), "Tours"))]


def _stuck(offset: int, clock: str, place: str) -> tuple[Scan, ...]:
    """Announced and taken on the same day; scanned last at `clock`, and never again."""
    return (
        scan(offset, "10:05", "announced"),
        scan(offset, "18:20", "taken", "Tours"),
        scan(offset, clock, "transit", place),
    )


_POST_OFFICE = "Bureau de poste, 2 place des Bons Enfants, 30000 Nîmes"
_DEPOT = "Bureau de poste, 15 avenue Alsace-Lorraine, 01000 Bourg-en-Bresse"
_PIECES = ("JD019900000000000011", "JD019900000000000012")

CAST: tuple[Member, ...] = (
    Member(
        number=HEROINE,
        fr="L’histoire : colis en retard, vu pour la dernière fois il y a six jours",
        en="The story: a late parcel, last scanned six days ago",
        build=_heroine,
    ),
    Member(
        number="RC-1002",
        fr="Sans nouvelles depuis sept jours, troisième fois pour ce client : accord du superviseur",
        en="Not scanned for seven days, third time for this customer: a supervisor decides",
        build=_one("laposte", "Hugo Petit", "TASSES-4", -5, _stuck(-8, "23:10", "Lyon")),
    ),
    Member(
        number="RC-1003",
        fr="Perdu et cher (289 €) : accord du superviseur",
        en="Lost and dear (289 €): a supervisor decides",
        build=_one("dhl", "Nadia Benali", "FAUTEUIL", -5, _stuck(-8, "20:11", "Marseille")),
    ),
    Member(
        number="RC-1000",
        fr="Perdu, et plus en stock : remboursement",
        en="Lost, and out of stock: refund",
        build=_one("laposte", "Alice Marchand", "VASE-BLEU", -6, _stuck(-8, "22:40", "Clermont-Ferrand")),
    ),
    Member(
        number="RC-990",
        fr="Sans nouvelles depuis dix-huit jours",
        en="Not scanned for eighteen days",
        build=_one("laposte", "Élodie Perrin", "PLAID-LIN", -22, _stuck(-18, "21:15", "Grenoble")),
    ),
    Member(
        number="RC-1004",
        fr="En retard, mais livré demain avant le passage du robot",
        en="Late, but delivered tomorrow before the robot looks",
        build=_one(
            "laposte",
            "Olivia Taylor",
            "LAMPE-01",
            -1,
            (
                scan(-7, "16:30", "announced"),
                scan(-5, "17:50", "taken", "Tours"),
                scan(-3, "04:55", "transit", "Paris"),
                scan(1, "08:20", "out", "Paris"),
                scan(1, "11:20", "delivered", "Paris"),
            ),
        ),
    ),
    Member(
        number="RC-1005",
        fr="Au bureau de poste depuis jeudi",
        en="At the post office since Thursday",
        build=_one(
            "laposte",
            "Julien Moreau",
            "PANIER",
            -5,
            (
                scan(-8, "11:40", "announced"),
                scan(-8, "18:20", "taken", "Tours"),
                scan(-5, "08:10", "out", "Bourg-en-Bresse"),
                scan(-5, "11:20", "absent", "Bourg-en-Bresse"),
                scan(-5, "16:00", "ready", "Bourg-en-Bresse"),
                scan(2, "17:40", "delivered", "Bourg-en-Bresse"),
            ),
            pickup=_DEPOT,
        ),
    ),
    Member(
        number="RC-998",
        fr="Au bureau de poste, plus que trois jours",
        en="At the post office, three days left",
        build=_one(
            "laposte",
            "Pauline Garnier",
            "TABLIER",
            -8,
            (
                scan(-12, "15:20", "announced"),
                scan(-12, "18:20", "taken", "Tours"),
                scan(-8, "08:30", "out", "Nîmes"),
                scan(-8, "10:50", "absent", "Nîmes"),
                scan(-8, "15:30", "ready", "Nîmes"),
                scan(7, "10:00", "returning", "Nîmes"),
                scan(10, "09:00", "returned", "Tours"),
            ),
            pickup=_POST_OFFICE,
        ),
    ),
    Member(
        number="RC-1006",
        fr="En douane vers le Royaume-Uni",
        en="At customs, on its way to the United Kingdom",
        build=_one(
            "laposte",
            "Emma Wilson",
            "THEIERE",
            1,
            (
                scan(-7, "15:00", "announced"),
                scan(-7, "18:20", "taken", "Tours"),
                scan(-4, "09:12", "transit", "Roissy"),
                scan(-1, "06:45", "customs", "Langley"),
                scan(2, "13:30", "cleared", "Langley"),
                scan(3, "11:05", "delivered", "Bristol"),
            ),
        ),
    ),
    Member(
        number="RC-1007",
        fr="En chemin, à l’heure (DHL, Irlande)",
        en="On its way, on time (DHL, Ireland)",
        build=_one("dhl", "James O'Connor", "TASSES-4", 1, ordinary(day(-1, "11:10"), "Dublin", days=2)),
    ),
    Member(
        number="RC-1024",
        fr="En chemin, à l’heure (La Poste, Corse)",
        en="On its way, on time (La Poste, Corsica)",
        build=_one("laposte", "Vincent Colin", "HORLOGE", 2, ordinary(day(-1, "15:45"), "Ajaccio", days=3)),
    ),
    Member(
        number="RC-1008",
        fr="Livré hier dans la boîte aux lettres",
        en="Delivered to the letter box yesterday",
        build=_one(
            "laposte", "Thomas Girard", "BOUGIE AMP-LED", -1, ordinary(day(-5, "15:24"), "Paris", 2, "letter_box")
        ),
    ),
    Member(
        number="RC-1009",
        fr="« Livré » à un voisin vendredi, la cliente ne l’a pas",
        en="“Delivered” to a neighbour on Friday, the customer does not have it",
        build=_one(
            "laposte", "Inès Fournier", "PLAID-LIN", -4, ordinary(day(-7, "15:35"), "Montpellier", 2, "neighbour")
        ),
    ),
    Member(
        number="RC-1010",
        fr="Deux pièces, une seule livrée (DHL)",
        en="Two pieces, only one delivered (DHL)",
        build=_one(
            "dhl",
            "Lucas Bernard",
            "TAPIS-120 LAMPE-01",
            -1,
            (
                scan(-7, "16:00", "announced"),
                scan(-5, "20:11", "transit", "Strasbourg"),
                scan(-1, "07:50", "out", "Strasbourg").model_copy(update={"pieces": _PIECES[:1]}),
                scan(-1, "13:02", "neighbour", "Strasbourg").model_copy(update={"pieces": _PIECES[:1]}),
                scan(2, "10:40", "delivered", "Strasbourg").model_copy(update={"pieces": _PIECES[1:]}),
            ),
            pieces=_PIECES,
        ),
    ),
    Member(
        number="RC-1011",
        fr="En cours de livraison aujourd’hui",
        en="Out for delivery today",
        build=_one(
            "laposte",
            "Camille Rousseau",
            "PLAID-LIN BOUGIE",
            0,
            (
                scan(-4, "15:30", "announced"),
                scan(-4, "18:20", "taken", "Tours"),
                scan(-1, "04:42", "transit", "Nantes"),
                scan(0, "08:04", "out", "Nantes"),
                scan(0, "14:25", "delivered", "Nantes"),
            ),
        ),
    ),
    Member(
        number="RC-1012",
        fr="Livraison manquée ce matin, au bureau de poste cet après-midi",
        en="Delivery missed this morning, at the post office this afternoon",
        build=_one(
            "laposte",
            "Antoine Lefèvre",
            "LAMPE-01",
            0,
            (
                scan(-4, "15:30", "announced"),
                scan(-4, "18:20", "taken", "Tours"),
                scan(-1, "05:10", "transit", "Caen"),
                scan(0, "08:15", "out", "Caen"),
                scan(0, "09:35", "absent", "Caen"),
                scan(0, "15:00", "ready", "Caen"),
                scan(3, "12:10", "delivered", "Caen"),
            ),
            pickup="Bureau de poste, 24 place Gambetta, 14000 Caen",
        ),
    ),
    Member(
        number="RC-996",
        fr="Adresse incomplète, en retour vers nous",
        en="Address incomplete, coming back to us",
        build=_one(
            "laposte",
            "Karim Haddad",
            "COUTEAU",
            -12,
            (
                scan(-15, "15:10", "announced"),
                scan(-15, "18:20", "taken", "Tours"),
                scan(-12, "10:00", "bad_address", "Toulouse"),
                scan(-4, "10:00", "returning", "Toulouse"),
                scan(3, "09:10", "returned", "Tours"),
            ),
        ),
    ),
    Member(
        number="RC-993",
        fr="Revenu chez nous hier",
        en="Came back to us yesterday",
        build=_one(
            "laposte",
            "Manon Dubois",
            "THEIERE BOUGIE",
            -18,
            (
                scan(-20, "15:10", "announced"),
                scan(-20, "18:20", "taken", "Tours"),
                scan(-18, "10:00", "absent", "Lyon"),
                scan(-18, "15:00", "ready", "Lyon"),
                scan(-4, "10:00", "returning", "Lyon"),
                scan(-1, "09:00", "returned", "Tours"),
            ),
        ),
    ),
    Member(
        number="RC-1013",
        fr="Étiquette imprimée jeudi, jamais remis au transporteur",
        en="Label printed on Thursday, never handed to the carrier",
        build=_one("laposte", "William Hughes", "PANIER", 0, (scan(-5, "09:50", "announced"),)),
    ),
    Member(
        number="RC-1014",
        fr="Un code de suivi que personne n’a traduit",
        en="A tracking code that nobody mapped",
        build=_one(
            "laposte",
            "Sarah Klein",
            "HORLOGE",
            1,
            (
                scan(-4, "15:30", "announced"),
                scan(-4, "18:20", "taken", "Tours"),
                scan(-1, "02:30", "unmapped", "Mulhouse"),
                scan(2, "11:10", "delivered", "Mulhouse"),
            ),
        ),
    ),
    Member(
        number="RC-1015",
        fr="Étiquette d’hier soir, inconnue du transporteur",
        en="Yesterday evening’s label, unknown to the carrier",
        build=_one("laposte", "Baptiste Morel", "TABLIER", 2, (), created_at=day(-1, "17:50")),
    ),
    Member(
        number="RC-1016",
        fr="Deux colis chez deux transporteurs, un livré, un en chemin",
        en="Two parcels at two carriers, one delivered, one on its way",
        build=_two_carriers,
    ),
    Member(
        number="RC-1017",
        fr="Commande partie à moitié",
        en="Half of the order has left",
        build=_partial,
    ),
    Member(
        number="RC-1018",
        fr="Le transporteur annonce un retard",
        en="The carrier announces a delay",
        build=_one(
            "laposte",
            "Amélie Caron",
            "MIROIR",
            0,
            (
                scan(-4, "11:30", "announced"),
                scan(-4, "18:20", "taken", "Tours"),
                scan(-1, "05:33", "transit", "Rouen"),
                scan(0, "07:40", "delayed", "Rouen"),
                scan(2, "10:55", "delivered", "Rouen"),
            ),
        ),
    ),
    Member(
        number="RC-1021",
        fr="Un incident chez le transporteur",
        en="A problem at the carrier's",
        build=_one(
            "laposte",
            "Grace Murphy",
            "VASE-BLEU BOUGIE",
            3,
            (
                scan(-1, "09:30", "announced"),
                scan(-1, "12:20", "taken", "Tours"),
                scan(0, "06:10", "problem", "Roissy"),
            ),
        ),
    ),
    Member(
        number="RC-985",
        fr="Livré deux fois : le premier colis est arrivé hier, un mois après",
        en="Delivered twice: the first parcel came yesterday, a month late",
        build=_twice,
    ),
    Member(
        number="RC-970",
        fr="Un retour en route vers nous",
        en="A return on its way to us",
        build=_returning,
    ),
    Member(
        number="RC-975",
        fr="Remboursement lancé, pas encore versé",
        en="Refund started, not settled yet",
        build=_refunded("Maxime Renaud", "LAMPE-01", -9, 1),
    ),
    Member(
        number="RC-960",
        fr="Remboursement versé",
        en="Refund settled",
        build=_refunded("Lina Costa", "THEIERE", -27, -22),
    ),
    Member(number="RC-980", fr="Commande d’un invité, sans compte", en="A guest’s order, no account", build=_guest),
    Member(
        number="RC-1019",
        fr="En préparation, article gravé",
        en="Being prepared, an engraved item",
        build=_engraved,
    ),
    Member(
        number="RC-1020",
        fr="Pas expédiée : plus de stock avant le 4 décembre",
        en="Not shipped: out of stock until 4 December",
        build=_none("Samuel Cohen", "VASE-BLEU", -1),
    ),
    Member(
        number="RC-1022",
        fr="En attente du virement",
        en="Waiting for the bank transfer",
        build=_none("Romain Picard", "TAPIS-120", None, payment="pending"),
    ),
    Member(number="RC-1023", fr="Annulée par la cliente", en="Cancelled by the customer", build=_cancelled),
    Member(
        number="RC-1025",
        fr="Vendue par un tiers (place de marché)",
        en="Sold by a third party (market place)",
        build=_seller,
    ),
    Member(
        number="RC-1026",
        fr="Client professionnel, annoncée ce matin",
        en="Business customer, announced this morning",
        build=_one("dhl", "Atelier Boréal", "LAMPE-01 TASSES-4 HORLOGE", 3, ordinary(day(0, "08:55"), "Saint-Étienne")),
    ),
    Member(
        number="RC-1027",
        fr="En préparation à l’entrepôt : trop tard pour annuler sans demander",
        en="Being picked at the warehouse: too late to cancel without asking",
        build=_none("Elena Rossi", "PLAID-LIN", 3, picking=True),
    ),
    Member(
        number="RC-1028",
        fr="Carte autorisée, pas encore débitée",
        en="Card authorised, not charged yet",
        build=_none("Daniel Schmitt", "MIROIR", 4, payment="authorized"),
    ),
    Member(number="RC-1029", fr="Payée ce matin", en="Paid this morning", build=_none("Margaux Vidal", "BOUGIE", 3)),
    Member(
        number="RC-1030",
        fr="Tout juste passée, en anglais",
        en="Just placed, in English",
        build=_none("Charlotte Davies", "TASSES-4 TABLIER", 5),
    ),
)
