"""Help for everybody: articles and matters found in one box, read without any order number."""

from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from kb.articles import read
from kb.search import Hit, find
from webui.beginning import matters
from webui.i18n import language
from webui.knowledge.reading import LONGEST
from webui.knowledge.shelf import customers_shelf
from webui.partials import page
from webui.requests import database
from webui.selfcare.door import blueprint, brand, customer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Something found that a customer may open."""

    hit: Hit
    address: str


@blueprint.get("/help")
def help_home() -> Response:
    typed = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
    with database().reading() as rows:
        found = _found(rows, typed) if typed else []
        titles = [] if found else customers_shelf(rows, brand().id, language())
    return page("selfcare/help.html", typed=typed, found=found, titles=titles)


@blueprint.get("/help/<key>")
def help_article(key: str) -> Response:
    with database().reading() as rows:
        shown = read(rows, customer(None, "", "none"), key, language(), brand().default_language)
    return page("selfcare/help_article.html", shown=shown)


def _found(rows: Session, typed: str) -> list[Answer]:
    hits = find(rows, brand().id, typed, language=language(), audience="customer")
    begun_here = {matter.key for matter in matters(rows, brand().id, "customer")}
    addresses = ((hit, _address(hit, begun_here)) for hit in hits)
    return [Answer(hit=hit, address=address) for hit, address in addresses if address]


def _address(hit: Hit, begun_here: set[str]) -> str | None:
    """Where it opens; None for a process that only others begin."""
    if hit.kind == "article":
        return url_for("selfcare.help_article", key=hit.ref)
    return url_for("selfcare.home", about=hit.ref) if hit.ref in begun_here else None
