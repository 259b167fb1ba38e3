"""What the editor's page is given beside the draft: everything an author may choose from, in his language."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.calendars import CalendarRow
from base.languages import pick
from base.people import Team
from base.reasons import reason_names
from kb.articles import passages_until
from processes.connectors.catalogue import FieldType, catalogue
from processes.judging import Judgement, capabilities_told, live_documents, names_of
from processes.language import document as d
from processes.speaking import Words, words_of
from webui.i18n import language


def material(session: Session, brand_id: int, others: Mapping[str, d.Document]) -> dict[str, Any]:
    """Lists for the editor's drop-downs; labels in the page's language."""
    brand = session.get_one(Brand, brand_id)
    teams = session.scalars(select(Team).where(Team.brand_id == brand_id).order_by(Team.key))
    return {
        "teams": {team.key: pick(team.names, language()) for team in teams},
        "calendars": dict(session.execute(select(CalendarRow.key, CalendarRow.name).order_by(CalendarRow.name)).all()),
        "reasons": reason_names(session, brand_id, language()),
        "passages": sorted(passages_until(session, brand_id)),
        "capabilities": capabilities_told(language()),
        "processes": [_process(document) for document in others.values()],
        "languages": list(brand.languages),
        "currency": "EUR",
    }


def judged(judgement: Judgement, others: Mapping[str, d.Document]) -> dict[str, Any]:
    """What each save answers: the faults, and the names there are now (none while the draft has no shape)."""
    document = judgement.document
    names = None if document is None else [each.to_json() for each in names_of(document, others, language())]
    return {"faults": [fault.to_json(language()) for fault in judgement.faults], "names": names}


def words(session: Session, brand_id: int, document: d.Document) -> Words:
    """How a process is told in the page's language: what it rests on, and where it leads."""
    others, known = live_documents(session, brand_id), catalogue()
    teams = session.scalars(select(Team).where(Team.brand_id == brand_id))
    used = [known[name] for name in sorted({fact.from_ for fact in document.facts.values()}) if name in known]
    return words_of(
        names_of(document, others, language()), language(),
        sections={each.section: pick(each.title or {}, language()) for each in document.sections},
        teams={team.key: pick(team.names, language()) for team in teams},
        processes={key: pick(each.title, language()) for key, each in others.items()},
        capabilities={name: capability.label.tell(language()) for name, capability in known.items()},
        fields={
            name: field
            for capability in reversed(used)
            for record in (*_lists(capability.fields), capability.fields)
            for name, field in record.items()
        },
    )  # fmt: skip


def _lists(fields: Mapping[str, FieldType]) -> Iterator[Mapping[str, FieldType]]:
    """What listed records are made of."""
    for field in fields.values():
        if field.of is not None:
            yield field.of.fields


def _process(document: d.Document) -> dict[str, Any]:
    return {
        "key": document.process,
        "title": pick(document.title, language()),
        "outcomes": list(document.outcomes),
        "needs": list(document.needs),
        "calls": sorted({step.call for step in document.all_steps() if isinstance(step, d.Call)}),
    }
