"""The orders that each show something: the heroine of the story, and one for every state a parcel can be in.

`CAST` is the list that the start page shows; `cast()` gives the orders and parcels themselves. Days are counted from
the opening (Tuesday 17 November 2026): -6 is Wednesday 11 November, a public holiday.
"""

from dataclasses import dataclass

from ariane.demo import special
from ariane.demo.clock import day
from ariane.demo.models import Order, Parcel
from ariane.demo.scripts import ordinary
from ariane.demo.staging import Build, none, one, script, stuck

HEROINE = "RC-1001"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One order of the cast."""

    number: str
    fr: str
    """What it shows, in a few words."""
    en: str
    build: Build


def cast() -> list[tuple[Order, list[Parcel]]]:
    """Every order of the cast with its parcels."""
    return [member.build(member.number) for member in CAST]


def _member(number: str, fr: str, en: str, build: Build) -> Member:
    return Member(number=number, fr=fr, en=en, build=build)


_POST_OFFICE = "Bureau de poste, 2 place des Bons Enfants, 30000 Nîmes"
_DEPOT = "Bureau de poste, 15 avenue Alsace-Lorraine, 01000 Bourg-en-Bresse"

CAST: tuple[Member, ...] = (
    _member(
        HEROINE,
        "L’histoire : colis en retard, vu pour la dernière fois il y a six jours",
        "The story: a late parcel, last scanned six days ago",
        special.heroine,
    ),
    _member(
        "RC-1002",
        "Sans nouvelles depuis sept jours, troisième fois pour ce client : accord du superviseur",
        "Not scanned for seven days, third time for this customer: a supervisor decides",
        one("laposte", "Hugo Petit", "TASSES-4", -5, stuck(-8, "23:10", "Lyon")),
    ),
    _member(
        "RC-1003",
        "Perdu et cher (289 €) : accord du superviseur",
        "Lost and dear (289 €): a supervisor decides",
        one("dhl", "Nadia Benali", "FAUTEUIL", -5, stuck(-8, "20:11", "Marseille")),
    ),
    _member(
        "RC-1000",
        "Perdu, et plus en stock : remboursement",
        "Lost, and out of stock: refund",
        one("laposte", "Alice Marchand", "VASE-BLEU", -6, stuck(-8, "22:40", "Clermont-Ferrand")),
    ),
    _member(
        "RC-990",
        "Sans nouvelles depuis dix-huit jours",
        "Not scanned for eighteen days",
        one("laposte", "Élodie Perrin", "PLAID-LIN", -22, stuck(-18, "21:15", "Grenoble")),
    ),
    _member(
        "RC-1004",
        "En retard, mais livré demain avant le passage du robot",
        "Late, but delivered tomorrow before the robot looks",
        one(
            "laposte",
            "Olivia Taylor",
            "LAMPE-01",
            -1,
            script(
                "-7 16:30 announced | -5 17:50 taken Tours | -3 04:55 transit Paris | "
                "1 08:20 out Paris | 1 11:20 delivered Paris"
            ),
        ),
    ),
    _member(
        "RC-1005",
        "Au bureau de poste depuis jeudi",
        "At the post office since Thursday",
        one(
            "laposte",
            "Julien Moreau",
            "PANIER",
            -5,
            script(
                "-8 11:40 announced | -8 18:20 taken Tours | -5 08:10 out Bourg-en-Bresse | "
                "-5 11:20 absent Bourg-en-Bresse | -5 16:00 ready Bourg-en-Bresse | "
                "2 17:40 delivered Bourg-en-Bresse"
            ),
            pickup=_DEPOT,
        ),
    ),
    _member(
        "RC-998",
        "Au bureau de poste, plus que trois jours",
        "At the post office, three days left",
        one(
            "laposte",
            "Pauline Garnier",
            "TABLIER",
            -8,
            script(
                "-12 15:20 announced | -12 18:20 taken Tours | -8 08:30 out Nîmes | "
                "-8 10:50 absent Nîmes | -8 15:30 ready Nîmes | 7 10:00 returning Nîmes | "
                "10 09:00 returned Tours"
            ),
            pickup=_POST_OFFICE,
        ),
    ),
    _member(
        "RC-1006",
        "En douane vers le Royaume-Uni",
        "At customs, on its way to the United Kingdom",
        one(
            "laposte",
            "Emma Wilson",
            "THEIERE",
            1,
            script(
                "-7 15:00 announced | -7 18:20 taken Tours | -4 09:12 transit Roissy | "
                "-1 06:45 customs Langley | 2 13:30 cleared Langley | 3 11:05 delivered Bristol"
            ),
        ),
    ),
    _member(
        "RC-1007",
        "En chemin, à l’heure (DHL, Irlande)",
        "On its way, on time (DHL, Ireland)",
        one("dhl", "James O'Connor", "TASSES-4", 1, ordinary(day(-1, "11:10"), "Dublin", days=2)),
    ),
    _member(
        "RC-1024",
        "En chemin, à l’heure (La Poste, Corse)",
        "On its way, on time (La Poste, Corsica)",
        one("laposte", "Vincent Colin", "HORLOGE", 2, ordinary(day(-1, "15:45"), "Ajaccio", days=3)),
    ),
    _member(
        "RC-1008",
        "Livré hier dans la boîte aux lettres",
        "Delivered to the letter box yesterday",
        one("laposte", "Thomas Girard", "BOUGIE AMP-LED", -1, ordinary(day(-5, "15:24"), "Paris", 2, "letter_box")),
    ),
    _member(
        "RC-1009",
        "« Livré » à un voisin vendredi, la cliente ne l’a pas",
        "“Delivered” to a neighbour on Friday, the customer does not have it",
        one("laposte", "Inès Fournier", "PLAID-LIN", -4, ordinary(day(-7, "15:35"), "Montpellier", 2, "neighbour")),
    ),
    _member(
        "RC-1010",
        "Deux pièces, une seule livrée (DHL)",
        "Two pieces, only one delivered (DHL)",
        special.two_pieces,
    ),
    _member(
        "RC-1011",
        "En cours de livraison aujourd’hui",
        "Out for delivery today",
        one(
            "laposte",
            "Camille Rousseau",
            "PLAID-LIN BOUGIE",
            0,
            script(
                "-4 15:30 announced | -4 18:20 taken Tours | -1 04:42 transit Nantes | "
                "0 08:04 out Nantes | 0 14:25 delivered Nantes"
            ),
        ),
    ),
    _member(
        "RC-1012",
        "Livraison manquée ce matin, au bureau de poste cet après-midi",
        "Delivery missed this morning, at the post office this afternoon",
        one(
            "laposte",
            "Antoine Lefèvre",
            "LAMPE-01",
            0,
            script(
                "-4 15:30 announced | -4 18:20 taken Tours | -1 05:10 transit Caen | "
                "0 08:15 out Caen | 0 09:35 absent Caen | 0 15:00 ready Caen | 3 12:10 delivered Caen"
            ),
            pickup="Bureau de poste, 24 place Gambetta, 14000 Caen",
        ),
    ),
    _member(
        "RC-996",
        "Adresse incomplète, en retour vers nous",
        "Address incomplete, coming back to us",
        one(
            "laposte",
            "Karim Haddad",
            "COUTEAU",
            -12,
            script(
                "-15 15:10 announced | -15 18:20 taken Tours | -12 10:00 bad_address Toulouse | "
                "-4 10:00 returning Toulouse | 3 09:10 returned Tours"
            ),
        ),
    ),
    _member(
        "RC-993",
        "Revenu chez nous hier",
        "Came back to us yesterday",
        one(
            "laposte",
            "Manon Dubois",
            "THEIERE BOUGIE",
            -18,
            script(
                "-20 15:10 announced | -20 18:20 taken Tours | -18 10:00 absent Lyon | "
                "-18 15:00 ready Lyon | -4 10:00 returning Lyon | -1 09:00 returned Tours"
            ),
        ),
    ),
    _member(
        "RC-1013",
        "Étiquette imprimée jeudi, jamais remis au transporteur",
        "Label printed on Thursday, never handed to the carrier",
        one("laposte", "William Hughes", "PANIER", 0, script("-5 09:50 announced")),
    ),
    _member(
        "RC-1014",
        "Un code de suivi que personne n’a traduit",
        "A tracking code that nobody mapped",
        one(
            "laposte",
            "Sarah Klein",
            "HORLOGE",
            1,
            script(
                "-4 15:30 announced | -4 18:20 taken Tours | -1 02:30 unmapped Mulhouse | 2 11:10 delivered Mulhouse"
            ),
        ),
    ),
    _member(
        "RC-1015",
        "Étiquette d’hier soir, inconnue du transporteur",
        "Yesterday evening’s label, unknown to the carrier",
        one("laposte", "Baptiste Morel", "TABLIER", 2, (), created_at=day(-1, "17:50")),
    ),
    _member(
        "RC-1016",
        "Deux colis chez deux transporteurs, un livré, un en chemin",
        "Two parcels at two carriers, one delivered, one on its way",
        special.two_carriers,
    ),
    _member(
        "RC-1017",
        "Commande partie à moitié",
        "Half of the order has left",
        special.partial,
    ),
    _member(
        "RC-1018",
        "Le transporteur annonce un retard",
        "The carrier announces a delay",
        one(
            "laposte",
            "Amélie Caron",
            "MIROIR",
            0,
            script(
                "-4 11:30 announced | -4 18:20 taken Tours | -1 05:33 transit Rouen | "
                "0 07:40 delayed Rouen | 2 10:55 delivered Rouen"
            ),
        ),
    ),
    _member(
        "RC-1021",
        "Un incident chez le transporteur",
        "A problem at the carrier's",
        one(
            "laposte",
            "Grace Murphy",
            "VASE-BLEU BOUGIE",
            3,
            script("-1 09:30 announced | -1 12:20 taken Tours | 0 06:10 problem Roissy"),
        ),
    ),
    _member(
        "RC-985",
        "Livré deux fois : le premier colis est arrivé hier, un mois après",
        "Delivered twice: the first parcel came yesterday, a month late",
        special.twice,
    ),
    _member(
        "RC-970",
        "Un retour en route vers nous",
        "A return on its way to us",
        special.returning,
    ),
    _member(
        "RC-975",
        "Remboursement lancé, pas encore versé",
        "Refund started, not settled yet",
        special.refunded("Maxime Renaud", "LAMPE-01", -9, 1),
    ),
    _member(
        "RC-960",
        "Remboursement versé",
        "Refund settled",
        special.refunded("Lina Costa", "THEIERE", -27, -22),
    ),
    _member("RC-980", "Commande d’un invité, sans compte", "A guest’s order, no account", special.guest),
    _member(
        "RC-1019",
        "En préparation, article gravé",
        "Being prepared, an engraved item",
        special.engraved,
    ),
    _member(
        "RC-1020",
        "Pas expédiée : plus de stock avant le 4 décembre",
        "Not shipped: out of stock until 4 December",
        none("Samuel Cohen", "VASE-BLEU", -1),
    ),
    _member(
        "RC-1022",
        "En attente du virement",
        "Waiting for the bank transfer",
        none("Romain Picard", "TAPIS-120", None, payment="pending"),
    ),
    _member("RC-1023", "Annulée par la cliente", "Cancelled by the customer", special.cancelled),
    _member(
        "RC-1025",
        "Vendue par un tiers (place de marché)",
        "Sold by a third party (market place)",
        special.seller,
    ),
    _member(
        "RC-1026",
        "Client professionnel, annoncée ce matin",
        "Business customer, announced this morning",
        one("dhl", "Atelier Boréal", "LAMPE-01 TASSES-4 HORLOGE", 3, ordinary(day(0, "08:55"), "Saint-Étienne")),
    ),
    _member(
        "RC-1027",
        "En préparation à l’entrepôt : trop tard pour annuler sans demander",
        "Being picked at the warehouse: too late to cancel without asking",
        none("Elena Rossi", "PLAID-LIN", 3, picking=True),
    ),
    _member(
        "RC-1028",
        "Carte autorisée, pas encore débitée",
        "Card authorised, not charged yet",
        none("Daniel Schmitt", "MIROIR", 4, payment="authorized"),
    ),
    _member("RC-1029", "Payée ce matin", "Paid this morning", none("Margaux Vidal", "BOUGIE", 3)),
    _member(
        "RC-1030",
        "Tout juste passée, en anglais",
        "Just placed, in English",
        none("Charlotte Davies", "TASSES-4 TABLIER", 5),
    ),
)
