"""The front page: what Ariane is, and its doors."""

from flask import Blueprint, Response

from webui.partials import page
from webui.requests import signed_in

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def start() -> Response:
    return page("start.html", actor=signed_in())
