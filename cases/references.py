"""The reference of a case: eight characters and a check, which people can say, type and mistype.

Crockford's alphabet has no I, L, O and U; what sounds or looks alike is read alike. The check finds every wrong
character and every swap of two. A reference finds a case; it never proves who somebody is.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_ALIKE = str.maketrans("OIL", "011", " -.\u2010\u2011\u2013")


def new_reference() -> str:
    """A random reference, as stored: nine characters without spaces."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return body + check_character(body)


def read_reference(text: str) -> str | None:
    """What somebody typed as a stored reference; None when it is none, or mistyped."""
    typed = text.upper().translate(_READ_ALIKE)
    if len(typed) != 9 or not set(typed) <= set(ALPHABET):
        return None
    return typed if check_character(typed[:8]) == typed[8] else None


def spell(reference: str) -> str:
    """The reference as it is shown: `K7M4-92QX-P`."""
    return f"{reference[:4]}-{reference[4:8]}-{reference[8:]}"


def check_character(body: str) -> str:
    """The ninth character: a polynomial check over the field of 32 elements.

    Unlike a weighted sum it stays within the alphabet, and no two neighbours can be swapped unseen.
    """
    check = 0
    for character in body:
        check = _doubled(check ^ ALPHABET.index(character))
    return ALPHABET[check]


def _doubled(element: int) -> int:
    return (element << 1) ^ (0b100101 if element & 0b10000 else 0)
