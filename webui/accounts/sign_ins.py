"""Recognising who is signed in at a request, from the cookie and the row together.

The cookie holds a random token and the minute of the last request; so looking at pages writes nothing, and a browser
left alone for half an hour has to sign in again. Ending the row ends the sign-in at the next request.
"""

from datetime import datetime, timedelta

from flask import g, request, session
from flask_security.utils import login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from base.clock import real_clock, real_now
from base.people import Person
from webui.accounts.rows import IDLE, SignIn, end, fingerprint
from webui.requests import database

MINUTE = timedelta(minutes=1)


def recognise(uniquifier: str) -> Person | None:
    """The person whose cookie this is, when the sign-in still holds; called by the library once a request."""
    found = _find(session.get("sign_in", ""), uniquifier)
    if found is None:
        return None
    person, sign_in, now = found
    seen = datetime.fromtimestamp(session.get("seen", 0), now.tzinfo)
    if not person.active or not sign_in.holds(now) or now - seen > IDLE:
        return None
    if now - seen > MINUTE:
        session["seen"] = int(now.timestamp())
    return person


def begin(person: Person) -> None:
    """Sign `person` in, in this browser; what the anonymous session held is gone."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(person, remember=False, authn_via=["password"])
    with database().unit() as rows:
        now = real_now(rows)
        session["sign_in"] = SignIn.begin(
            rows, person.id, now, address=request.remote_addr or "", browser=request.user_agent.string
        )
    session["seen"] = int(now.timestamp())


def finish() -> None:
    """Sign out of this browser."""
    token = session.get("sign_in")
    if token:
        with database().unit() as rows:
            end(rows, token, real_now(rows))
    logout_user()
    session.clear()


def _find(token: str, uniquifier: str) -> tuple[Person, SignIn, datetime] | None:
    if not token:
        return None
    with database().reading() as rows:
        wanted = (
            select(Person, SignIn, real_clock(rows))
            .join(SignIn, SignIn.person_id == Person.id)
            .where(SignIn.token_hash == fingerprint(token), Person.fs_uniquifier == uniquifier)
            # One statement instead of three: this runs at every request.
            .options(joinedload(Person.roles), joinedload(Person.teams), joinedload(Person.partner))
        )
        found = rows.execute(wanted).unique().one_or_none()
        rows.expunge_all()
    return (found[0], found[1], found[2]) if found else None
