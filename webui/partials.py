"""One view, two answers: the whole page for a browser, its content alone for htmx.

Templates begin with `{% extends layout.staff %}` (or `layout.selfcare`) and fill the block `content`. For a request
that replaces a part of the page, `layout` names a frame that prints that block, the title and the toasts, no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request


@dataclass(frozen=True)
class Layout:
    staff: str
    selfcare: str
    piece: str
    """Of what is a page by itself, and a piece of another one for htmx: it takes no title."""
    whole: bool


WHOLE = Layout(
    staff="layouts/staff.html", selfcare="layouts/selfcare.html", piece="layouts/staff.html", whole=True
)  # fmt: skip
PART = Layout(staff="layouts/part.html", selfcare="layouts/part.html", piece="layouts/piece.html", whole=False)


def install(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"layout": PART if is_partial() else WHOLE})
    app.after_request(vary)


def is_partial() -> bool:
    """Whether the browser replaces a part of its page with this answer."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """Render `template` whole or as a fragment, as the request wants."""
    return make_response(render_template(template, **values), status)


def see(address: str) -> Response:
    """After an act, show the page at `address`; reloading it repeats nothing."""
    return make_response(redirect(address, 303))


def arrive(address: str, show: Callable[[], Response]) -> Response:
    """After an act, the page at `address`: a browser is sent there; htmx gets at once what `show` renders."""
    if not is_partial():
        return see(address)
    response = show()
    response.headers["HX-Push-Url"] = address
    return response


def vary(response: Response) -> Response:
    response.vary.add("HX-Request-Type")
    return response


def wanted_address(address: str) -> str:
    """Where the reader wanted to go: an address of ours, never another host."""
    parts = urlsplit(address)
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in address
    return address if ours else "/"
