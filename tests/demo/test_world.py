"""The imaginary world holds together: 150 orders, every state of a parcel, nothing that happens before its cause."""

from collections import Counter

from ariane.demo.cast import CAST
from ariane.demo.clock import OPENING, business_day, day
from ariane.demo.company import CUSTOMERS
from ariane.demo.models import Kind
from ariane.demo.world import HEROINE, build

WORLD = build()


def test_there_are_forty_customers_in_two_languages_and_a_hundred_and_fifty_orders() -> None:
    assert len(CUSTOMERS) == len({one.mail for one in CUSTOMERS}) == 40
    assert {one.language for one in CUSTOMERS} == {"fr", "en"}
    assert all(one.mail.endswith("@example.test") and one.mail.isascii() for one in CUSTOMERS)
    assert len(WORLD.orders) == 150


def test_the_same_seed_makes_the_same_world_and_another_one_another() -> None:
    assert build(7) == build(7)
    assert build(7) != build(8)


def test_orders_are_numbered_in_the_order_in_which_they_came() -> None:
    numbers = [int(number[3:]) for number in WORLD.orders]
    assert numbers == sorted(numbers)
    assert all(order.placed_at < OPENING for order in WORLD.orders.values())


def test_parcels_leave_after_the_order_and_scans_follow_each_other() -> None:
    for parcel in WORLD.parcels.values():
        order = WORLD.orders[parcel.order]
        moments = [parcel.created_at, *(scan.at for scan in parcel.script)]
        assert order.placed_at < parcel.created_at, parcel
        assert moments == sorted(moments), parcel
        assert set(parcel.skus) <= {line.sku for line in order.lines}


def test_every_kind_of_scan_is_the_last_one_of_some_parcel_at_the_opening() -> None:
    kinds: Counter[Kind] = Counter(last.kind for one in WORLD.parcels.values() if (last := one.last(OPENING)))
    wanted = "announced transit customs delayed problem out absent ready delivered neighbour letter_box returning "
    wanted += "returned unmapped"
    assert set(wanted.split()) <= set(kinds)


def test_two_carriers_carry_and_one_parcel_is_unknown_to_its_carrier() -> None:
    assert {parcel.carrier for parcel in WORLD.parcels.values()} == {"laposte", "dhl"}
    assert {parcel.carrier for parcel in WORLD.parcels_of("RC-1016")} == {"laposte", "dhl"}
    (fresh,) = WORLD.parcels_of("RC-1015")
    assert fresh.told(OPENING) == []


def test_everybody_of_the_cast_has_a_sentence_in_two_languages_and_the_heroine_comes_first() -> None:
    assert CAST[0].number == HEROINE == "RC-1001"
    assert len({one.number for one in CAST}) == len(CAST)
    assert all(one.fr and one.en and one.number in WORLD.orders for one in CAST)


def test_the_heroines_parcel_crosses_seven_days_between_today_and_the_next_check() -> None:
    order = WORLD.orders[HEROINE]
    (parcel,) = WORLD.parcels_of(HEROINE)
    last = parcel.last(OPENING)
    assert last is not None and last.kind == "transit"
    assert order.promised_on is not None and order.promised_on < OPENING.date()
    assert (OPENING - last.at).days == 6
    assert (day(1, "18:00") - last.at).days == 7
    assert order.total < 15000


def test_business_days_step_over_weekends_and_holidays() -> None:
    tenth = day(-7, "00:00").date()
    assert business_day(tenth, 1) == day(-5, "00:00").date()
    assert business_day(day(-4, "00:00").date(), 1) == day(-1, "00:00").date()
    assert business_day(day(-3, "00:00").date(), 0) == day(-1, "00:00").date()
    assert business_day(day(-5, "00:00").date(), -1) == tenth
