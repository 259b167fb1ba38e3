"""The door at which services leave their news: signed, kept, answered at once; nothing is worked on here."""

from flask import Blueprint, Response, jsonify, request

from processes.connectors.inbox import Delivery, NoSuchInbox, receive
from webui.requests import database, workings
from webui.security import csrf

blueprint = Blueprint("hooks", __name__, url_prefix="/api/hooks")
# A service brings a signature over the bytes; no cookie is looked at.
csrf.exempt(blueprint)


@blueprint.post("/<name>")
def news(name: str) -> Response:
    """Keep what the service sends. The same again is answered the same."""
    extension = workings().connectors.inbox(name)
    if extension is None:
        raise NoSuchInbox
    receive(database(), extension, Delivery(headers=dict(request.headers), body=request.get_data()))
    return jsonify(status="kept")
