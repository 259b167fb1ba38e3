"""One key for a carrier, whatever a shop calls it: "Colissimo" and "La Poste" are answered by the same service."""

from functools import lru_cache
from importlib.resources import files

import yaml


def carrier_key(name: str) -> str:
    """The key of a carrier's name ("Colissimo" → "laposte"); for a carrier not listed, its letters and digits."""
    spelled = _spelled(name)
    return _aliases().get(spelled, spelled)


def _spelled(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    page = yaml.safe_load(files("processes.connectors").joinpath("carriers.yaml").read_text("utf-8"))
    return {_spelled(name): key for key, names in page.items() for name in names}
