"""What the editor's page is given beside the draft: everything an author may choose from, in his language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.languages import pick
from base.people import Team
from base.reasons import reason_names
from kb.articles import passages_until
from processes.judging import Judgement, capabilities_told, names_of
from processes.language import document as d
from webui.i18n import language


def material(session: Session, brand_id: int, others: Mapping[str, d.Document]) -> dict[str, Any]:
    """Lists for the editor's drop-downs; labels in the page's language."""
    brand = session.get_one(Brand, brand_id)
    teams = session.scalars(select(Team).where(Team.brand_id == brand_id).order_by(Team.key))
    return {
        "teams": {team.key: pick(team.names, language()) for team in teams},
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


def _process(document: d.Document) -> dict[str, Any]:
    return {
        "key": document.process,
        "title": pick(document.title, language()),
        "outcomes": list(document.outcomes),
        "needs": list(document.needs),
        "calls": sorted({step.call for step in document.all_steps() if isinstance(step, d.Call)}),
    }
