"""Drafts: the next version of a process while its authors write it. Never run on real cases.

A brand has one draft a process. It is saved whole, under the revision its author had seen: who comes with an older one
gets a conflict and loses nothing, for the page keeps his document and what was replaced is kept here. A draft may be
wrong or unfinished; only its outer form is asked for. Publishing is the business of `versions`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from base.actors import Actor
from base.database import Base, Id, Json, Moment, PublicId, insert_or_ignore, new_public_id
from base.errors import Conflict, Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, require
from processes.governing import require_author
from processes.rows import ProcessRow, VersionRow

KEPT: Final = 20
"""Replaced documents kept for each draft, the newest."""
PRESENT: Final = timedelta(seconds=45)
"""Who was seen this long ago still counts as present."""


class DraftRow(Base):
    """The draft of a process."""

    __tablename__ = "process_draft"
    __table_args__ = (UniqueConstraint("brand_id", "key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    """The process's key; the process need not be published yet."""
    document: Mapped[Json]
    """As its authors left it: perhaps unfinished, perhaps wrong."""
    revision: Mapped[int] = mapped_column(default=1)
    """Moved on by every save."""
    based_on: Mapped[int] = mapped_column(default=0)
    """Number of the version it began from; 0 for a process that was never published."""
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    changed_by: Mapped[Json]
    """The actor."""


