"""The compiled walk: native modules made from the sources of `processes/walk`, used where they are there.

They lie beside the sources as `__pycache__` does, under a fingerprint of what they were made from: once a source is
edited, or another interpreter runs it, they are simply no longer found. `ariane/speedups.py` makes them; without them,
or with `ARIANE_SPEEDUPS=no`, the same sources run as plain Python. See `docs/decisions/0008-the-walk-is-compiled.md`.
"""

import os
import sys
from hashlib import sha256
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "processes" / "walk"
LEFT_PLAIN = ("clash.py", "errors.py", "record.py")
"""Exceptions tell themselves by attributes of their class, and a decorator of classes works on what it is given: mypyc
makes something else of both."""


def sources() -> list[Path]:
    """The modules that are compiled."""
    return sorted(path for path in SOURCES.rglob("*.py") if path.name not in LEFT_PLAIN)


def folder() -> Path:
    """Where the native modules for these sources and this interpreter are, or would be."""
    mark = sha256(EXTENSION_SUFFIXES[0].encode())
    for path in sources():
        mark.update(path.name.encode())
        mark.update(path.read_bytes())
    return ROOT / "processes" / "__speedups__" / mark.hexdigest()[:16]


def take_up(package: list[str]) -> None:
    """Look for modules of the package `processes` among the native ones first, if there are any."""
    if os.environ.get("ARIANE_SPEEDUPS", "yes") == "no":
        return
    made = folder()
    if made.is_dir():
        package.insert(0, str(made / "processes"))
        sys.path.append(str(made))
