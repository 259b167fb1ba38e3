"""Two questions a supervisor of processes asks: are you there, and can you work?"""

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from base.clock import real_now
from robots.rows import last_beat
from webui.requests import database

SILENT_AFTER = timedelta(minutes=1)
"""A round comes every second; a long one may last some."""
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
            seen, now = last_beat(session), real_now(session)
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    if seen is None:
        return jsonify(status="ready", robots="never seen"), 200
    silent = (now - seen).total_seconds()
    state = "at work" if silent <= SILENT_AFTER.total_seconds() else "stalled"
    return jsonify(status="ready", robots=state, robots_silent_for_s=round(silent)), 200
