"""The page of a case: the thread, the guide, the facts."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from base.errors import Conflict
from base.languages import pick
from processes.walks import Shown
from processes.worlds import Standing
from webui.answers import typed_in
from webui.console.door import CHANNELS, blueprint, channel_wished, handlers_only
from webui.console.files import MOST, CaseFile, file_after, open_file
from webui.console.guide import guide_of
from webui.console.thread import past, planned
from webui.console.words import capital, reason_name
from webui.i18n import language
from webui.partials import arrive, page, see


@blueprint.get("/cases/<public_id>")
@handlers_only
def case(public_id: str) -> Response:
    return show(public_id)


@blueprint.get("/cases/<public_id>/thread")
@handlers_only
def whole(public_id: str) -> Response:
    """Everything that happened in the case: what the page of the case holds back."""
    file = open_file(public_id, newest=MOST)
    return page("console/thread.html", case=file.case, title=title_of(file), past=past(file.entries))


def show(
    public_id: str,
    *,
    status: int = 200,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    stale: str = "",
    left_over: list[str] | None = None,
    standing: Standing | None = None,
) -> Response:
    """The page. `given` and `problems`: of an answer that was refused; `stale`: why nothing was done, `left_over`
    then is what had been typed; `standing`: the front walk, just as a turn left it."""
    file = open_file(public_id, standing)
    channel = channel_wished(_channel_before(file))
    guide = guide_of(file, channel, given, problems)
    response = page(
        "console/case.html",
        status=status,
        file=file,
        case=file.case,
        guide=guide,
        channels=CHANNELS,
        title=title_of(file),
        past=past(file.entries),
        planned=planned(file),
        stale=stale,
        left_over=left_over or [],
    )
    if status != 200:
        response.headers["HX-Push-Url"] = "false"
    # The form of a step expects the next step in its own place.
    response.headers["HX-Retarget"] = "#content"
    return response


def step_on(shown: Shown) -> Response:
    """From one question to the next: the pieces of the page that a quiet turn changed, and only those."""
    file = file_after(shown)
    channel = channel_wished()
    response = page(
        "console/step.html", file=file, case=file.case, guide=guide_of(file, channel), channels=CHANNELS,
        title=title_of(file), past=past(file.entries), planned=planned(file),
    )  # fmt: skip
    response.headers["HX-Push-Url"] = url_for("console.case", public_id=file.case.public_id, channel=channel)
    return response


def back_to(public_id: str, shown: Shown | None = None) -> Response:
    """After an act: the case as it is now, on the same channel. `shown`: where a turn of its front walk came to."""
    if shown is not None and shown.quiet and request.headers.get("HX-Target", "").endswith("#guide"):
        return step_on(shown)
    channel = channel_wished("")
    address = url_for("console.case", public_id=public_id, channel=channel if "channel" in request.form else None)
    return arrive(address, lambda: show(public_id, standing=shown.standing if shown else None))


def overtaken(public_id: str, trouble: Conflict) -> Response:
    """Nothing was done: somebody or something was faster. The case as it is now, and what had been typed."""
    return show(public_id, status=409, stale=trouble.tell(language()), left_over=typed_in(request.form))


def title_of(file: CaseFile) -> str:
    """What the case is about, in the reader's language."""
    return pick(file.case.title or {}, language()) or capital(reason_name(file.case.reason))


@blueprint.get("/cases/<public_id>/<path:_act>")
@handlers_only
def after_an_act(public_id: str, _act: str) -> Response:
    """An address that only takes forms, opened again by hand: the case is what was meant."""
    return see(url_for("console.case", public_id=public_id))


def _channel_before(file: CaseFile) -> str:
    return file.contacts[-1].channel if file.contacts else CHANNELS[0]
