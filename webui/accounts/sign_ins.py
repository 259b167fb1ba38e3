"""Recognising who is signed in at a request, from the cookie and the row together.

The cookie holds a random token and the minute of the last request; so looking at pages writes nothing, and a browser
left alone for half an hour has to sign in again. Ending the row ends the sign-in at the next request.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import g, request, session
from flask_security.utils import login_user, logout_user
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from base.clock import real_clock, real_now
from base.database import Kept, as_stored, table_of
from base.people import Partner, Person, PersonRole, Team, TeamMember
from webui.accounts.rows import IDLE, SignIn, end, fingerprint, still_holds
from webui.requests import database

MINUTE = timedelta(minutes=1)


def recognise(uniquifier: str) -> Person | None:
    """The person whose cookie this is, when the sign-in still holds; called by the library once a request."""
    found = _find(session.get("sign_in", ""), uniquifier)
    if found is None:
        return None
    person, now = found
    seen = datetime.fromtimestamp(session.get("seen", 0), now.tzinfo)
    if not person.active or now - seen > IDLE:
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


def _find(token: str, uniquifier: str) -> tuple[Person, datetime] | None:
    """The person whose sign-in holds, and the time. One light statement: this runs at every request."""
    if not token:
        return None
    with database().reading() as rows:
        wanted = {"token": fingerprint(token), "uniquifier": uniquifier}
        found = [tuple(row) for row in rows.execute(_signed_in(real_clock(rows)), wanted)]
        if not found:
            return None
        (now, started_at, ended_at), stored = found[0][:3], [row[3:] for row in found]
        if not still_holds(started_at, ended_at, now):
            return None
        return _PERSONS.get(uniquifier, stored, lambda: _load(rows, uniquifier)), now


@cache
def _signed_in(clock: ColumnElement[datetime]) -> Select[Any]:
    """When a browser's sign-in began and ended, and everything that its person's rows hold."""
    sign_in, person, role, member, team, partner = map(
        table_of, (SignIn, Person, PersonRole, TeamMember, Team, Partner)
    )  # fmt: skip
    everything = (
        person.join(sign_in, sign_in.c.person_id == person.c.id)
        .outerjoin(role, role.c.person_id == person.c.id)
        .outerjoin(member.join(team, team.c.id == member.c.team_id), member.c.person_id == person.c.id)
        .outerjoin(partner, partner.c.id == person.c.partner_id)
    )
    return (
        select(clock, sign_in.c.started_at, sign_in.c.ended_at, *as_stored(Person, PersonRole, Team, Partner))
        .select_from(everything)
        .where(sign_in.c.token_hash == bindparam("token"), person.c.fs_uniquifier == bindparam("uniquifier"))
        .order_by(role.c.name, team.c.id)
    )


_PERSONS: Kept[Person] = Kept(1000)


def _load(rows: Session, uniquifier: str) -> Person:
    wanted = select(Person).where(Person.fs_uniquifier == uniquifier)
    person = rows.scalars(wanted.options(joinedload(Person.partner))).unique().one()
    rows.expunge_all()
    return person
