"""What documents write in their own language, in the words of who reads: figures, sources, steps gone through."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from babel.numbers import format_currency

from base.business_time import Delay
from base.languages import N_, writing
from processes.language.filters import delay_in_words
from processes.scenarios import Happening
from webui.formats import short_day
from webui.i18n import language, tell

CERTAINTIES: Final[Mapping[str, str]] = {
    "text": N_("read in the text of the law"),
    "summary": N_("read in an official summary"),
    "secondary": N_("read in a commentary"),
    "common": N_("common practice"),
}

DEEDS: Final[Mapping[str, str]] = {
    "act": N_("does"), "ask": N_("asks"), "call": N_("goes through"), "cancel": N_("cancels"), "close": N_("ends"),
    "hand_over": N_("hands over"), "note": N_("notes"), "remind": N_("reminds"), "say": N_("says"),
    "send": N_("sends"), "start": N_("starts"), "task": N_("gives a task"), "wait": N_("waits for"),
}  # fmt: skip

PLACES: Final[Mapping[str, str]] = {
    "title": N_("title"), "text": N_("sentence"), "subject": N_("subject"), "label": N_("name"),
    "confirm": N_("confirmation"), "if_broken": N_("if the promise is broken"), "needs": N_("needed at the start"),
    "settings": N_("figure"), "choices": N_("choice"), "texts": N_("variant for"), "agent": N_("agents"),
    "customer": N_("customers"), "in_doubt": N_("in doubt"),
}  # fmt: skip


def figure_said(value: object) -> str:
    """`2 business days`, `150 EUR`, a yes or no, a list: as the reader writes them."""
    if value is None or isinstance(value, dict):
        return tell(N_("a table"))
    if isinstance(value, bool):
        return tell(N_("yes")) if value else tell(N_("no"))
    if isinstance(value, list):
        return ", ".join(figure_said(each) for each in value)
    return _money(value) or _delay(value) or str(value) if isinstance(value, str) else str(value)


def source_said(source: str) -> str:
    return tell(N_("our own choice")) if source == "house" else source


def certainty_said(certainty: str) -> str:
    return tell(CERTAINTIES[certainty]) if certainty in CERTAINTIES else certainty


def day_said(written: str | None) -> str:
    """A day the document writes as `2026-11-02`."""
    try:
        return short_day(date.fromisoformat(written or ""))
    except ValueError:
        return written or "–"


def deed_said(happening: Happening) -> str:
    """`asks: still missing`"""
    kind, name = happening.kind, happening.names[0].replace("_", " ")
    return tell(N_("%(deed)s: %(name)s"), deed=tell(DEEDS[kind]) if kind in DEEDS else kind, name=name)


def place_said(id_: str) -> str:
    """Where a sentence stands: `remedy › choice › refund › name`."""
    parts = [part for part in id_.replace(".", "/").split("/") if part]
    return " › ".join(tell(PLACES[part]) if part in PLACES else part.replace("_", " ") for part in parts)


def _money(value: str) -> str:
    amount, _, currency = value.partition(" ")
    if len(currency) != 3 or not currency.isupper() or not amount.replace(".", "", 1).isdigit():
        return ""
    return str(format_currency(Decimal(amount), currency, locale=writing(language())))


def _delay(value: str) -> str:
    try:
        return delay_in_words(Delay.parse(value), language())
    except ValueError:
        return ""
