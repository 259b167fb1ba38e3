"""The command palette (Ctrl+K): cases, orders, people, articles and acts, found from one box."""

from dataclasses import dataclass

from flask import Response, request, url_for

from base.folding import fold
from base.languages import N_, pick
from base.permissions import Permission
from cases.finding import find
from webui.console.door import blueprint, handlers_only
from webui.console.finding import address_of
from webui.console.words import capital, reason_name
from webui.i18n import language, tell
from webui.knowledge.reading import found_for
from webui.menu import may
from webui.partials import page
from webui.requests import current_actor, database

MOST = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the palette."""

    text: str
    address: str
    icon: str
    detail: str = ""


ACTS = (
    (N_("Next case"), "console.next_case", "player-play", Permission.CUSTOMER_FIND),
    (N_("My desk"), "console.home", "headset", Permission.CUSTOMER_FIND),
    (N_("Tasks"), "console.tasks_page", "checkbox", Permission.TASK_READ),
    (N_("Alerts"), "console.alerts_page", "alert-triangle", Permission.ALERT_READ),
    (N_("Cases at risk"), "console.at_risk", "clock", Permission.RISK_READ),
    (N_("Clocks and targets"), "console.clocks_page", "clock-pause", Permission.ALERT_READ),
    (N_("One customer, or two?"), "console.doubts_page", "users", Permission.CUSTOMER_MERGE),
    (N_("Knowledge"), "knowledge.home", "book", Permission.ARTICLE_READ),
    (N_("Remarks on steps"), "console.remarks_page", "message", Permission.PROCESS_WRITE),
)


@blueprint.get("/palette")
@handlers_only
def palette() -> Response:
    typed = request.args.get("q", "").strip()[:200]
    return page("console/palette.html", choices=[*_found(typed), *_acts(typed)], typed=typed)


def _acts(typed: str) -> list[Choice]:
    wanted = fold(typed)
    named = [(tell(word), endpoint, icon) for word, endpoint, icon, permission in ACTS if may(permission)]
    return [Choice(word, url_for(endpoint), icon) for word, endpoint, icon in named if wanted in fold(word)]


def _found(typed: str) -> list[Choice]:
    if len(typed) < 2:
        return []
    choices: list[Choice] = []
    with database().reading() as session:
        for one in find(session, current_actor(), typed, limit=MOST):
            name = one.customer.full_name if one.customer else ""
            if one.case is not None:
                title = pick(one.case.title or {}, language()) or capital(reason_name(one.case.reason))
                choices.append(Choice(title, address_of(one), "flag", f"{one.case.spoken_reference} {name}".strip()))
            elif one.order is not None:
                choices.append(Choice(one.order.number, address_of(one), "receipt", name))
            else:
                choices.append(Choice(name or typed, address_of(one), "user"))
        articles = found_for(session, typed)[: MOST // 2]
    choices += [Choice("".join(piece for piece, _ in each.hit.title), each.address, "book") for each in articles]
    return choices
