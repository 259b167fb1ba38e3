"""The pages of a case. Looking never changes anything: an earlier question can be seen again, and answered anew."""

from collections.abc import Mapping

from flask import Response, url_for

from processes.walk.turn import Asking, Confirming, Waiting
from webui.answers import PREFIX
from webui.partials import is_partial, page, see
from webui.requests import workings
from webui.selfcare.door import blueprint
from webui.selfcare.standing import Page, Tried, page_of, reader_of
from webui.selfcare.visitors import NotOpenHere, Visitor, visitor_of


@blueprint.errorhandler(NotOpenHere)
def not_open_here(error: NotOpenHere) -> Response:
    return page("selfcare/not_open.html", status=404)


@blueprint.get("/case/<case_id>")
def case(case_id: str) -> Response:
    return show(visitor_of(case_id))


@blueprint.get("/case/<case_id>/<path:place>")
def question(case_id: str, place: str) -> Response:
    """A question by its own address: the one in hand, or an earlier one that the browser went back to."""
    shown = page_of(visitor_of(case_id))
    if shown.place == place and shown.kind in ("asking", "confirming"):
        return render(shown)
    earlier = next((given for given in shown.given if f"{given.path}{given.step}" == place), None)
    if earlier is None:
        return see(url_for("selfcare.case", case_id=case_id))
    return page("selfcare/earlier.html", shown=shown, earlier=earlier)


def show(visitor: Visitor, *, status: int = 200, notice: str = "", tried: Tried | None = None) -> Response:
    """The case as it stands; `notice` says why it is not what the customer expected."""
    problems = {PREFIX + name: sentence for name, sentence in tried.problems.items()} if tried else {}
    return render(page_of(visitor, tried), status=status, notice=notice, problems=problems)


def render(shown: Page, *, status: int = 200, notice: str = "", problems: Mapping[str, str] | None = None) -> Response:
    return page(
        f"selfcare/{TEMPLATES[shown.kind]}.html", status=status, shown=shown, notice=notice, problems=problems or {}
    )


def arrived(case_id: str) -> Response:
    """The case where it stands now, under the address of its question."""
    here = visitor_of(case_id)
    if is_partial():
        shown = page_of(here)
        response = render(shown)
        response.headers["HX-Push-Url"] = address_of(here.case.public_id, shown.waiting)
        return response
    return see(address_of(case_id, waiting_of(here)))


def waiting_of(here: Visitor) -> Waiting | None:
    """What the walk that speaks waits for."""
    if here.walk is None or here.walk.waiting == "starting":
        return None
    walks = workings().walks
    standing = walks.standing(here.actor, here.walk.public_id)
    return walks.show(standing, reader_of(standing))[0]


def address_of(case_id: str, waiting: Waiting | None) -> str:
    """The page's own address: of its question, so that the browser's Back finds every question again."""
    if isinstance(waiting, Asking | Confirming):
        return url_for("selfcare.question", case_id=case_id, place=f"{waiting.path}{waiting.step}")
    return url_for("selfcare.case", case_id=case_id)


TEMPLATES = {
    "asking": "question",
    "confirming": "confirming",
    "acting": "waiting",
    "timing": "waiting",
    "task": "waiting",
    "with_people": "waiting",
    "staff": "waiting",
    "ended": "ended",
    "starting": "starting",
}
