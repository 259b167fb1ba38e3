"""The desk: one box that finds everything, my tasks, the cases; and what was found."""

from dataclasses import dataclass

from flask import Response, flash, request, url_for

from base.errors import NotFound, Unavailable
from cases import boards
from cases.boards import QueuedCase
from cases.finding import Found, find
from cases.tasks import Task
from webui.console.customers import NoSuchCustomer
from webui.console.door import blueprint, handlers_only
from webui.console.files import teams_by_key
from webui.console.first_sight import could_be_order, note_order, sight_of
from webui.i18n import language
from webui.knowledge.reading import found_for
from webui.partials import page, see
from webui.requests import current_actor, database, person_here

MOST_ANSWERS = 5
"""Articles and processes shown below the people and orders that were found."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What an agent sees when he sits down."""

    mine: list[Task]
    team_tasks: list[Task]
    open: list[QueuedCase]
    waiting: list[QueuedCase]
    with_people: list[QueuedCase]


@blueprint.get("")
@handlers_only
def home() -> Response:
    actor, person = current_actor(), person_here()
    keys = sorted(person.team_keys) if person else []
    with database().reading() as session:
        team_tasks = boards.tasks_of_teams(session, actor, keys, limit=12)
        desk = Desk(
            mine=boards.tasks_of_teams(session, actor, None, person_id=actor.person_id, limit=12),
            team_tasks=[task for task in team_tasks if task.claimed_by != actor.person_id],
            open=boards.open_cases(session, actor, states=("open",), limit=12),
            waiting=boards.open_cases(session, actor, states=("waiting",), limit=12),
            with_people=boards.open_cases(session, actor, states=("with_people",), limit=12),
        )
        teams = teams_by_key(session, actor.brand_id)
        alerts = boards.open_alerts(session, actor)
        for task in (*desk.mine, *desk.team_tasks):
            _ = task.case.customer
    return page("console/home.html", desk=desk, teams=teams, alerts=alerts)


@blueprint.get("/search")
@handlers_only
def search() -> Response:
    typed = request.args.get("q", "").strip()[:200]
    if not typed:
        return see(url_for("console.home"))
    with database().reading() as session:
        found, answers = find(session, current_actor(), typed), found_for(session, typed)[:MOST_ANSWERS]
        for one in found:
            _ = one.order and one.order.customer, one.case and one.case.customer
    curious = not current_actor().sees_share_only  # else anybody's order could be looked at
    sight = sight_of(typed) if curious and not found and could_be_order(typed) else None
    if len(found) == 1 and found[0].by in ("case", "order"):
        return see(address_of(found[0]))
    return page("console/found.html", typed=typed, found=found, answers=answers, sight=sight, address_of=address_of)


@blueprint.post("/orders")
@handlers_only
def see_order() -> Response:
    """Note an order that only the shop knew, and show its customer."""
    if current_actor().sees_share_only:
        raise NoSuchCustomer
    number = request.form.get("number", "").strip()[:60]
    try:
        order = note_order(number)
    except (NotFound, Unavailable) as trouble:
        flash(trouble.tell(language()), "warn")
        return see(url_for("console.search", q=number))
    return see(url_for("console.order", public_id=order.public_id))


def address_of(found: Found) -> str:
    """Where something that was found is shown."""
    if found.case is not None:
        return url_for("console.case", public_id=found.case.public_id)
    if found.order is not None:
        return url_for("console.order", public_id=found.order.public_id)
    assert found.customer is not None
    return url_for("console.customer", public_id=found.customer.public_id)
