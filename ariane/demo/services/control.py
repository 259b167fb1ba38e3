"""The page of each service, where people see what it is and make it fail, and the doors by which the demo drives it.

``GET /`` the page · ``GET, POST /faults`` what is wrong with it · ``GET, POST /clock`` the demo's time. One clock for
all services of the demo: moving it at one moves it at all.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_datetime
from flask import Blueprint, Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ariane.demo.clock import ZONE
from ariane.demo.company import NAME
from ariane.demo.services import faults
from ariane.demo.services.answers import as_json
from ariane.demo.services.store import Store
from base.languages import LANGUAGES, spoken, translate, writing

_LOCAL = ("127.0.0.1", "localhost", "::1")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


def service_app(store: Store, service: str) -> Flask:
    """An application for `service` that answers this machine only and speaks the reader's language on its pages."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.jinja_env.globals["_"] = lambda msgid, **params: translate(language(), msgid, **params)
    app.jinja_env.filters["moment"] = told_moment
    app.before_request(_only_here)
    app.after_request(_with_policy)
    faults.strike(app, store, service)
    return app


def doors(store: Store, service: str, describe: Callable[[], dict[str, Any]]) -> Blueprint:
    """The page, the faults and the clock of `service`; `describe` gives what its page shows."""
    pages = Blueprint("control", __name__)

    @pages.get("/")
    def page() -> str:
        return render_page(store, "service.html", fault=faults.current(store, service), **describe())

    pages.register_blueprint(fault_doors(store, service))
    pages.register_blueprint(clock_doors(store))
    return pages


def fault_doors(store: Store, service: str) -> Blueprint:
    """``/faults``: what is wrong with `service`; a form sends people back to the page, JSON gets JSON."""
    pages = Blueprint("faults", __name__)

    @pages.get("/faults")
    def fault() -> Response:
        return _told(store, service)

    @pages.post("/faults")
    def switch() -> AnyResponse:
        given = request.get_json(silent=True) if request.is_json else request.form
        try:
            faults.switch(store, service, faults.parse(given))
        except faults.BadFault as problem:
            return as_json({"error": str(problem)}, 422)
        return _told(store, service) if request.is_json else redirect(_back(given))

    return pages


def clock_doors(store: Store) -> Blueprint:
    """``/clock``: read it, or move it with ``{"now": "2026-11-18T18:01:00+01:00"}``."""
    pages = Blueprint("clock", __name__)

    @pages.get("/clock")
    def clock() -> Response:
        return as_json({"now": store.now().isoformat()})

    @pages.post("/clock")
    def move() -> Response:
        given = request.get_json(silent=True)
        try:
            now = datetime.fromisoformat(given["now"])  # type: ignore[index]
        except (KeyError, TypeError, ValueError):
            return as_json({"error": "now is an ISO 8601 moment"}, 422)
        if now.tzinfo is None:
            return as_json({"error": "now needs its offset from UTC"}, 422)
        store.move_to(now)
        return as_json({"now": store.now().isoformat()})

    return pages


def render_page(store: Store, template: str, **values: Any) -> str:
    """A page in the reader's language, with the demo's time on it."""
    return render_template(
        template,
        language=language(),
        languages=LANGUAGES,
        company=NAME,
        now=store.now(),
        fault_labels=faults.LABELS,
        **values,
    )


def language() -> str:
    """The language asked for in the address, else the one chosen before, else the browser's."""
    wish = request.args.get("lang") or request.cookies.get("lang")
    return spoken(*([wish] if wish else []), *request.accept_languages.values())


def told_moment(moment: datetime, style: str = "d MMM, HH:mm") -> str:
    """A moment for people, in the company's zone."""
    return format_datetime(moment.astimezone(ZONE), style, locale=writing(language()))


def _told(store: Store, service: str) -> Response:
    fault = faults.current(store, service)
    return as_json({"kind": fault.kind, "seconds": fault.seconds, "times": fault.times, "kinds": list(faults.KINDS)})


def _back(form: Any) -> str:
    """The page that the form was on."""
    return "/behaviour" if form.get("back") == "/behaviour" else "/"


def _only_here() -> Response | None:
    """Neither another machine's name for this one, nor another site's form, may drive the services."""
    if urlsplit(f"//{request.host}").hostname not in _LOCAL:
        return Response("This service answers on this machine only.", 421)
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.host:
        return Response("Forms of other sites are not taken.", 403)
    return None


def _with_policy(answer: Response) -> Response:
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Content-Security-Policy", _POLICY)
        if request.args.get("lang") in LANGUAGES:
            answer.set_cookie("lang", request.args["lang"], samesite="Lax")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