class KeptDraft(Base):
    """A state of a draft that another author replaced, or that was thrown away; there to be found again."""

    __tablename__ = "process_draft_kept"
    __table_args__ = (UniqueConstraint("brand_id", "key", "revision", "kept_at"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    key: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int]
    document: Mapped[Json]
    changed_at: Mapped[Moment]
    changed_by: Mapped[Json]
    kept_at: Mapped[Moment]


class DraftReader(Base):
    """Somebody who has a draft open."""

    __tablename__ = "process_draft_reader"
    __table_args__ = (UniqueConstraint("draft_id", "person_id"),)

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("process_draft.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    seen_at: Mapped[Moment]
    """By the real clock."""


class NoSuchDraft(NotFound):
    """The process has no draft."""

    sentence = N_("There is no draft of “%(key)s”.")


class DraftMovedOn(Conflict):
    """Another author saved since this one began."""

    sentence = N_("%(name)s saved this draft in the meantime. Compare the two before you go on.")


class KeyTaken(Conflict):
    """A new process wants a key that another process has."""

    sentence = N_("There is already a process called “%(key)s”.")


class NotADraft(Invalid):
    """What was sent is no document at all, or that of another process."""

    sentence = N_("This is no document of the process “%(key)s”.")


def draft_of(session: Session, brand_id: int, key: str) -> DraftRow | None:
    """The draft of a process, None while nobody writes one."""
    return session.scalars(select(DraftRow).where(DraftRow.brand_id == brand_id, DraftRow.key == key)).one_or_none()


def drafts_of(session: Session, brand_id: int) -> list[DraftRow]:
    """All drafts of a brand, by key."""
    return list(session.scalars(select(DraftRow).where(DraftRow.brand_id == brand_id).order_by(DraftRow.key)))


def begin_draft(session: Session, actor: Actor, now: datetime, key: str) -> DraftRow:
    """The draft of a process; begun from its live version when there is none. Raises NoSuchDraft, NotPermitted."""
    require_author(session, actor, key, Permission.PROCESS_WRITE)
    known = draft_of(session, actor.brand_id, key)
    if known is not None:
        return known
    wanted = (
        select(VersionRow)
        .join(ProcessRow)
        .where(
            ProcessRow.brand_id == actor.brand_id, ProcessRow.key == key, VersionRow.number == ProcessRow.live_number
        )
    )
    version = session.scalars(wanted).one_or_none()
    if version is None:
        raise NoSuchDraft(key=key)
    return _begun(session, actor, now, key, version.document, version.number)


def new_process(session: Session, actor: Actor, now: datetime, document: Mapping[str, Any]) -> DraftRow:
    """The draft of a process that does not exist yet, behind the key in its document. Raises KeyTaken, NotPermitted."""
    require(actor, Permission.PROCESS_WRITE)
    key = str(document.get("process", ""))
    taken = select(ProcessRow.id).where(ProcessRow.brand_id == actor.brand_id, ProcessRow.key == key)
    if session.scalars(taken).first() is not None or draft_of(session, actor.brand_id, key) is not None:
        raise KeyTaken(key=key)
    return _begun(session, actor, now, key, document, 0)


def save_draft(
    session: Session, actor: Actor, now: datetime, key: str, document: Mapping[str, Any], revision: int
) -> DraftRow:
    """Replace the draft's document, if it is still at `revision`. The same document again moves nothing.

    Raises NoSuchDraft, DraftMovedOn, NotADraft and NotPermitted.
    """
    require_author(session, actor, key, Permission.PROCESS_WRITE)
    if document.get("process") != key or not isinstance(document.get("sections"), list):
        raise NotADraft(key=key)
    draft = draft_of(session, actor.brand_id, key)
    if draft is None:
        raise NoSuchDraft(key=key)
    if draft.revision != revision:
        raise DraftMovedOn(name=draft.changed_by["name"])
    if draft.document == document:
        return draft
    if _author(draft.changed_by) != _author(actor.to_json()):
        _keep(session, draft, now)
    moved = (
        update(DraftRow)
        .where(DraftRow.id == draft.id, DraftRow.revision == revision)
        .values(document=dict(document), revision=revision + 1, changed_at=now, changed_by=actor.to_json())
        .returning(DraftRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(moved).first() is None:
        session.refresh(draft)
        raise DraftMovedOn(name=draft.changed_by["name"])
    session.refresh(draft)
    return draft


def rebase_draft(session: Session, actor: Actor, now: datetime, key: str, number: int) -> None:
    """Note that the draft of `key` now begins from version `number`: it was published, or compared with it."""
    draft = draft_of(session, actor.brand_id, key)
    if draft is not None:
        draft.based_on = number


def discard(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """Throw the draft away; its last state can still be found among the kept ones. Raises NotPermitted."""
    require_author(session, actor, key, Permission.PROCESS_WRITE)
    draft = draft_of(session, actor.brand_id, key)
    if draft is not None:
        _keep(session, draft, now)
        session.execute(delete(DraftReader).where(DraftReader.draft_id == draft.id))
        session.delete(draft)
        session.flush()


def kept_drafts(session: Session, brand_id: int, key: str) -> list[KeptDraft]:
    """States that were replaced or thrown away, newest first."""
    wanted = select(KeptDraft).where(KeptDraft.brand_id == brand_id, KeptDraft.key == key)
    return list(session.scalars(wanted.order_by(KeptDraft.id.desc())))


def be_present(session: Session, actor: Actor, now: datetime, draft: DraftRow) -> None:
    """Note that the actor has the draft open at `now` (real time)."""
    if actor.person_id is None:
        return
    first = {"draft_id": draft.id, "person_id": actor.person_id, "name": actor.name, "seen_at": now}
    if not insert_or_ignore(session, DraftReader, first):
        here = DraftReader.draft_id == draft.id, DraftReader.person_id == actor.person_id
        session.execute(update(DraftReader).where(*here).values(seen_at=now, name=actor.name))


def others_present(session: Session, actor: Actor, now: datetime, draft: DraftRow) -> list[str]:
    """Names of the other people who have the draft open at `now` (real time)."""
    wanted = select(DraftReader.name).where(DraftReader.draft_id == draft.id, DraftReader.seen_at > now - PRESENT)
    return list(session.scalars(wanted.where(DraftReader.person_id != actor.person_id).order_by(DraftReader.name)))


def _begun(
    session: Session, actor: Actor, now: datetime, key: str, document: Mapping[str, Any], number: int
) -> DraftRow:
    """The new row, or the one of an author who was faster."""
    first = {
        "public_id": new_public_id(), "brand_id": actor.brand_id, "key": key, "document": dict(document),
        "revision": 1, "based_on": number, "created_at": now, "changed_at": now, "changed_by": actor.to_json(),
    }  # fmt: skip
    insert_or_ignore(session, DraftRow, first)
    draft = draft_of(session, actor.brand_id, key)
    assert draft is not None
    return draft


def _keep(session: Session, draft: DraftRow, now: datetime) -> None:
    kept = KeptDraft(
        brand_id=draft.brand_id, key=draft.key, revision=draft.revision, document=draft.document,
        changed_at=draft.changed_at, changed_by=draft.changed_by, kept_at=now,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    too_old = [row.id for row in kept_drafts(session, draft.brand_id, draft.key)[KEPT:]]
    if too_old:
        session.execute(delete(KeptDraft).where(KeptDraft.id.in_(too_old)))


def _author(actor: Mapping[str, Any]) -> tuple[Any, Any]:
    return actor.get("person_id"), actor["name"]
