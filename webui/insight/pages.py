"""The first figures, with their definitions beside them."""

from flask import Blueprint, Response, request

from base.languages import pick
from base.permissions import Permission
from insight.figures import figures
from processes.versions import live_versions
from webui.i18n import language
from webui.partials import page
from webui.requests import current_actor, database, now, permission_required

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

PERIODS = (7, 30, 90, 180)


@blueprint.get("")
@permission_required(Permission.INSIGHT_READ)
def home() -> Response:
    wanted = request.args.get("days", "30")
    days = int(wanted) if wanted.isdigit() and int(wanted) in PERIODS else 30
    with database().reading() as session:
        brand_id = current_actor().brand_id
        found = figures(session, brand_id, now(), days=days)
        titles = {v.document["reason"]: pick(v.process.title, language()) for v in live_versions(session, brand_id)}
    return page("insight/home.html", figures=found, days=days, periods=PERIODS, titles=titles)
