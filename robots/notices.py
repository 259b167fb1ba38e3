"""Carrying notices: alerts mailed to teams, and posted to another system as a signed message.

Posts follow Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,<base64 of HMAC-SHA256 over
"id.timestamp.body">`. The receiver's key is made from the installation's own and the brand.
"""

import base64
import hashlib
import hmac
import json
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.clock import real_now
from base.languages import LANGUAGES, N_, pick, translate
from base.people import Person, Team, TeamMember
from cases.alerts import SENTENCES, Alert
from cases.claims import MOST_ATTEMPTS, Claimed, Clock, claim_rows, database_clock, fixed_clock, guarded, held, pause
from cases.notices import Notice
from cases.states import state_is
from processes.connectors.addresses import RefusedAddress, parse_base_url, parse_networks
from processes.connectors.deadline import Deadline
from processes.connectors.requesting import Request
from processes.connectors.transport import Transport
from robots.mail import Letter, Posted

if TYPE_CHECKING:
    from robots.rounds import Robots

log = structlog.get_logger()

ROOM = 20
SECONDS = 5.0


def deliver(robots: "Robots") -> int:
    """Send what is due; how many were sent."""
    with robots.database.unit() as session:
        clock = _clock(robots, session)
        _free(session, clock)
        due = [state_is(Notice.state, "pending"), Notice.due_at <= clock.business]
        taken = {"state": "sending", "attempts": Notice.attempts + 1}
        claimed = claim_rows(session, Notice, due, room=ROOM, clock=clock, values=taken)
    return sum(_send(robots, one) for one in claimed)


def webhook_key(secret: str, brand_id: int) -> bytes:
    """What posts of a brand are signed with; its receiver is given it as `whsec_` and Base64."""
    return hmac.new(secret.encode(), f"alert-webhook:{brand_id}".encode(), hashlib.sha256).digest()


def signature(key: bytes, id: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature`."""
    signed = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _send(robots: "Robots", claimed: Claimed) -> bool:
    try:
        with robots.database.reading() as session:
            notice = session.get_one(Notice, claimed.id)
            letter = _letter(session, notice, robots.porter.base_url) if notice.way == "mail" else None
        if notice.way == "mail":
            posted = Posted(fate="refused", reason="no_address") if letter is None else robots.porter.post.send(letter)
        else:
            posted = _post(robots, notice)
    except Exception as error:  # one bad notice holds up no other
        log.exception("notice.stumbled", notice=claimed.id)
        posted = Posted(fate="not_now", reason=type(error).__name__)
    with robots.database.unit() as session:
        _note(session, robots, notice, claimed, posted)
    return posted.fate == "sent"


def _note(session: Session, robots: "Robots", notice: Notice, claimed: Claimed, posted: Posted) -> None:
    mine = held(Notice, claimed.id, claimed.token, "sending")
    if posted.fate == "sent":
        guarded(session, Notice, *mine, state="done", done_at=claimed.now, lease_until=None)
    elif posted.fate == "refused" or notice.attempts >= MOST_ATTEMPTS:
        guarded(session, Notice, *mine, state="failed", last_error=posted.reason, lease_until=None)
    else:
        later = claimed.now + pause(notice.attempts, robots.random)
        guarded(session, Notice, *mine, state="pending", due_at=later, last_error=posted.reason, lease_until=None)


def _post(robots: "Robots", notice: Notice) -> Posted:
    parts = urlsplit(notice.to)
    networks = parse_networks(robots.webhook_networks)
    try:
        origin = parse_base_url(f"{parts.scheme}://{parts.netloc}", networks)
    except RefusedAddress as refused:
        return Posted(fate="refused", reason=str(refused))
    body = json.dumps(notice.payload, separators=(",", ":"), ensure_ascii=False).encode()
    with robots.database.reading() as session:
        # Of this try, on real clocks: receivers refuse what is some minutes old. The payload tells business time.
        timestamp = int(real_now(session).timestamp())
    key = webhook_key(robots.porter.secret, notice.brand_id)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": notice.public_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, notice.public_id, timestamp, body),
    }
    target = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
    transport = Transport(origin, networks=networks)
    try:
        answer = transport.exchange(
            Request(method="POST", target=target, headers=headers, body=body), Deadline(SECONDS), fresh=True
        )
    finally:
        transport.close()
    if answer.status is not None and 200 <= answer.status < 300:
        return Posted(fate="sent", message_id=notice.public_id)
    final = answer.reason == "refused_address" or (answer.status is not None and 400 <= answer.status < 500)
    return Posted(fate="refused" if final else "not_now", reason=str(answer.reason or answer.status))


def _letter(session: Session, notice: Notice, base_url: str) -> Letter | None:
    """The alert as a mail to a team; None when nobody is in it."""
    members = (
        select(Person.email)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(Team.brand_id == notice.brand_id, Team.key == notice.to, Person.active)
    )
    to = tuple(session.scalars(members))
    if not to:
        return None
    alert = session.get_one(Alert, notice.alert_id)
    brand = session.get_one(Brand, notice.brand_id)
    language = brand.default_language if brand.default_language in LANGUAGES else "en"
    what = translate(language, SENTENCES[alert.kind])
    detail = pick(alert.detail or {}, language)
    address = f"{base_url.rstrip('/')}/console/cases/{alert.case.public_id}"
    sentence = N_("Nobody has taken care of this alert yet:") if notice.escalated else N_("An alert was raised:")
    first = translate(language, sentence)
    line = f"{what} · {detail}" if detail else what
    return Letter(
        key=f"notice:{notice.public_id}", to=to, subject=f"{what} · {alert.case.spoken_reference}",
        text=f"{first}\n\n{line}\n\n{address}\n", language=language,
        html=f'<p>{escape(first)}</p><p><strong>{escape(line)}</strong></p><p><a href="{escape(address)}">'
        f"{escape(alert.case.spoken_reference)}</a></p>",
    )  # fmt: skip


def _free(session: Session, clock: Clock) -> None:
    """What a silent robot held may be sent again: the receiver knows a repeated message by its id."""
    gone = [state_is(Notice.state, "sending"), Notice.lease_until < clock.real]
    for id in session.scalars(select(Notice.id).where(*gone)).all():
        guarded(session, Notice, Notice.id == id, *gone, state="pending", lease_until=None)


def _clock(robots: "Robots", session: Session) -> Clock:
    return database_clock(session) if robots.now is None else fixed_clock(robots.now, real_now(session))
