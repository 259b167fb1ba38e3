"""Amounts are whole minor units of one currency."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.money import CurrencyMismatch, InvalidMoney, Money, exponent

amounts = st.builds(Money, st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "USD", "JPY", "TND"]))


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("150 EUR", 15000),
        ("84.90 EUR", 8490),
        ("84.9 EUR", 8490),
        ("-3 EUR", -300),
        ("500 JPY", 500),
        ("1.234 TND", 1234),
    ],
)
def test_money_is_read_as_people_write_it(text: str, minor: int) -> None:
    assert Money.parse(text).minor == minor


@pytest.mark.parametrize(
    "text",
    ["", "150", "EUR", "84,90 EUR", "1.234 EUR", "1.5 JPY", "1e3 EUR", "NaN EUR", "150 eur", "9999999999999999 EUR"],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(text)


def test_floats_are_never_money() -> None:
    attempts: tuple[Callable[[], Money], ...] = (
        lambda: Money(1.0, "EUR"),  # type: ignore[arg-type]
        lambda: Money.of(1.1, "EUR"),  # type: ignore[arg-type]
        lambda: Money(1, "EUR") * 1.5,
        lambda: Money(True, "EUR"),
    )
    for make in attempts:
        with pytest.raises(InvalidMoney):
            make()
    with pytest.raises(InvalidMoney):
        Money(10**18, "EUR")


def test_two_currencies_never_meet() -> None:
    euros, dollars = Money(100, "EUR"), Money(100, "USD")
    assert euros != dollars
    for meet in (
        lambda: euros + dollars,
        lambda: euros - dollars,
        lambda: euros < dollars,
        lambda: euros >= dollars,
        lambda: euros / dollars,
    ):
        with pytest.raises(CurrencyMismatch):
            meet()


def test_halves_are_rounded_away_from_zero_as_on_an_invoice() -> None:
    assert Money(5, "EUR") * Decimal("0.5") == Money(3, "EUR")
    assert Money(-5, "EUR") * Decimal("0.5") == Money(-3, "EUR")
    assert Money(100, "EUR") / 3 == Money(33, "EUR")
    assert Money(300, "EUR") / Money(100, "EUR") == 3
    with pytest.raises(ZeroDivisionError):
        _ = Money(300, "EUR") / 0


def test_a_list_of_amounts_has_a_sum() -> None:
    assert sum([Money(100, "EUR"), Money(250, "EUR")], Money(0, "EUR")) == Money(350, "EUR")
    assert sum([Money(100, "EUR")]) == Money(100, "EUR")
    assert not Money(0, "EUR")


def test_it_is_written_with_the_decimals_of_its_currency() -> None:
    assert str(Money(8490, "EUR")) == "84.90 EUR"
    assert str(Money(500, "JPY")) == "500 JPY"
    assert Money(8490, "EUR").decimal == Decimal("84.90")


@given(amounts)
def test_what_is_written_is_read_back(money: Money) -> None:
    assert Money.parse(str(money)) == money
    assert Money.of(money.decimal, money.currency) == money
    assert money.decimal * 10 ** exponent(money.currency) == money.minor


@given(amounts, st.integers(-(10**6), 10**6))
def test_subtracting_undoes_adding_and_order_is_kept(money: Money, minor: int) -> None:
    other = Money(minor, money.currency)
    assert money + other - other == money
    assert (money + other >= money) == (minor >= 0)
    assert Money(0, money.currency) - money == -money
