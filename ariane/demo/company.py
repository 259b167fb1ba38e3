"""Who the company is: its name, its look, its keys to the services, its 40 customers and what it sells.

The keys are no secrets: they open nothing but the demo's own services on this machine.
"""

from datetime import date

from ariane.demo.models import Address, Customer, Product

NAME = "Maison Ricochet"
BRAND = "ricochet"
MAIL = "bonjour@ricochet.example.test"
ZONE_NAME = "Europe/Paris"
COLOURS = {"main": "#0b6b57", "accent": "#b4531a"}
TAGLINE = {"fr": "Des objets qui rebondissent", "en": "Things that bounce back"}

SHOP_TOKEN = "demo-shop-token"
AFTERSALES_TOKEN = "demo-aftersales-token"
LAPOSTE_KEY = "demo-laposte-key"
DHL_KEY = "demo-dhl-key"


def _customer(
    number: int, name: str, phone: str | None, line1: str, postcode: str, city: str, kind: str = "fr"
) -> Customer:
    """`kind`: language, then optionally country and segment: "fr", "en GB", "fr FR vip"."""
    first, _, last = name.partition(" ")
    language, country, segment = (*kind.split(), *("fr", "FR", "standard")[len(kind.split()) :])
    handle = f"{first}.{last}".lower().translate(_PLAIN).replace(" ", "-").replace("'", "")
    return Customer.model_validate(
        {
            "id": 70000 + number,
            "first_name": first,
            "last_name": last,
            "mail": f"{handle}@example.test",
            "phone": phone,
            "language": language,
            "segment": segment,
            "address": Address(line1=line1, postcode=postcode, city=city, country=country),
        }
    )


_PLAIN = str.maketrans("éèêëàâäîïôöûüùçñåø", "eeeeaaaiioouuucnao")

CUSTOMERS: tuple[Customer, ...] = (
    _customer(1, "Claire Martin", "+33639980101", "12 rue des Lilas", "37000", "Tours"),
    _customer(2, "Hugo Petit", "+33639980102", "4 place du Marché", "69001", "Lyon"),
    _customer(3, "Emma Wilson", "+447700900103", "18 Orchard Lane", "BS1 4ND", "Bristol", "en GB"),
    _customer(4, "Nadia Benali", "+33639980104", "27 avenue Jean Jaurès", "13001", "Marseille", "fr FR vip"),
    _customer(5, "Julien Moreau", "+33639980105", "3 impasse du Moulin", "01000", "Bourg-en-Bresse"),
    _customer(6, "Sophie Lambert", "+33639980106", "56 rue de la République", "59000", "Lille"),
    _customer(7, "James O'Connor", "+353209151107", "9 Harbour Road", "D02 X285", "Dublin", "en IE"),
    _customer(8, "Thomas Girard", "+33639980108", "110 boulevard Voltaire", "75011", "Paris"),
    _customer(9, "Inès Fournier", "+33639980109", "8 chemin des Vignes", "34000", "Montpellier"),
    _customer(10, "Lucas Bernard", "+33639980110", "21 quai des Pêcheurs", "67000", "Strasbourg"),
    _customer(11, "Camille Rousseau", "+33639980111", "5 rue du Port", "44000", "Nantes", "fr FR vip"),
    _customer(12, "Olivia Taylor", "+33639980112", "14 rue Oberkampf", "75011", "Paris", "en"),
    _customer(13, "Antoine Lefèvre", "+33639980113", "2 rue du Château", "14000", "Caen"),
    _customer(14, "Manon Dubois", "+33639980114", "33 cours Lafayette", "69006", "Lyon"),
    _customer(15, "Karim Haddad", "+33639980115", "71 rue de Belfort", "31000", "Toulouse"),
    _customer(16, "Élodie Perrin", "+33639980116", "6 allée des Tilleuls", "38000", "Grenoble"),
    _customer(17, "Nicolas Faure", None, "19 rue Gambetta", "87000", "Limoges"),
    _customer(18, "Charlotte Davies", "+447700900118", "2 Mill Street", "OX1 1AA", "Oxford", "en GB"),
    _customer(19, "Mehdi Aubry", "+33639980119", "45 rue Sainte-Catherine", "33000", "Bordeaux"),
    _customer(20, "Pauline Garnier", "+33639980120", "88 rue des Arènes", "30000", "Nîmes"),
    _customer(21, "Maxime Renaud", "+33639980121", "1 place Stanislas", "54000", "Nancy"),
    _customer(22, "Lina Costa", "+33639980122", "12 avenue de la Gare", "06000", "Nice"),
    _customer(23, "William Hughes", "+33639980123", "7 rue Nationale", "37000", "Tours", "en"),
    _customer(24, "Sarah Klein", "+33639980124", "30 rue du Vieux-Marché", "68100", "Mulhouse"),
    _customer(25, "Baptiste Morel", "+33639980125", "15 rue de Siam", "29200", "Brest"),
    _customer(26, "Julie Mercier", "+33639980126", "64 rue du Faubourg", "21000", "Dijon", "fr FR vip"),
    _customer(27, "Paul Janssens", "+32470001027", "23 rue Haute", "1000", "Bruxelles", "fr BE"),
    _customer(28, "Amélie Caron", "+33639980128", "9 rue des Carmes", "76000", "Rouen"),
    _customer(29, "Quentin Leroux", "+33639980129", "40 boulevard de la Liberté", "35000", "Rennes"),
    _customer(30, "Alice Marchand", "+33639980130", "17 rue Pasteur", "63000", "Clermont-Ferrand"),
    _customer(31, "Samuel Cohen", "+33639980131", "5 rue des Écoles", "94300", "Vincennes"),
    _customer(32, "Grace Murphy", "+353209151132", "31 Castle Avenue", "T12 W8KX", "Cork", "en IE"),
    _customer(33, "Romain Picard", "+33639980133", "22 rue Royale", "74000", "Annecy"),
    _customer(34, "Fatou Diallo", "+33639980134", "11 rue de Paris", "93100", "Montreuil"),
    _customer(35, "Vincent Colin", "+33639980135", "3 rue du Général de Gaulle", "20000", "Ajaccio"),
    _customer(36, "Maëlle Le Gall", "+33639980136", "7 rue de la Plage", "56100", "Lorient"),
    _customer(37, "Atelier Boréal", "+33639980137", "50 rue des Artisans", "42000", "Saint-Étienne", "fr FR pro"),
    _customer(38, "Elena Rossi", "+33639980138", "26 rue Victor Hugo", "83000", "Toulon"),
    _customer(39, "Daniel Schmitt", "+33639980139", "13 rue de l'Ill", "67000", "Strasbourg"),
    _customer(40, "Margaux Vidal", "+33639980140", "10 rue des Carmes", "45000", "Orléans"),
)

