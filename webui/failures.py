"""Trouble, told: every error becomes a page or a fragment in the reader's language that says what to do next.

A page that was replacing a part of itself keeps what it shows: the trouble appears in the notice above it.
"""

from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from base.errors import ArianeError
from base.languages import N_
from base.logs import logger
from webui.i18n import language, tell
from webui.partials import is_partial
from webui.requests import SignInNeeded

log = logger(__name__)

SPEAKS_JSON = ("/api/", "/healthz", "/readyz", "/i18n/")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a page says about a status, beside the sentence of the error itself."""

    title: str
    sentence: str
    icon: str
    again: bool = False
    """Whether trying again is sensible, so that a button offers it."""


ADVICE = {
    400: Advice(
        title=N_("This request is incomplete"), sentence=N_("Please go back and try once more."), icon="alert-circle"
    ),
    401: Advice(title=N_("Please sign in"), sentence=N_("Please sign in to go on."), icon="lock"),
    403: Advice(title=N_("Not for you"), sentence=N_("You are not allowed to do this."), icon="lock"),
    404: Advice(
        title=N_("Nothing here"), sentence=N_("This does not exist, or you may not see it."), icon="zoom-question"
    ),
    405: Advice(title=N_("Nothing here"), sentence=N_("This address cannot be used that way."), icon="zoom-question"),
    409: Advice(
        title=N_("This has moved on"),
        sentence=N_("This has changed in the meantime. Please look again."),
        icon="refresh",
        again=True,
    ),
    410: Advice(
        title=N_("This link has been used"), sentence=N_("It is no longer valid. Ask for a new one."), icon="link"
    ),
    413: Advice(title=N_("Too large"), sentence=N_("What you sent is too large."), icon="alert-circle"),
    422: Advice(title=N_("Not accepted"), sentence=N_("What you gave cannot be accepted."), icon="alert-circle"),
    429: Advice(
        title=N_("Too many tries"), sentence=N_("Please wait a few minutes and try again."), icon="clock-pause"
    ),
    500: Advice(
        title=N_("Something went wrong"),
        sentence=N_("The fault is ours, and it has been noted. What you had saved is safe."),
        icon="alert-triangle",
        again=True,
    ),
    503: Advice(
        title=N_("Not available just now"),
        sentence=N_("This does not answer at the moment. Please try again shortly."),
        icon="clock-pause",
        again=True,
    ),
}


class StaleForm(ArianeError):
    """The form's token belongs to a session that has ended."""

    sentence = N_("This page was open for too long. Open it again; nothing was done.")
    status = 400


def install(app: Flask) -> None:
    app.register_error_handler(SignInNeeded, ask_to_sign_in)
    app.register_error_handler(ArianeError, tell_ours)
    app.register_error_handler(CSRFError, lambda _error: tell_ours(StaleForm()))
    app.register_error_handler(HTTPException, tell_http)
    app.register_error_handler(Exception, tell_unknown)


def ask_to_sign_in(error: SignInNeeded) -> Response:
    """A page is fetched again after signing in; a form in hand stays where it is, so that no word is lost."""
    if request.method == "GET" and not is_partial() and not _wants_json():
        return make_response(redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 302))
    return tell_ours(error)


def tell_ours(error: ArianeError) -> Response:
    if error.status >= 500:
        log.error("door.failed", kind=type(error).__name__, sentence=str(error), status=error.status)
    return answer(error.status, error.tell(language()))


def tell_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = answer(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def tell_unknown(error: Exception) -> Response:
    log.exception("door.crashed", kind=type(error).__name__, path=request.path)
    return answer(500)


def answer(status: int, sentence: str | None = None) -> Response:
    """The page, fragment or JSON object for `status`; the status's own sentence when there is no better one."""
    advice = ADVICE.get(status, ADVICE[500 if status >= 500 else 400])
    told = sentence or tell(advice.sentence)
    if _wants_json():
        return make_response(jsonify(status=status, title=tell(advice.title), detail=told), status)
    if is_partial():
        return notice(status, advice, told)
    customers = request.blueprint == "selfcare" or request.path.startswith("/selfcare")
    body = render_template("errors/page.html", status=status, advice=advice, sentence=told, customers=customers)
    return make_response(body, status)


def notice(status: int, advice: Advice, sentence: str) -> Response:
    response = make_response(
        render_template("errors/notice.html", status=status, advice=advice, sentence=sentence), status
    )
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Push-Url"] = "false"
    return response


def _wants_json() -> bool:
    return request.path.startswith(SPEAKS_JSON) or request.headers.get("Accept") == "application/json"
