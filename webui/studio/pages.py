"""Processes, their versions, scenarios and settings, to read."""

from dataclasses import dataclass

from flask import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from base.languages import pick
from base.permissions import Permission
from base.reasons import reason_names
from base.settings import Setting
from processes.drafts import drafts_of
from processes.language.document import Document
from processes.outline import outline_of
from processes.remarks import open_remarks
from processes.rows import ProcessRow, VersionRow, WalkRow
from processes.versions import NoSuchProcess, document_of, live_version, live_versions, versions_of
from webui.i18n import language
from webui.partials import page
from webui.requests import current_actor, database, permission_required
from webui.studio.door import blueprint
from webui.studio.material import words
from webui.studio.said import certainty_said, day_said, figure_said, source_said


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A process in the list."""

    key: str
    title: str
    reason: str
    version: VersionRow
    steps: int
    scenarios: int
    walking: int
    """Walks under way, on any version."""


@blueprint.get("")
@permission_required(Permission.PROCESS_READ)
def home() -> Response:
    with database().reading() as session:
        brand_id = current_actor().brand_id
        walking = _walking(session, brand_id)
        reasons = reason_names(session, brand_id, language())
        listed = [_listed(version, walking, reasons) for version in live_versions(session, brand_id)]
        begun = [
            (draft.key, pick(draft.document.get("title") or {}, language()) or draft.key)
            for draft in drafts_of(session, brand_id)
            if not draft.based_on
        ]
        waiting = open_remarks(session, brand_id)
    return page("studio/home.html", processes=listed, begun=begun, remarks=waiting)


@blueprint.get("/<key>")
@blueprint.get("/<key>/<int:number>")
@permission_required(Permission.PROCESS_READ)
def tree(key: str, number: int | None = None) -> Response:
    with database().reading() as session:
        version = _version(session, key, number)
        document = document_of(version)
        said = words(session, current_actor().brand_id, document)
    return page(
        "studio/tree.html", tab="tree", version=version, document=document, title=pick(document.title, language()),
        outline=outline_of(document, language(), said),
    )  # fmt: skip


@blueprint.get("/<key>/settings")
@permission_required(Permission.PROCESS_READ)
def settings(key: str) -> Response:
    with database().reading() as session:
        version = _version(session, key, None)
        document = document_of(version)
        own = {
            row.key: row for row in session.scalars(select(Setting).where(Setting.brand_id == current_actor().brand_id))
        }
    return page(
        "studio/settings.html", tab="settings", version=version, document=document,
        title=pick(document.title, language()), own=own, label=_setting_label,
        figure_said=figure_said, source_said=source_said, certainty_said=certainty_said, day_said=day_said,
    )  # fmt: skip


def _version(session: Session, key: str, number: int | None) -> VersionRow:
    brand_id = current_actor().brand_id
    if number is None:
        return live_version(session, brand_id, key)
    version = next((each for each in versions_of(session, brand_id, key) if each.number == number), None)
    if version is None:
        raise NoSuchProcess(key=f"{key} {number}")
    return version


def _walking(session: Session, brand_id: int) -> dict[str, int]:
    rows = session.execute(
        select(WalkRow.process, func.count(WalkRow.id).label("walks"))
        .where(WalkRow.brand_id == brand_id, WalkRow.waiting != "ended")
        .group_by(WalkRow.process)
    )
    return {row.process: row.walks for row in rows}


def _listed(version: VersionRow, walking: dict[str, int], reasons: dict[str, str]) -> Listed:
    document = document_of(version)
    process: ProcessRow = version.process
    return Listed(
        key=process.key, title=pick(document.title, language()), version=version,
        reason=reasons.get(document.reason, document.reason),
        steps=sum(1 for _ in document.all_steps()), scenarios=len(document.scenarios),
        walking=walking.get(process.key, 0),
    )  # fmt: skip


def _setting_label(document: Document, name: str) -> str:
    spec = document.settings[name]
    return pick(spec.label or {}, language()) or name.replace("_", " ")
