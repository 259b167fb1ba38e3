"""What mails enclose: kept with the case where it is a picture or a PDF, told where it is not.

Files are made harmless and written before the transaction that takes the mail; what no case took is forgotten.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import ArianeError
from base.files import Files, Kept
from base.languages import LANGUAGES, N_, translate
from cases.attachments import TooManyFiles, attach
from cases.cases import Case
from cases.timeline import write
from robots.inbox.parsing import Received

NOWHERE = N_("no place for files is set")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file of a mail, and what was kept of it."""

    name: str
    kept: Kept | None = None
    refused: ArianeError | None = None


class Enclosures:
    """The files of one mail."""

    def __init__(self, held: list[Enclosed]) -> None:
        self.held = held
        self.attached: set[str] = set()
        """Names, as they are stored, of what a case holds now."""

    def put_into(self, session: Session, actor: Actor, now: datetime, case: Case) -> None:
        """Add them to the case; what it cannot hold is told in its thread."""
        for each in self.held:
            because = each.refused
            if each.kept is not None:
                try:
                    if attach(
                        session, actor, now, case, kind=each.kept.kind, name=each.name, stored=each.kept.stored,
                        size=each.kept.size, digest=each.kept.digest,
                    ):  # fmt: skip
                        self.attached.add(each.kept.stored)
                except TooManyFiles as full:
                    because = full
            if because is not None or each.kept is None:
                told = {
                    language: because.tell(language) if because else translate(language, NOWHERE)
                    for language in LANGUAGES
                }
                params = {"name": each.name, "because": told}
                write(session, case.id, "file.refused", actor=actor, now=now, params=params)


@contextmanager
def enclosed(mail: Received, files: Files | None) -> Iterator[Enclosures]:
    """What may be kept of a mail's files, kept; at the end what no case took is forgotten.

    What one took stays when the transaction fails: a commit may stand although its answer was lost.
    """
    kept = Enclosures(_keep(mail, files))
    try:
        yield kept
    finally:
        for each in kept.held:
            if files is not None and each.kept is not None and each.kept.stored not in kept.attached:
                files.forget(each.kept)


def _keep(mail: Received, files: Files | None) -> list[Enclosed]:
    held = []
    for file in mail.files:
        try:
            kept = files.keep(file.data) if files is not None else None
            held.append(Enclosed(name=file.name, kept=kept))
        except ArianeError as refused:
            held.append(Enclosed(name=file.name, refused=refused))
    return held
