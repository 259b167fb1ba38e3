"""Order numbers as people say them: "rc1001", "RC 1001", "n° 1001" and "1001" all mean RC-1001.

How a shop writes its numbers is learnt from those that were seen: letters, a sign, digits. Nobody sets it up. While no
order has been seen yet, a number is taken as it was typed.
"""

import re
import unicodedata
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.orders import Order, fold_number

RECENT: Final = 50
"""Orders seen last, from which the shop's way of writing is learnt."""
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−_", "-"))
_SAID_BEFORE: Final = re.compile(r"(?:N°|Nº|NO\.|NR\.)")
_WRITTEN: Final = re.compile(r"([A-Z]*)([-/.]?)(\d+)")
_LETTERS_AND_DIGITS: Final = re.compile(r"([A-Z]*)[-/.]?(\d{1,18})")


def as_the_shop_writes(session: Session, brand_id: int, typed: str) -> str:
    """The number that `typed` means, folded, in the writing of the brand's orders; as typed where none fits."""
    number = _plain(typed)
    said = _LETTERS_AND_DIGITS.fullmatch(number)
    if said is None:
        return number
    for letters, sign in _writings(session, brand_id):
        if said[1] in ("", letters):
            return f"{letters}{sign}{said[2]}"
    return number


def _plain(typed: str) -> str:
    """Folded, with one kind of dash and without "n°"."""
    number = fold_number(typed.translate(_DASHES))
    return fold_number(_SAID_BEFORE.sub("", unicodedata.normalize("NFC", number), count=1))


def _writings(session: Session, brand_id: int) -> list[tuple[str, str]]:
    """Letters and sign before the digits, in the order numbers seen last; the most used first."""
    latest = select(Order.folded_number).where(Order.brand_id == brand_id).order_by(Order.id.desc()).limit(RECENT)
    found = [_WRITTEN.fullmatch(number) for number in session.scalars(latest)]
    seen = [(each[1], each[2]) for each in found if each is not None]
    return sorted(dict.fromkeys(seen), key=seen.count, reverse=True)
