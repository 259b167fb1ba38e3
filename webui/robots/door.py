"""What the robots' pages share: the blueprint, who may come in, names of processes, pieces of addresses."""

from datetime import datetime

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.languages import pick
from base.permissions import Permission
from cases import robot_boards
from processes.connectors.rows import Connection
from processes.rows import ProcessRow
from webui.i18n import language
from webui.requests import permission_required

blueprint = Blueprint("robots", __name__, url_prefix="/insight/robots")

watching = permission_required(Permission.ROBOTS_RUN)
"""Guards pages that show what robots do."""
managing = permission_required(Permission.INCIDENT_MANAGE)
"""Guards what begins and ends incidents."""
stopping = permission_required(Permission.ROBOTS_STOP)
"""Guards what stops robots and lets them go."""


def titles(session: Session, brand_id: int) -> dict[str, str]:
    """What processes are called, by key."""
    rows = session.execute(select(ProcessRow.key, ProcessRow.title).where(ProcessRow.brand_id == brand_id))
    return {key: pick(title, language()) for key, title in rows}


def connections(session: Session, brand_id: int) -> list[tuple[str, str]]:
    """The brand's connections: their lanes and their names."""
    rows = session.scalars(select(Connection).where(Connection.brand_id == brand_id).order_by(Connection.name))
    return [(row.lane, row.name) for row in rows]


@blueprint.app_template_filter()
def lane_name(lane: str) -> str:
    """`shop` of the lane `1.shop`."""
    brand, _, name = lane.partition(".")
    return name if brand.isdecimal() else lane


def filter_wished() -> robot_boards.Filter:
    """What the address asks for."""
    return robot_boards.Filter(process=request.args.get("process") or None, lane=request.args.get("lane") or None)


def cursor_wished() -> robot_boards.Cursor | None:
    """The last row of the page before, `2026-11-24T17:00:00+00:00~123`; None at the beginning or when it is none."""
    at, _, number = request.args.get("after", "").rpartition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return robot_boards.Cursor(at=moment, id=int(number)) if number.isdigit() and moment.tzinfo else None
