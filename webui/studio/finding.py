"""Find and replace across processes: every place side by side as it is and as it would be; done in drafts only."""

from dataclasses import dataclass

from flask import Response, flash, request, url_for
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from base.errors import Invalid
from base.languages import N_, pick
from base.permissions import Permission, allowed
from processes.finding import MOST, Place, Searched, replace_all, replaced, search
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required
from webui.studio.door import blueprint

AROUND = 90
"""Characters shown on each side of what was found."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A place as the page shows it."""

    place: Place
    before: Markup
    after: str


@blueprint.get("/find")
@permission_required(Permission.PROCESS_READ)
def find() -> Response:
    return _results(request.args)


@blueprint.post("/find")
@permission_required(Permission.PROCESS_WRITE)
def replace() -> Response:
    """Replace in the ticked places, all of them or none."""
    form = request.form
    try:
        with database().unit() as session:
            counts = replace_all(
                session, current_actor(), now(), form.get("q", ""), form.get("by", ""), set(form.getlist("place")),
                exactly="exactly" in form,
            )  # fmt: skip
    except Invalid as error:
        return _results(form, problem=error.tell(language()))
    words = N_("Replaced in %(places)s places of %(processes)s drafts. Compare and publish them as always.")
    flash(tell(words, places=sum(counts.values()), processes=len(counts)), "good")
    return see(url_for("studio.find", q=form.get("by", "")))


def _results(given: MultiDict[str, str], problem: str = "") -> Response:
    wanted, by, exactly = given.get("q", ""), given.get("by"), "exactly" in given
    found: list[Searched] = []
    if wanted.strip():
        try:
            with database().reading() as session:
                found = search(session, current_actor(), wanted, exactly=exactly)
        except Invalid as error:
            problem = problem or error.tell(language())
    rows = {each.key: [_row(place, wanted, by, exactly) for place in each.places] for each in found}
    count = sum(len(each) for each in rows.values())
    return page(
        "studio/find.html", status=422 if problem else 200, q=wanted, by=by, exactly=exactly, found=found, rows=rows,
        titles={each.key: pick(each.title, language()) or each.key for each in found}, problem=problem, count=count,
        many=count >= MOST, ticked=set(given.getlist("place")),
        may_write=allowed(current_actor(), Permission.PROCESS_WRITE),
    )  # fmt: skip


def _row(place: Place, wanted: str, by: str | None, exactly: bool) -> Row:
    text = place.text
    at = (text if exactly else text.lower()).find(wanted if exactly else wanted.lower())
    end = at + len(wanted)
    before, after = text[max(0, at - AROUND) : at], text[end : end + AROUND]
    shown = escape(("…" if at > AROUND else "") + before) + Markup("<mark>") + text[at:end] + Markup("</mark>")
    return Row(
        place=place, before=shown + after + ("…" if len(text) > end + AROUND else ""),
        after=replaced(place, wanted, by, exactly=exactly) if by is not None and place.sort != "name" else "",
    )  # fmt: skip
