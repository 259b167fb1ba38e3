"""The first page: are the robots at work, how they keep up, what is due by process and connection, what is stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response

from base.clock import real_now
from cases import robot_boards, stops
from robots.catching_up import preview
from robots.rows import last_beat
from webui.partials import page
from webui.requests import current_actor, database, now
from webui.robots.door import blueprint, connections, titles, watching

SILENT = timedelta(minutes=1)
"""Robots not heard of for so long stand still."""
DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether the robots are at work."""

    seen: datetime | None
    silent_for: timedelta | None
    at_work: bool


@blueprint.get("")
@watching
def home() -> Response:
    return show()


def show(*, status: int = 200, problems: dict[str, str] | None = None, given: dict[str, str] | None = None) -> Response:
    """The page; `problems` and `given` of a stop that was not taken."""
    brand_id, at = current_actor().brand_id, now()
    with database().reading() as session:
        in_force = stops.in_force(session, brand_id)
        return page(
            "robots/home.html",
            status=status,
            health=_health(last_beat(session), real_now(session)),
            stops=in_force,
            held={stop.public_id: preview(session, brand_id, at, stop) for stop in in_force},
            over=stops.lately(session, brand_id, limit=10),
            lines=robot_boards.tally(session, brand_id, at),
            planned=robot_boards.planned(session, brand_id, at),
            deeds=robot_boards.acts_by_state(session, brand_id),
            pace=robot_boards.pace(session, brand_id, at, at - DAY),
            titles=titles(session, brand_id),
            connections=connections(session, brand_id),
            problems=problems or {},
            given=given or {},
        )


def _health(seen: datetime | None, real: datetime) -> Health:
    silent_for = None if seen is None else max(real - seen, timedelta())
    return Health(seen=seen, silent_for=silent_for, at_work=silent_for is not None and silent_for < SILENT)
