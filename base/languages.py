"""Every sentence a person reads, told in that person's language.

How to use it, from any room:

* Mark the English sentence where it is written, tell it where the reader is known::

      sentence = N_("No order is numbered %(number)s.")      # marked, told later
      translate(language, sentence, number="RC-1001")         # told now

  In Jinja: ``{{ _("Welcome, %(name)s", name=customer.name) }}``. In JavaScript: ``gettext("Copied")``.
  Parameters are named, ``%(name)s``; a percent sign in a sentence with parameters is written ``%%``.
* ``make i18n`` extracts all marked sentences into ``base/translations/fr/LC_MESSAGES/ariane.po`` (keeping what is
  translated) and compiles it. Fill the empty ``msgstr`` and run it again. A test fails while a marked sentence has no
  French, or while the compiled catalogue is stale.

Words of the *business* (labels of a process, names of a team) are no sentences of the program: they are kept in data by
language, and `pick` chooses among them.
"""

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
"""What the program itself speaks; the first one is that of a new brand."""

DOMAIN = "ariane"
FOLDER = Path(__file__).parent / "translations"


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools and readers know
    """Mark an English sentence for translation, unchanged, to be told later by `translate`."""
    return msgid


def translate(language: str, msgid: str, /, **params: object) -> str:
    """Tell `msgid` in `language` ("fr", "fr-CA" and "fr_CA" alike); English when that language is not spoken.

    A sentence whose parameters do not fit is told unfilled: a clumsy sentence is better than a page that fails.
    """
    sentence = _catalogue(_root(language)).gettext(msgid) if msgid else ""
    if not params:
        return sentence
    try:
        return sentence % params
    except (KeyError, TypeError, ValueError):
        return sentence


def translate_number(language: str, one: str, many: str, number: int) -> str:
    """The sentence that fits `number`, unfilled: `one` or `many`, as the language counts."""
    return _catalogue(_root(language)).ngettext(one, many, number)


def pick(texts: Mapping[str, str], *languages: str) -> str:
    """The text in the first of `languages` that there is one for, else the first text; "" when there is none at all."""
    for language in languages:
        text = texts.get(language) or texts.get(_root(language))
        if text:
            return text
    return next((text for text in texts.values() if text), "")


def spoken(*wishes: str) -> str:
    """The first of `wishes` that the program speaks, else its own first language."""
    return next((_root(wish) for wish in wishes if _root(wish) in LANGUAGES), LANGUAGES[0])


def writing(language: str) -> str:
    """How dates, amounts and numbers are written in `language`, as Babel names it ("en_GB").

    English without a country is written as Europe writes it: day before month, 24 hours.
    """
    return "en_GB" if language.lower() == "en" else language.replace("-", "_")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def _root(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
