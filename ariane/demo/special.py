"""Orders of the cast that need more than a line: the heroine's, and those with several parcels, refunds, engravings."""

from datetime import timedelta

from ariane.demo.clock import day
from ariane.demo.models import Order, Parcel, Refund, Scan
from ariane.demo.scripts import ordinary
from ariane.demo.staging import Build, order_of, parcel_of, script


def heroine(number: str) -> tuple[Order, list[Parcel]]:
    """Last scanned six days and four hours before the opening, promised for the Friday; turns up a week later."""
    order = order_of(number, "Claire Martin", "LAMPE-01", "AMP-LED", promised=-4)
    scans = script(
        "-8 16:10 announced | -7 18:05 taken Tours | -6 05:40 transit Orléans | "
        "6 14:20 transit Tours | 7 08:12 out Tours | 7 11:36 delivered Tours"
    )
    return order, [parcel_of(order, "laposte", scans)]


def two_carriers(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Julie Mercier", "TASSES-4", "TAPIS-120", promised=1)
    cups = ordinary(day(-4, "15:31"), "Dijon", days=1)
    rug = ordinary(day(-1, "15:40"), "Dijon", days=2)
    return order, [
        parcel_of(order, "laposte", cups, 1, skus=("TASSES-4",), grams=1400),
        parcel_of(order, "dhl", rug, 2, skus=("TAPIS-120",), grams=6200),
    ]


def partial(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Paul Janssens", "PLAID-LIN", "HORLOGE", promised=2)
    return order, [parcel_of(order, "dhl", ordinary(day(-1, "14:12"), "Bruxelles", days=3), skus=("PLAID-LIN",))]


def two_pieces(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Lucas Bernard", "TAPIS-120", "LAMPE-01", promised=-1)
    first, second = ("JD019900000000000011",), ("JD019900000000000012",)
    start = script("-7 16:00 announced | -5 20:11 transit Strasbourg")
    came = script("-1 07:50 out Strasbourg | -1 13:02 neighbour Strasbourg")
    comes = script("2 10:40 delivered Strasbourg")
    scans = (*start, *(_about(one, first) for one in came), *(_about(one, second) for one in comes))
    return order, [parcel_of(order, "dhl", scans, pieces=first + second)]


def _about(scan: Scan, pieces: tuple[str, ...]) -> Scan:
    return scan.model_copy(update={"pieces": pieces})


def twice(number: str) -> tuple[Order, list[Parcel]]:
    """Sent again three weeks ago; the first parcel arrived yesterday all the same."""
    order = order_of(number, "Nicolas Faure", "THEIERE", promised=-28)
    first = script(
        "-32 16:02 announced | -32 18:30 taken Tours | -31 02:10 transit Limoges | "
        "-1 08:05 out Limoges | -1 11:58 delivered Limoges"
    )
    lost = parcel_of(order, "laposte", first)
    again = ordinary(day(-20, "10:14"), "Limoges")
    return order, [lost, parcel_of(order, "dhl", again, 2, replaces=lost.number, expected_on=day(-18, "00:00").date())]


def seller(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Maëlle Le Gall", "PANIER", promised=2, seller="Vannerie du Lac")
    return order, [parcel_of(order, "laposte", ordinary(day(-1, "11:25"), "Lorient", days=3))]


def returning(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Mehdi Aubry", "MIROIR", promised=-50)
    sent = ordinary(day(-54, "15:20"), "Bordeaux")
    back = script("-6 09:30 announced | -4 16:45 taken Bordeaux | -1 03:20 transit Tours | 1 10:15 delivered Tours")
    return order, [
        parcel_of(order, "laposte", sent),
        parcel_of(order, "laposte", back, 2, direction="return", destination_city="Tours", expected_on=None),
    ]


def refunded(name: str, sku: str, requested: int, settles: int) -> Build:
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


def cancelled(number: str) -> tuple[Order, list[Parcel]]:
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


def engraved(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, "Quentin Leroux", "COUTEAU", promised=6)
    return order.model_copy(update={"lines": (order.lines[0].model_copy(update={"engraving": "Pour Mamie"}),)}), []


def guest(number: str) -> tuple[Order, list[Parcel]]:
    order = order_of(number, None, "BOUGIE", promised=-33)
    return order, [parcel_of(order, "laposte", ordinary(order.placed_at + timedelta(days=1), "Tours"))]
