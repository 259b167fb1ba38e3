"""What a view may ask about the request in hand: who acts, for which brand, when, on which database.

Nothing below the doors knows a request: verbs get `actor` and `now` as arguments, and this is where they come from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g
from flask_login import current_user

from base import audit
from base.actors import Actor
from base.clock import business_now
from base.config import Configuration
from base.database import Database
from base.errors import ArianeError
from base.languages import N_
from base.people import Person
from base.permissions import Permission, require
from processes.walks import Walks
from robots.effects import Porter

if TYPE_CHECKING:
    from processes.connectors.service import Connectors

P = ParamSpec("P")
R = TypeVar("R")
EXTENSION = "ariane"


class SignInNeeded(ArianeError):
    """Nobody is signed in, and this is not for everybody."""

    sentence = N_("Please sign in to go on.")
    status = 401


@dataclass(frozen=True, kw_only=True)
class Workings:
    """What doors drive: the shell of the walks, who delivers what they decide, and the web services."""

    walks: Walks
    porter: Porter
    connectors: "Connectors"


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What the application was built with."""

    configuration: Configuration
    database: Database
    workings: Workings | None


def give(app: Flask, configuration: Configuration, database: Database, workings: Workings | None) -> None:
    app.before_request(lambda: audit.acting(signed_in))
    app.teardown_request(lambda _error: audit.acting(None))
    app.extensions[EXTENSION] = Installation(configuration=configuration, database=database, workings=workings)


def workings() -> Workings:
    """The walks and those who carry out what they decide. Every application but a bare test has them."""
    given = _installation().workings
    assert given is not None, "this application was built without workings"
    return given


def database() -> Database:
    return _installation().database


def configuration() -> Configuration:
    return _installation().configuration


def now() -> datetime:
    """The business time, aware UTC; read once a request, so that a page never contradicts itself."""
    try:
        return cast(datetime, g.now)
    except AttributeError:
        with database().reading() as session:
            g.now = moment = business_now(session)
        return moment


def it_is(moment: datetime) -> None:
    """The business time was read together with something else: it is that of the whole page."""
    g.now = moment


def signed_in() -> Actor | None:
    """Who is signed in at this request, or None."""
    person = person_here()
    if person is None:
        return None
    known: tuple[Person, Actor] | None = g.get("acting")
    if known is None or known[0] is not person:
        known = g.acting = person, person.actor()
    return known[1]


def person_here() -> Person | None:
    """The member of staff at this request; a row that belongs to no session, and that other requests share."""
    here = current_user._get_current_object()  # the library's stand-in asks for it at every attribute
    return cast(Person, here) if here is not None and here.is_authenticated else None


def current_actor() -> Actor:
    """Who acts at this request. Raises SignInNeeded when nobody is signed in."""
    actor = signed_in()
    if actor is None:
        raise SignInNeeded
    return actor


def permission_required(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse a view to whoever lacks `permission`: 401 when nobody is signed in, else 403."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(current_actor(), permission)
            return view(*args, **kwargs)

        return declare(guarded, permission)

    return guard


def person_required(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse a view to whoever is not signed in; every member of staff may use it, for himself."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        current_actor()
        return view(*args, **kwargs)

    return declare(guarded, "person")


def declare(view: Callable[P, R], needs: Permission | Literal["person", "key"]) -> Callable[P, R]:
    """Say on the view itself what it needs: the matrix of rights is made from the map of addresses."""
    view.needs = needs  # type: ignore[attr-defined]
    return view


def _installation() -> Installation:
    return cast(Installation, current_app.extensions[EXTENSION])
