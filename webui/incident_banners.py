"""What pages of cases say while an incident is on."""

import time
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from base.languages import pick
from cases import incidents
from cases.cases import Case
from webui.i18n import language
from webui.requests import database

LATELY = 5.0
"""Seconds for which it is remembered that a brand has no incident: pages of cases are many, incidents few."""


@dataclass(frozen=True)
class Banner:
    """One incident, on the page of a case."""

    name: str
    words: str
    """In the reader's language; empty where the incident says nothing."""
    holds_robots: bool
    """Whether robots leave the case alone meanwhile."""


class Banners:
    """Finds them; a brand without incidents is not asked for again at once."""

    def __init__(self) -> None:
        self._none: dict[int, float] = {}

    def of(self, case: Case) -> list[Banner]:
        """Of the incidents that are on and concern the case."""
        if self._none.get(case.brand_id, 0.0) > time.monotonic():
            return []
        with database().reading() as session:
            return self._found(session, case)

    def _found(self, session: Session, case: Case) -> list[Banner]:
        if not incidents.on_now(session, case.brand_id):
            self._none[case.brand_id] = time.monotonic() + LATELY
            return []
        found = incidents.incidents_now(session, case)
        return [Banner(one.name, pick(one.banner, language()), one.holds_robots) for one in found]


def install(app: Flask) -> None:
    """Give templates `incidents_of(case)`."""
    app.jinja_env.globals["incidents_of"] = Banners().of
