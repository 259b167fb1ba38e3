"""Amounts of money: minor units and a currency, never a float.

Pure: the standard library only, so that the walk may use it. Amounts of two currencies are never equal, never ordered
and never added: `CurrencyMismatch`.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self, overload

_OTHER_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_WRITTEN = re.compile(r"\s*(-?\d{1,15}(?:\.\d{1,3})?)\s+([A-Z]{3})\s*")
_LARGEST = 10**18


class InvalidMoney(ValueError):
    """Not an amount: no currency, too many decimals, a float, or more than 18 digits."""


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum or comparison."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} cannot be added or compared")
        self.left, self.right = left, right


@dataclass(frozen=True, slots=True)
class Money:
    """`Money(8490, "EUR")` is 84.90 EUR."""

    minor: int
    """Amount in the currency's smallest unit (cents for EUR, whole yen for JPY)."""
    currency: str
    """ISO 4217 code, three capital letters."""

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool) or abs(self.minor) >= _LARGEST:
            raise InvalidMoney(f"{self.minor!r} is not a whole number of minor units")
        if not (isinstance(self.currency, str) and re.fullmatch("[A-Z]{3}", self.currency)):
            raise InvalidMoney(f"{self.currency!r} is no currency code")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "150 EUR" or "84.90 EUR". Raises `InvalidMoney`."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise InvalidMoney(f"{text!r} is not an amount such as 84.90 EUR")
        return cls.of(Decimal(match[1]), match[2])

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        """From a decimal amount in major units; refuses more decimals than the currency has. Raises `InvalidMoney`."""
        if isinstance(amount, float):
            raise InvalidMoney("money is never a float")
        try:
            minor = Decimal(amount).scaleb(exponent(currency))
            whole = int(minor)
        except (ArithmeticError, ValueError) as error:
            raise InvalidMoney(f"{amount!r} is not an amount") from error
        if whole != minor:
            raise InvalidMoney(f"{currency} has {exponent(currency)} decimals, {amount} has more")
        return cls(whole, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with the currency's decimals: `Decimal("84.90")`."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal:f} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __add__(self, other: object) -> Self:
        if other == 0 and isinstance(other, int):  # so that sum() works without a start value
            return self
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.minor + self._same(other).minor, self.currency)

    __radd__ = __add__

    def __sub__(self, other: object) -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, factor: object) -> Self:
        """Times a number; halves are rounded away from zero, as on an invoice."""
        return type(self)(_round(self.minor * _number(factor)), self.currency)

    __rmul__ = __mul__

    @overload
    def __truediv__(self, divisor: "Money") -> Decimal: ...
    @overload
    def __truediv__(self, divisor: int | Decimal) -> Self: ...
    def __truediv__(self, divisor: "Money | int | Decimal") -> "Self | Decimal":
        """By a number: money. By money: how many times it fits. Raises `ZeroDivisionError`."""
        divide_by = Decimal(self._same(divisor).minor) if isinstance(divisor, Money) else _number(divisor)
        if not divide_by:
            raise ZeroDivisionError("money divided by zero")
        ratio = Decimal(self.minor) / divide_by
        return ratio if isinstance(divisor, Money) else type(self)(_round(ratio), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def _same(self, other: "Money") -> "Money":
        if not isinstance(other, Money):
            raise InvalidMoney(f"{other!r} is not money")
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for TND."""
    return _OTHER_EXPONENTS.get(currency, 2)


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidMoney(f"money is not multiplied or divided by {value!r}")
    return Decimal(value)


def _round(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
