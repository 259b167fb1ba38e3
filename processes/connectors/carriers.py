"""One key for a carrier, whatever a shop calls it: "Colissimo" and "La Poste" are answered by the same service."""

from functools import lru_cache
from importlib.resources import files

import yaml


def carrier_key(name: str) -> str:
    """The key of a carrier's name ("Colissimo" → "laposte"); for a carrier not listed, its letters and digits."""
    spelled = _spelled(name)
    return _aliases().get(spelled, spelled)


def carrier_name(key: str) -> str:
    """What people call the carrier: its first listed name; the key itself for one not listed."""
    return next(iter(_page().get(carrier_key(key), ())), key)


def _spelled(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    return {_spelled(name): key for key, names in _page().items() for name in names}


@lru_cache(maxsize=1)
def _page() -> dict[str, list[str]]:
    page: dict[str, list[str]] = yaml.safe_load(
        files("processes.connectors").joinpath("carriers.yaml").read_text("utf-8")
    )
    return page
