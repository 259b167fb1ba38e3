"""Two questions a supervisor of processes asks: are you there, and can you work?"""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from base.clock import real_now
from robots.rows import pulse
from webui.requests import database

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
