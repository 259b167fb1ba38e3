"""The page where the mails of the demo are read: a list that refreshes itself, one mail a page, and ``/mails.json``.

A mail's HTML is shown in a frame of its own that may run nothing, load nothing and reach nothing; its links open in a
new window.
"""

import nh3
from flask import Blueprint, Response, abort, render_template

from ariane.demo.services import faults, mailbox
from ariane.demo.services.answers import as_json
from ariane.demo.services.control import render_page
from ariane.demo.services.store import Store

_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def doors(store: Store) -> Blueprint:
    """The pages of the mail sink."""
    pages = Blueprint("mail", __name__)

    @pages.get("/")
    def letters() -> str:
        return render_page(store, "mails.html", mails=mailbox.mails(store))

    @pages.get("/mails/<int:number>")
    def letter(number: int) -> str:
        found = _found(store, number)
        numbers = [row[0] for row in store.mails()]
        place = numbers.index(number)
        newer = numbers[place - 1] if place else None
        older = numbers[place + 1] if place + 1 < len(numbers) else None
        return render_page(store, "mail.html", mail=found, newer=newer, older=older)

    @pages.get("/mails/<int:number>/body.html")
    def body(number: int) -> Response:
        page = Response(render_template("body.html", body=_cleaned(_found(store, number).html)))
        page.headers["Content-Security-Policy"] = _FRAME_POLICY
        page.headers["Referrer-Policy"] = "no-referrer"
        return page

    @pages.get("/behaviour")
    def behaviour() -> str:
        return render_page(store, "mail_faults.html", fault=faults.current(store, "mail"))

    @pages.get("/mails.json")
    def as_data() -> Response:
        return as_json({"mails": [one.to_json() for one in mailbox.mails(store)]})

    return pages


def _found(store: Store, number: int) -> mailbox.Mail:
    return mailbox.mail(store, number) or abort(404)


def _cleaned(html: str) -> str:
    """The mail's HTML with its looks, without anything that acts or fetches."""
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes["*"] = {"style", "align", "valign", "width", "height", "bgcolor", "lang", "role"}
    return nh3.clean(
        html,
        attributes=attributes,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
