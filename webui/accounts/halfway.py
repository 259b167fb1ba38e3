"""Somebody whose password was right and who still owes the second proof: known to the cookie, let in nowhere yet."""

from datetime import datetime, timedelta

from flask import Response, g, session
from sqlalchemy import select

from base.clock import real_now
from base.people import Person
from webui.accounts import factors, sign_ins
from webui.i18n import remember
from webui.partials import see, wanted_address
from webui.requests import database

LASTS = timedelta(minutes=10)


def welcome(person: Person, wanted: str) -> Response:
    """After a right password: in, or on to the second proof."""
    with database().reading() as rows:
        app = factors.app_of(rows, person.id)
        owed = app is not None or factors.needed(rows, person)
        now = real_now(rows)
    if not owed:
        return enter(person, wanted)
    session.clear()
    g.pop("csrf_token", None)
    session["half"] = {"person": person.public_id, "at": int(now.timestamp()), "next": wanted}
    response = see("/sign-in/code" if app else "/account/second-step")
    remember(response, person.language)
    return response


def enter(person: Person, wanted: str) -> Response:
    """Sign in, and go where one wanted to go."""
    sign_ins.begin(person)
    response = see(wanted_address(wanted))
    remember(response, person.language)
    return response


def person_halfway() -> tuple[Person, str] | None:
    """Who that is, and where he wanted to go; None after ten minutes."""
    half = session.get("half")
    if not isinstance(half, dict):
        return None
    with database().reading() as rows:
        now = real_now(rows)
        person = rows.scalars(select(Person).where(Person.public_id == half["person"], Person.active)).one_or_none()
        rows.expunge_all()
    fresh = now - datetime.fromtimestamp(half["at"], now.tzinfo) < LASTS
    return (person, str(half["next"])) if person is not None and fresh else None
