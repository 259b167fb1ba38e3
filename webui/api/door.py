"""The API's door: who calls, by bearer key alone; what a caller may see; faults as JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Blueprint, Response, g, jsonify, make_response, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from base.actors import Actor
from base.errors import ArianeError
from base.languages import N_, translate
from base.scope import within
from cases.cases import Case
from cases.contacts import Contact
from processes.rows import WalkRow
from processes.walks import AnswerRefused
from processes.worlds import NoSuchWalk
from webui.api.keys import ApiKey, key_of
from webui.api.models import Problem
from webui.i18n import language, tell
from webui.requests import database, declare
from webui.security import csrf

P = ParamSpec("P")
R = TypeVar("R")
Body = TypeVar("Body", bound=BaseModel)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# Its callers bring a key in a header that no browser adds by itself; cookies are not looked at.
csrf.exempt(blueprint)


class KeyNeeded(ArianeError):
    """There is no key, or none that is good."""

    sentence = N_("Call with the header “Authorization: Bearer” and a key of this installation.")
    status = 401


class NotJson(ArianeError):
    """The body is no JSON object."""

    sentence = N_("The body has to be one JSON object.")
    status = 422


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls."""

    key: ApiKey
    actor: Actor

    @property
    def visit(self) -> str:
        """What tells the contacts of this key from others'."""
        return f"api:{self.key.public_id}"


def caller_needed(view: Callable[P, R]) -> Callable[P, R]:
    """Refuse whoever brings no living key."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        with database().reading() as session:
            key = key_of(session, secret.strip()) if scheme.lower() == "bearer" and len(secret) < 200 else None
            actor = key.actor() if key is not None else None
        if key is None or actor is None:
            raise KeyNeeded
        g.caller = Caller(key=key, actor=actor)
        return view(*args, **kwargs)

    return declare(guarded, "key")


def caller() -> Caller:
    """Who calls at this request."""
    return cast(Caller, g.caller)


def walk_for_caller(public_id: str) -> tuple[WalkRow, Case]:
    """A walk the caller may see: an agent's tool those of the brand, an assistant those it began or took up itself.

    Raises NoSuchWalk.
    """
    here = caller()
    wanted = select(WalkRow, Case).join(Case, Case.id == WalkRow.case_id)
    wanted = wanted.where(WalkRow.public_id == public_id, within(here.actor, WalkRow))
    if here.actor.kind == "assistant":
        wanted = wanted.where(
            select(Contact.id).where(Contact.case_id == Case.id, Contact.visit == here.visit).exists()
        )
    with database().reading() as session:
        found = session.execute(wanted).one_or_none()
    if found is None:
        raise NoSuchWalk
    return found[0], found[1]


def body_as(model: type[Body]) -> Body:
    """The body of the request, checked. Raises ValidationError, NotJson."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise NotJson
    return model.model_validate(given)


def answer(model: BaseModel, status: int = 200) -> Response:
    return make_response(jsonify(model.model_dump(mode="json")), status)


@blueprint.after_request
def say_how_to_call(response: Response) -> Response:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@blueprint.errorhandler(ValidationError)
def not_as_declared(error: ValidationError) -> Response:
    problems = {".".join(map(str, fault["loc"])) or "body": fault["msg"] for fault in error.errors()}
    return _refused(tell(N_("The request is not as the API declares it.")), problems)


@blueprint.errorhandler(AnswerRefused)
def answer_refused(error: AnswerRefused) -> Response:
    told = {name: translate(language(), sentence, **params) for name, (sentence, params) in error.problems.items()}
    return _refused(error.tell(language()), told)


def _refused(sentence: str, problems: dict[str, Any]) -> Response:
    return answer(Problem(status=422, title=tell(N_("Not accepted")), detail=sentence, problems=problems), 422)
