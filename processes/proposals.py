"""Proposals: what an author wants published, on its way there.

With no approval to wait for and no date, a document is published in the same transaction. Otherwise it is kept
as it was when the author pressed Publish: what is agreed to is what goes out, whatever becomes of the draft. Robots
publish what is due; what cannot go out any more (somebody published in the meantime, a check now fails) says why.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Database, Id, Json, Moment, PublicId, new_public_id
from base.errors import ArianeError, Conflict, Forbidden, Invalid, NotFound
from base.languages import LANGUAGES, N_, pick
from base.permissions import Permission
from processes.drafts import draft_of, rebase_draft
from processes.governing import needs_approval, require_author
from processes.language.document import Document
from processes.versions import (
    NoSuchProcess,
    NoteMissing,
    Publication,
    check_publishable,
    content_hash,
    document_of,
    live_number,
    publish,
    to_json,
    versions_of,
)

ProposalState = Literal["asked", "planned", "published", "refused", "withdrawn", "failed"]
OPEN: tuple[ProposalState, ...] = ("asked", "planned")


class ProposalRow(Base):
    """A document that an author wants published."""

    __tablename__ = "process_proposal"
    __table_args__ = (Index(None, "brand_id", "key"), Index(None, "state", "publish_at"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    document: Mapped[Json]
    note: Mapped[str]
    override: Mapped[str | None]
    """Why it may go out although a scenario fails."""
    based_on: Mapped[int]
    """Number of the live version that the author worked from."""
    publish_at: Mapped[Moment | None]
    """When it is to go out; None: as soon as nothing is waited for."""
    state: Mapped[str] = mapped_column(String(12), default="asked")
    asked_at: Mapped[Moment]
    asked_by: Mapped[Json]
    decided_at: Mapped[Moment | None]
    decided_by: Mapped[Json | None]
    why: Mapped[str | None]
    """Of a refusal, in the second person's words; of a failure, ours by language: see `why_said`."""
    number: Mapped[int | None]
    """Of the version that came of it."""


class NoSuchProposal(NotFound):
    """There is no such proposal, or it is decided already."""

    sentence = N_("This proposal is no longer open.")


class SecondPersonNeeded(Forbidden):
    """Whoever asked cannot agree himself."""

    sentence = N_("Somebody else has to agree: you asked for this publication yourself.")


class ReasonMissing(Invalid):
    """A refusal says why."""

    sentence = N_("Say why, so that the author can put it right.")


class AlreadyLive(Conflict):
    """The version to bring back is what is live now."""

    sentence = N_("Version %(number)s says the same as what is live: nothing to bring back.")


