"""Jinja, told once what it would look up at every import of a macro."""

from collections import ChainMap
from collections.abc import KeysView, Mapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class Names(ChainMap[str, Any]):
    """A template's globals. Jinja compares their names at each import of a macro; a chain tells them one by one."""

    def keys(self) -> KeysView[str]:
        own, common = self.maps
        return {**common, **own}.keys()


class Templates(Environment):
    """Flask's templates."""

    def make_globals(self, d: Mapping[str, Any] | None) -> Names:
        """The globals of a template."""
        return Names(dict(d or {}), self.globals)


class Doors(Flask):
    """The application of the doors."""

    jinja_environment = Templates
