"""The proof of what a robot did: the walk's journal, every step with the condition and the values it rested on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from base.errors import NotFound
from base.languages import N_, pick
from base.scope import within
from cases.effects import Effect
from cases.follow_ups import FollowUp
from processes.rows import FactReading, WalkEventRow, WalkRow
from processes.walk.values import decode
from webui.i18n import language
from webui.partials import page
from webui.requests import current_actor, database
from webui.robots.door import blueprint, titles, watching

NEWEST = 40
"""Events of the journal that are shown."""


class NoSuchProof(NotFound):
    """Nothing of that name was done here."""

    sentence = N_("There is no such check or act.")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One step of a turn."""

    step: str
    label: str
    what: str
    branch: str
    values: tuple[tuple[str, Any], ...]
    here: bool
    """Whether it is the step that the proof is about."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of the journal and what it led to."""

    number: int
    kind: str
    at: datetime
    by: str
    taken: Sequence[Taken]
    readings: Sequence[FactReading]


@blueprint.get("/checks/<public_id>")
@watching
def check(public_id: str) -> Response:
    return _proof(FollowUp, public_id)


@blueprint.get("/acts/<public_id>")
@watching
def act(public_id: str) -> Response:
    return _proof(Effect, public_id)


def _proof(kind: Any, public_id: str) -> Response:
    brand_id = current_actor().brand_id
    with database().reading() as session:
        row = session.scalars(
            select(kind).where(within(current_actor(), kind), kind.public_id == public_id)
        ).one_or_none()
        if row is None:
            raise NoSuchProof
        walk = session.get(WalkRow, row.walk_id, options=[joinedload(WalkRow.case)]) if row.walk_id else None
        happened = _happened(session, walk, row.step or "") if walk is not None else []
        names = titles(session, brand_id)
    return page("robots/proof.html", row=row, is_act=kind is Effect, walk=walk, happened=happened, titles=names)


def _happened(session: Session, walk: WalkRow, step: str) -> list[Happening]:
    latest = select(WalkEventRow).where(WalkEventRow.walk_id == walk.id).order_by(WalkEventRow.number.desc())
    events = session.scalars(latest.limit(NEWEST)).all()
    ids = {id_ for event in events for id_ in event.payload.get("readings") or ()}
    found = session.scalars(select(FactReading).where(FactReading.public_id.in_(ids))) if ids else ()
    readings = {reading.public_id: reading for reading in found}
    labels = _labels(walk)
    return [
        Happening(
            number=event.number, kind=event.kind, at=event.at, by=str(event.actor.get("name") or event.actor["kind"]),
            taken=[_taken(entry, labels, step) for entry in event.trace],
            readings=[readings[id_] for id_ in event.payload.get("readings") or () if id_ in readings],
        )
        for event in events
    ]  # fmt: skip


def _taken(entry: Sequence[Any], labels: dict[str, str], about: str) -> Taken:
    path, step, what, branch, values = entry
    told = values if isinstance(values, dict) else {}
    return Taken(
        step=step, label=labels.get(step, ""), what=str(what), branch="" if branch is None else str(branch),
        values=tuple((name, decode(value)) for name, value in told.items()), here=f"{path or ''}{step}" == about,
    )  # fmt: skip


def _labels(walk: WalkRow) -> dict[str, str]:
    """Steps by what their author called them."""
    found: dict[str, str] = {}

    def look(node: Any) -> None:
        if isinstance(node, dict):
            name, label = node.get("id"), node.get("label")
            if isinstance(name, str) and isinstance(label, dict):
                found[name] = pick(label, language())
            for each in node.values():
                look(each)
        elif isinstance(node, list):
            for each in node:
                look(each)

    look(walk.version.document)
    return found