class InThePast(Invalid):
    """A date for publishing lies ahead."""

    sentence = N_("Choose a moment that lies ahead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of a submission: published at once, or a proposal that waits."""

    publication: Publication | None
    proposal: ProposalRow | None


def submit(
    session: Session,
    actor: Actor,
    now: datetime,
    document: Document,
    *,
    note: str,
    override: str | None = None,
    after: int,
    publish_at: datetime | None = None,
) -> Submitted:
    """Publish a document, or have it wait for a second person or its date. What it needs is checked now either way.

    Raises what `publish` raises, NotYourProcess and InThePast.
    """
    key = document.process
    require_author(session, actor, key, Permission.PROCESS_PUBLISH)
    if publish_at is not None and publish_at <= now:
        raise InThePast
    asks = needs_approval(session, actor.brand_id, key)
    if not asks and publish_at is None:
        done = publish(session, actor, now, document, note=note, override=override, after=after)
        rebase_draft(session, actor, now, key, done.version.number)
        return Submitted(publication=done, proposal=None)
    if not note.strip():
        raise NoteMissing
    check_publishable(session, actor.brand_id, document, now, override)
    proposal = ProposalRow(
        public_id=new_public_id(), brand_id=actor.brand_id, key=key, document=to_json(document), note=note.strip(),
        override=override, based_on=after, publish_at=publish_at, state="asked" if asks else "planned", asked_at=now,
        asked_by=actor.to_json(), decided_at=None, decided_by=None, why=None, number=None,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    return Submitted(publication=None, proposal=proposal)


def agree(session: Session, actor: Actor, now: datetime, public_id: str) -> ProposalRow:
    """A second person agrees: published at once, or planned for its date.

    Raises SecondPersonNeeded, NoSuchProposal and what `publish` raises.
    """
    proposal = _open(session, actor, public_id, "asked")
    require_author(session, actor, proposal.key, Permission.PROCESS_PUBLISH)
    if _person(proposal.asked_by) == _person(actor.to_json()):
        raise SecondPersonNeeded
    _move(session, proposal, "asked", "planned", decided_at=now, decided_by=actor.to_json())
    if proposal.publish_at is None or proposal.publish_at <= now:
        _go_out(session, now, proposal)
    return proposal


def refuse(session: Session, actor: Actor, now: datetime, public_id: str, why: str) -> ProposalRow:
    """A second person refuses, and says why. Raises ReasonMissing and NoSuchProposal."""
    proposal = _open(session, actor, public_id, "asked")
    require_author(session, actor, proposal.key, Permission.PROCESS_PUBLISH)
    if not why.strip():
        raise ReasonMissing
    _move(session, proposal, "asked", "refused", decided_at=now, decided_by=actor.to_json(), why=why.strip())
    return proposal


def withdraw(session: Session, actor: Actor, now: datetime, public_id: str) -> ProposalRow:
    """Take a proposal back before it goes out. Raises NoSuchProposal."""
    proposal = _open(session, actor, public_id, *OPEN)
    require_author(session, actor, proposal.key, Permission.PROCESS_PUBLISH)
    _move(session, proposal, proposal.state, "withdrawn", decided_at=now, decided_by=actor.to_json())
    return proposal


def restore(session: Session, actor: Actor, now: datetime, key: str, number: int, note: str = "") -> Publication:
    """Publish an earlier version again, as a new one. It passes the checks and scenarios of today, or is refused.

    Raises AlreadyLive, NoSuchProcess and what `publish` raises.
    """
    require_author(session, actor, key, Permission.PROCESS_PUBLISH)
    found = [each for each in versions_of(session, actor.brand_id, key) if each.number == number]
    if not found:
        raise NoSuchProcess(key=f"{key} {number}")
    document, live = document_of(found[0]), live_number(session, actor.brand_id, key)
    now_live = next((each for each in versions_of(session, actor.brand_id, key) if each.number == live), None)
    if now_live is not None and now_live.content_hash == content_hash(document):
        raise AlreadyLive(number=number)
    said = note.strip() or f"↺ {number} : {found[0].note}"
    return publish(session, actor, now, document, note=said, override=found[0].override, after=live)


def why_said(proposal: ProposalRow, language: str) -> str:
    """Why it was refused, or could not go out: the latter in the reader's language."""
    why = proposal.why or ""
    if proposal.state != "failed" or not why.startswith("{"):
        return why
    return pick(json.loads(why), language)


def proposals_of(session: Session, brand_id: int, key: str) -> list[ProposalRow]:
    """All proposals of a process, newest first."""
    wanted = select(ProposalRow).where(ProposalRow.brand_id == brand_id, ProposalRow.key == key)
    return list(session.scalars(wanted.order_by(ProposalRow.id.desc())))


def publish_due(database: Database, now: datetime) -> int:
    """Publish what is planned for now or before, each in a transaction of its own; how many went out."""
    with database.reading() as session:
        wanted = select(ProposalRow.id).where(ProposalRow.state == "planned", ProposalRow.publish_at <= now)
        due = list(session.scalars(wanted.order_by(ProposalRow.publish_at, ProposalRow.id)))
    return sum(_publish_one(database, now, each) for each in due)


def _kept(trouble: ArianeError) -> str:
    """A failure as it is kept: told in every language, since nobody knows who will read it."""
    return json.dumps({language: trouble.tell(language) for language in LANGUAGES}, ensure_ascii=False)


def _publish_one(database: Database, now: datetime, proposal_id: int) -> bool:
    try:
        with database.unit() as session:
            proposal = session.get_one(ProposalRow, proposal_id)
            if proposal.state == "planned":
                _go_out(session, now, proposal)
            return proposal.state == "published"
    except ArianeError as trouble:
        with database.unit() as session:
            proposal = session.get_one(ProposalRow, proposal_id)
            if proposal.state == "planned":
                proposal.state, proposal.why, proposal.decided_at = "failed", _kept(trouble), now
        return False


def _go_out(session: Session, now: datetime, proposal: ProposalRow) -> None:
    author = Actor.from_json(proposal.asked_by)
    done = publish(
        session, author, now, Document.model_validate(proposal.document), note=proposal.note,
        override=proposal.override, after=proposal.based_on,
    )  # fmt: skip
    _move(session, proposal, "planned", "published", number=done.version.number)
    draft = draft_of(session, proposal.brand_id, proposal.key)
    if draft is not None and draft.document == proposal.document:
        rebase_draft(session, author, now, proposal.key, done.version.number)


def _open(session: Session, actor: Actor, public_id: str, *states: str) -> ProposalRow:
    wanted = select(ProposalRow).where(ProposalRow.brand_id == actor.brand_id, ProposalRow.public_id == public_id)
    proposal = session.scalars(wanted).one_or_none()
    if proposal is None or proposal.state not in states:
        raise NoSuchProposal
    return proposal


def _move(session: Session, proposal: ProposalRow, before: str, state: ProposalState, **more: Any) -> None:
    """One UPDATE that names the state it starts from: of two who decide, one has lost."""
    moved = (
        update(ProposalRow)
        .where(ProposalRow.id == proposal.id, ProposalRow.state == before)
        .values(state=state, **more)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(moved).first() is None:
        raise NoSuchProposal
    session.refresh(proposal)


def _person(actor: dict[str, Any]) -> tuple[Any, str]:
    return actor.get("person_id"), actor["kind"]
