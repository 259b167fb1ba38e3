"""What a supervisor of processes asks: are you there, can you work, and how are the robots doing?"""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from base.clock import real_now
from base.errors import NotFound
from robots.metrics import RobotFigures
from robots.rows import pulse
from webui.requests import configuration, database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when the database answers, else 503; `robots` says whether they are at work.

    Robots that stand still do not close the doors: customers are still answered, and somebody has to look.
    """
    try:
        with database().reading() as session:
            session.execute(text("SELECT 1"))
            robots = pulse(session, real_now(session))
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    told: dict[str, object] = {"status": "ready", "robots": robots.state}
    if robots.state != "never seen":
        told["robots_silent_for_s"] = round(robots.silent.total_seconds())
    if robots.missing:
        told["missing"] = robots.missing
    return jsonify(told), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures of the robots for a monitoring system, to this machine or to whoever knows the token."""
    token = configuration().metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = compare_digest(given, token) if token else ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104
    if not known:
        raise NotFound
    figures = current_app.extensions.setdefault("robot_figures", RobotFigures(database()))
    return Response(figures.exposed(), content_type=CONTENT_TYPE_LATEST)
