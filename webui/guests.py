"""The guests' door: one task, answered by whoever holds its link, without an account and with nothing else to see."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from base.errors import Conflict
from cases.guests import GuestLink, guest_link
from cases.links import LinkIsDead
from processes.walk.errors import Refused
from processes.walks import AnswerRefused
from webui import answers
from webui.console.task_pages import end_task, form_of
from webui.i18n import language
from webui.partials import page
from webui.requests import database, now

blueprint = Blueprint("guests", __name__, url_prefix="/guest")


@blueprint.errorhandler(LinkIsDead)
def dead(error: LinkIsDead) -> Response:
    return page("guests/dead.html", status=410)


@blueprint.get("/<token>")
def task(token: str) -> Response:
    return _show(_link(token))


@blueprint.post("/<token>")
def answer(token: str) -> Response:
    """Done, with its answers; whoever waited for it goes on."""
    link = _link(token)
    given = answers.given_by(form_of(link.task), request.form, link.brand_id)
    note = request.form.get("remark", "").strip()[:2000]
    kept = {**given, **({"remark": note} if note else {})}
    try:
        end_task(link.task, given, kept, link.actor())
    except (AnswerRefused, Refused) as refused:
        return _show(link, status=422, given=given, problems=answers.problems_told(refused.problems))
    except Conflict as trouble:
        return _show(_link(token), status=409, stale=trouble.tell(language()))
    return _show(_link(token))


def _link(token: str) -> GuestLink:
    with database().reading() as session:
        link = guest_link(session, now(), token)
        _ = link.task.claimer
        return link


def _show(
    link: GuestLink,
    *,
    status: int = 200,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    stale: str = "",
) -> Response:
    values = answers.shown(form_of(link.task), (language(),), given or {}, problems or {})
    asked = {value.name for value in values}
    told = {
        answers.PREFIX + name if answers.PREFIX + name in asked else name: sentence
        for name, sentence in (problems or {}).items()
    }
    return page("guests/task.html", status=status, task=link.task, link=link, values=values, problems=told, stale=stale)
