"""Small choices of a reader, kept in his browser: the theme, and whether single keys act."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from webui.partials import see

THEMES = ("light", "dark", "auto")
YEAR = 365 * 24 * 3600

blueprint = Blueprint("preferences", __name__)


@blueprint.post("/preferences")
def choose() -> Response:
    """Keep `theme` (light, dark, auto) or `keys` (on, off), and go back to where the reader was."""
    response = see(_back())
    for name, choices in (("theme", THEMES), ("keys", ("on", "off"))):
        chosen = request.form.get(name)
        if chosen and chosen in choices:
            response.set_cookie(name, chosen, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@blueprint.app_context_processor
def known() -> dict[str, str]:
    theme = request.cookies.get("theme", "auto") if request else "auto"
    keys = request.cookies.get("keys", "on") if request else "on"
    return {"theme": theme if theme in THEMES else "auto", "keys": "off" if keys == "off" else "on"}


def _back() -> str:
    """The page the form was on: an address of ours, never another host."""
    address = urlsplit(request.form.get("back", ""))
    path = address.path if address.path.startswith("/") and not address.path.startswith("//") else "/"
    return f"{path}?{address.query}" if address.query else path
