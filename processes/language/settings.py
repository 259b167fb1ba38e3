"""Settings as documents write them ("14 days", "150 EUR", 3) become values conditions can work on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from base.business_time import Delay
from base.money import Money
from processes.language.document import Document

_READERS = (Delay.parse, Money.parse, date.fromisoformat)


def setting_values(document: Document) -> dict[str, Any]:
    """The document's own settings by name."""
    return {name: setting_value(spec.value) for name, spec in document.settings.items() if spec.value is not None}


def company_values(written: Mapping[str, Any]) -> dict[str, Any]:
    """The company's settings by name, as the settings page keeps them."""
    return {name: setting_value(value) for name, value in written.items()}


def setting_value(written: Any) -> Any:
    """A delay, an amount or a date where the text is one; a list holds one amount a currency."""
    if isinstance(written, list):
        return [setting_value(each) for each in written]
    if not isinstance(written, str):
        return written
    for read in _READERS:
        try:
            return read(written)
        except ValueError:
            continue
    return written
