"""The studio's door, and what its pages share: the versions and the draft of a process, chosen by address."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, url_for
from pydantic import ValidationError
from sqlalchemy.orm import Session

from base.errors import Invalid
from base.languages import N_, pick
from processes.drafts import NoSuchDraft, draft_of
from processes.language.document import Document
from processes.rows import VersionRow
from processes.versions import NoSuchProcess, document_of, live_number, live_version, versions_of
from webui.i18n import language, tell
from webui.partials import see
from webui.requests import current_actor, database

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
DRAFT = "draft"


class DraftUnfinished(Invalid):
    """The draft cannot be read as a process yet."""

    sentence = N_("The draft is not finished: put its errors right in the editor, then come back.")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A state of a process: a published version, or the draft."""

    key: str
    document: Document
    version: VersionRow | None
    revision: int = 0
    """Of the draft."""

    @property
    def name(self) -> str:
        """As addresses write it."""
        return DRAFT if self.version is None else str(self.version.number)

    @property
    def title(self) -> str:
        """Of the process, in the reader's language."""
        return pick(self.document.title, language())

    def told(self) -> str:
        """As people say it."""
        return tell(N_("draft")) if self.version is None else tell(N_("version %(number)s"), number=self.version.number)


def choose(session: Session, key: str, which: str | None = None) -> Chosen:
    """The live version, the one of a number, or the draft. Raises NoSuchProcess, NoSuchDraft and DraftUnfinished."""
    brand_id = current_actor().brand_id
    if which == DRAFT:
        draft = draft_of(session, brand_id, key)
        if draft is None:
            raise NoSuchDraft(key=key)
        try:
            return Chosen(
                key=key, document=Document.model_validate(draft.document), version=None, revision=draft.revision
            )
        except ValidationError as error:
            raise DraftUnfinished from error
    if which is None:
        version = live_version(session, brand_id, key)
    else:
        found = [each for each in versions_of(session, brand_id, key) if str(each.number) == which]
        if not found:
            raise NoSuchProcess(key=f"{key} {which}")
        version = found[0]
    return Chosen(key=key, document=document_of(version), version=version)


def nothing_drafted(key: str) -> Response | None:
    """To the versions, saying why, where a published process has no draft; else None."""
    with database().reading() as session:
        brand_id = current_actor().brand_id
        if draft_of(session, brand_id, key) is not None or not live_number(session, brand_id, key):
            return None
    flash(tell(N_("Nothing was changed since the live version: there is no draft yet.")), "info")
    return see(url_for("studio.versions", key=key))


def states_of(session: Session, key: str) -> list[tuple[str, str]]:
    """Every state that may be chosen: address and words, the draft first."""
    brand_id = current_actor().brand_id
    found = [(DRAFT, tell(N_("draft")))] if draft_of(session, brand_id, key) is not None else []
    for each in versions_of(session, brand_id, key):
        found.append((str(each.number), tell(N_("version %(number)s"), number=each.number)))
    return found
