"""Telephone numbers in one notation, E.164, whatever way people write them."""

import re

import phonenumbers

_BEFORE_WORDS = re.compile(r"[^A-Za-z]*")
_LABEL = re.compile(r"^\s*(tel|tél|phone|mobile|port)[a-zé]*\s*[.:]*\s*", re.IGNORECASE)


def e164(text: str, region: str = "FR") -> str | None:
    """`text` as "+33612345678"; None when it is no telephone number.

    `region` (two letters) tells how to read a number without a country code. An extension ("poste 3") is left out.
    """
    written = _BEFORE_WORDS.match(_LABEL.sub("", text[:60]))
    try:
        number = phonenumbers.parse(written.group() if written else "", region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
