"""The first figures, with their definitions beside them."""

from flask import Blueprint, Response, request

from base.causes import causes
from base.permissions import Permission
from base.reasons import reason_names
from insight.figures import figures
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
        found = figures(session, current_actor(), now(), days=days)
        names = reason_names(session, brand_id, language())
        known = {cause.key: cause.name for cause in causes(session, brand_id, language())}
    return page("insight/home.html", figures=found, days=days, periods=PERIODS, names=names, causes=known)