PRODUCTS: tuple[Product, ...] = (
    Product(sku="LAMPE-01", name="Lampe de bureau articulée", price=4990, stock=38, grams=1800),
    Product(sku="AMP-LED", name="Ampoules LED, lot de 3", price=1250, stock=140, grams=200),
    Product(sku="THEIERE", name="Théière en fonte", price=3500, stock=22, grams=1600),
    Product(sku="PLAID-LIN", name="Plaid en lin lavé", price=6900, stock=17, grams=1100),
    Product(sku="FAUTEUIL", name="Fauteuil en rotin", price=28900, stock=4, grams=9500),
    Product(sku="TASSES-4", name="Tasses en grès, lot de 4", price=3200, stock=51, grams=1400),
    Product(sku="COUTEAU", name="Couteau d’office gravé", price=4500, stock=30, grams=250),
    Product(sku="TAPIS-120", name="Tapis de laine 120 × 170", price=18900, stock=6, grams=6200),
    Product(sku="VASE-BLEU", name="Vase bleu soufflé", price=2400, stock=0, back_on=date(2026, 12, 4), grams=900),
    Product(sku="BOUGIE", name="Bougie figuier", price=1400, stock=90, grams=400),
    Product(sku="PANIER", name="Panier tressé", price=2900, stock=25, grams=700),
    Product(sku="MIROIR", name="Miroir rond 50 cm", price=7900, stock=0, grams=3900),
    Product(sku="TABLIER", name="Tablier de cuisine", price=2600, stock=44, grams=350),
    Product(sku="HORLOGE", name="Horloge murale", price=5400, stock=12, grams=1500),
)


def customer_named(name: str) -> Customer:
    """The customer with this full name; KeyError when there is none."""
    for customer in CUSTOMERS:
        if customer.name == name:
            return customer
    raise KeyError(name)


def product(sku: str) -> Product:
    """The product with this item number; KeyError when there is none."""
    for one in PRODUCTS:
        if one.sku == sku:
            return one
    raise KeyError(sku)
