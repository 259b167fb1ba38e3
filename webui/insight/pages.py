"""Figures with their definitions beside them: the first ones, gestures, equal treatment, questions asked twice."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from base.causes import causes
from base.languages import N_, pick
from base.permissions import Permission
from base.reasons import reason_names
from cases.effects import Effect
from cases.telling import who
from insight import gestures
from insight.effort import Effort, effort
from insight.fairness import FEWEST, decided_by_segment, segments
from insight.figures import figures
from processes.exchanging import cell
from processes.language.document import Document
from processes.outline import step_title
from processes.rows import ProcessRow
from processes.versions import live_versions
from webui.formats import exactly
from webui.i18n import language, tell
from webui.looks import look
from webui.partials import page
from webui.requests import current_actor, database, now, permission_required

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

PERIODS = (7, 30, 90, 180)
COLUMNS = (
    N_("Decided"), N_("Case"), N_("What"), N_("Process"), N_("Step"), N_("Amount"), N_("Currency"), N_("Decided by"),
    N_("State"),
)  # fmt: skip
"""Of the ledger of gestures as a file."""


@blueprint.get("")
@permission_required(Permission.INSIGHT_READ)
def home() -> Response:
    days = _days()
    with database().reading() as session:
        brand_id = current_actor().brand_id
        found = figures(session, current_actor(), now(), days=days)
        names = reason_names(session, brand_id, language())
        known = {cause.key: cause.name for cause in causes(session, brand_id, language())}
    return page("insight/home.html", figures=found, days=days, periods=PERIODS, names=names, causes=known)


@blueprint.get("/gestures")
@permission_required(Permission.INSIGHT_READ)
def giving() -> Response:
    """What was given to customers, and who decided it."""
    days = _days()
    with database().reading() as session:
        found = gestures.ledger(session, current_actor(), now() - timedelta(days=days))
        titles = _titles(session)
    return page(
        "insight/gestures.html", ledger=found, days=days, periods=PERIODS, titles=titles,
        sizes=gestures.SIZES, shown=gestures.SHOWN,
    )  # fmt: skip


@blueprint.get("/gestures.csv")
@permission_required(Permission.INSIGHT_READ)
def giving_as_file() -> Response:
    """All lines of the ledger, for a spreadsheet."""
    with database().reading() as session:
        found = gestures.ledger(session, current_actor(), now() - timedelta(days=_days()), lines=None)
        titles = _titles(session)
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\r\n")
        writer.writerow([tell(word) for word in COLUMNS])
        writer.writerows([cell(value) for value in _line(effect, titles)] for effect in found.lines)
    return Response(
        sheet.getvalue().encode("utf-8-sig"), mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=gestures.csv"},
    )  # fmt: skip


@blueprint.get("/fairness")
@permission_required(Permission.INSIGHT_READ)
def treating_alike() -> Response:
    """How the cases of each segment of customers went."""
    days, reason = _days(), request.args.get("reason", "")[:80]
    with database().reading() as session:
        brand_id = current_actor().brand_id
        found = segments(session, current_actor(), now() - timedelta(days=days), reason)
        titles, names = _titles(session), reason_names(session, brand_id, language())
        deciding = [titles[key] for key in decided_by_segment(session, brand_id)]
    return page(
        "insight/fairness.html", segments=found, days=days, periods=PERIODS, reason=reason, names=names,
        deciding=deciding, fewest=FEWEST,
    )  # fmt: skip


@blueprint.get("/effort")
@permission_required(Permission.INSIGHT_READ)
def asking_twice() -> Response:
    """Which questions were answered more than once in a case."""
    days = _days()
    with database().reading() as session:
        found = effort(session, current_actor(), now() - timedelta(days=days))
        titles = _titles(session)
        questions = dict(_questions(session, found))
    return page("insight/effort.html", effort=found, days=days, periods=PERIODS, titles=titles, questions=questions)


@blueprint.app_template_filter()
def by_whom(actor: Mapping[str, Any]) -> str:
    """Who acted, in words."""
    return who(actor, language())


def _days() -> int:
    wanted = request.args.get("days", "30")
    return int(wanted) if wanted.isdigit() and int(wanted) in PERIODS else 30


def _titles(session: Session) -> dict[str, str]:
    rows = session.query(ProcessRow.key, ProcessRow.title).where(ProcessRow.brand_id == current_actor().brand_id)
    return {key: pick(title, language()) for key, title in rows}


def _questions(session: Session, found: Effort) -> Iterator[tuple[tuple[str, str], str]]:
    """The words of the questions asked again, as their live versions have them."""
    wanted = {(each.process, each.step) for each in found.questions}
    for version in live_versions(session, current_actor().brand_id):
        if any(process == version.process.key for process, _ in wanted):
            for step in Document.model_validate(version.document).all_steps():
                if (version.process.key, step.step_id) in wanted:
                    yield (version.process.key, step.step_id), step_title(step, language())


def _line(effect: Effect, titles: dict[str, str]) -> tuple[str, ...]:
    amount = effect.amount
    assert amount is not None
    what = pick(effect.label or {}, language()) or effect.operation
    return (
        exactly(effect.created_at), effect.case.spoken_reference, what,
        titles.get(effect.process or "", effect.process or ""), effect.step or "", str(amount.decimal),
        amount.currency, who(effect.decided_by, language()), tell(look("effect", effect.state).word),
    )  # fmt: skip
