"""Tasks: what is to be done by me, by my teams, by all; taken, handed back, done, approved or refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from base.actors import Actor, robot_actor
from base.database import Database
from base.errors import Conflict, NotFound
from base.languages import N_, pick
from base.permissions import Permission, allowed
from base.scope import within
from cases import boards, tasks
from cases.cases import Case, CaseIsClosed
from cases.effects import Effect
from cases.tasks import Task
from processes.rows import WalkRow
from processes.walk.errors import Refused
from processes.walk.events import TaskDone
from processes.walk.fields import parse_fields
from processes.walk.turn import Choice, Field
from processes.walks import AnswerRefused, WalkHasMoved
from webui import answers
from webui.console.door import blueprint
from webui.console.files import teams_by_key
from webui.console.words import stored
from webui.i18n import language, tell
from webui.partials import arrive, page
from webui.requests import current_actor, database, now, permission_required, person_here, workings

reading_tasks = permission_required(Permission.TASK_READ)
claiming = permission_required(Permission.TASK_CLAIM)
MOST = 200


class NoSuchTask(NotFound):
    """No task that the actor may see is called so."""

    sentence = N_("There is no such task, or you may not see it.")


@blueprint.get("/tasks")
@reading_tasks
def tasks_page() -> Response:
    """The list: mine, my teams', all. A partner sees his teams' alone."""
    actor = current_actor()
    views = ("mine", "teams", "all") if _sees_all(actor) else ("mine", "teams")
    view = request.args.get("view", "teams")
    view = view if view in views else "teams"
    with database().reading() as session:
        lists = {each: _listed(session, actor, each) for each in views}
        for task in lists[view]:
            _ = task.case.customer
        teams = teams_by_key(session, actor.brand_id)
    return page("console/tasks.html", view=view, lists=lists, teams=teams)


@blueprint.get("/tasks/<public_id>")
@reading_tasks
def task(public_id: str) -> Response:
    return show(public_id)


def show(
    public_id: str,
    *,
    status: int = 200,
    given: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    stale: str = "",
) -> Response:
    """The page of a task; `given` and `problems` of answers that were refused."""
    actor = current_actor()
    with database().reading() as session:
        found = find_task(session, actor, public_id)
        effect = session.get(Effect, found.effect_id) if found.effect_id else None
        teams = teams_by_key(session, actor.brand_id)
        _ = found.case.customer, found.case.order
    values = answers.shown(form_of(found), (language(),), given or {}, problems or {})
    asked = {value.name for value in values}
    told = {
        answers.PREFIX + name if answers.PREFIX + name in asked else name: sentence
        for name, sentence in (problems or {}).items()
    }
    response = page(
        "console/task.html",
        status=status,
        task=found,
        effect=effect,
        teams=teams,
        values=values,
        problems=told,
        stale=stale,
        may_decide=allowed(actor, Permission.TASK_APPROVE),
    )
    if status != 200:
        response.headers["HX-Push-Url"] = "false"
    return response


@blueprint.post("/tasks/<public_id>/claim")
@claiming
def claim(public_id: str) -> Response:
    return _changed(public_id, tasks.claim, N_("This task is yours."))


@blueprint.post("/tasks/<public_id>/hand-back")
@claiming
def hand_back(public_id: str) -> Response:
    return _changed(public_id, tasks.hand_back, N_("The task is back with its team."))


@blueprint.post("/tasks/<public_id>/done")
@permission_required(Permission.TASK_DONE)
def done(public_id: str) -> Response:
    """Done, with its answers; the walk that waited for it goes on."""
    found = _found(public_id)
    given = answers.given_by(form_of(found), request.form, current_actor().brand_id)
    note = request.form.get("remark", "").strip()[:2000]
    try:
        end_task(found, given, {**given, **({"remark": note} if note else {})})
    except (AnswerRefused, Refused) as refused:
        return show(public_id, status=422, given=given, problems=answers.problems_told(refused.problems))
    except Conflict as trouble:
        return show(public_id, status=409, given=given, stale=trouble.tell(language()))
    flash(tell(N_("Done. Thank you.")), "good")
    return arrive(url_for("console.task", public_id=public_id), lambda: show(public_id))


@blueprint.post("/tasks/<public_id>/decide")
@permission_required(Permission.TASK_APPROVE)
def decide(public_id: str) -> Response:
    """A second person agrees to an act, or refuses and says why."""
    found = _found(public_id)
    if found.purpose != "approval":
        raise NoSuchTask
    approved = request.form.get("approved") == "yes"
    reason = request.form.get("reason", "").strip()[:2000]
    if not approved and not reason:
        told = {"reason": tell(N_("Please say why you refuse: the agent explains it to the customer."))}
        return show(public_id, status=422, problems=told)
    decision = {"approved": approved, **({"reason": reason} if reason else {})}
    try:
        if found.effect_id is None:
            end_task(found, decision, decision)
        else:  # an act that a limit holds
            shown = workings().porter.decide_held(
                current_actor(), found.effect_id, approved=approved, now=now(), note=reason
            )
            workings().porter.deliver(shown.effect_ids if shown is not None else ())
    except Conflict as trouble:
        return show(public_id, status=409, stale=trouble.tell(language()))
    flash(tell(N_("Approved: it is being done.") if approved else N_("Refused.")), "good")
    return arrive(url_for("console.task", public_id=public_id), lambda: show(public_id))


def form_of(task: Task) -> tuple[Field, ...]:
    """The fields that a task asks for."""
    return tuple(_field(spec) for spec in task.form or ())


@blueprint.app_template_filter()
def form_label(name: str, task: Task) -> str:
    """What a task's answer of that name is called."""
    return next((pick(field.label, language()) for field in form_of(task) if field.name == name and field.label), name)


@blueprint.app_template_filter()
def answer_label(value: Any, name: str, task: Task) -> str:
    """A task's answer as a reader says it."""
    for field in form_of(task):
        for choice in field.choices:
            if field.name == name and choice.value == value:
                return pick(choice.label, language())
    return stored({"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value)


# --- ending a task ----------------------------------------------------------------------------------------------------


def end_task(task: Task, given: Mapping[str, Any], kept: Mapping[str, Any], guest: Actor | None = None) -> None:
    """End the task; where its walk waits for it, the walk goes on in the same transaction.

    Nobody is on the line with whoever does a task from the list: the robot walks on, and writes to the customer.
    `guest`: who answers it by a link. Raises Conflict, AnswerRefused and Refused.
    """
    actor, at = guest or current_actor(), now()

    def end(session: Session) -> None:
        tasks.done(session, actor, at, session.get_one(Task, task.id), answers=kept)

    walk = _waiting_walk(database(), task)
    if walk is not None:
        event = TaskDone(walker="robot", channel="robot", key=task.key, answers=given)
        try:
            shown = workings().walks.carry_on(walk, event, actor=robot_actor(task.brand_id), fence=end)
        except (WalkHasMoved, CaseIsClosed):
            pass  # the walk no longer waits for it: the task alone is ended
        else:
            workings().porter.deliver(shown.effect_ids)
            return
    parse_fields(form_of(task), given)
    with database().unit() as session:
        end(session)


def _waiting_walk(base: Database, task: Task) -> str | None:
    """The walk that the task holds up."""
    if not task.blocking or task.walk_id is None:
        return None
    with base.reading() as session:
        return session.scalars(select(WalkRow.public_id).where(WalkRow.id == task.walk_id)).one_or_none()


def _changed(public_id: str, verb: Any, sentence: str) -> Response:
    actor = current_actor()
    try:
        with database().unit() as session:
            verb(session, actor, now(), find_task(session, actor, public_id))
    except Conflict as trouble:
        return show(public_id, status=409, stale=trouble.tell(language()))
    flash(tell(sentence), "good")
    return arrive(url_for("console.task", public_id=public_id), lambda: show(public_id))


# --- which tasks ------------------------------------------------------------------------------------------------------


def _sees_all(actor: Actor) -> bool:
    return actor.partner_id is None and allowed(actor, Permission.CASE_WRITE)


def _own_teams() -> Sequence[str]:
    person = person_here()
    return sorted(person.team_keys) if person else []


def _listed(session: Session, actor: Actor, view: str) -> list[Task]:
    match view:
        case "mine":
            return boards.tasks_of_teams(session, actor, None, person_id=actor.person_id, limit=MOST)
        case "teams":
            return boards.tasks_of_teams(session, actor, _teams_and_roles(actor), limit=MOST)
        case _:
            return boards.tasks_of_teams(session, actor, None, limit=MOST)


def _teams_and_roles(actor: Actor) -> list[str]:
    """A task is given to a team, or to everybody of a role."""
    return [*_own_teams(), *(str(role) for role in actor.roles)]


def _found(public_id: str) -> Task:
    with database().reading() as session:
        return find_task(session, current_actor(), public_id)


def find_task(session: Session, actor: Actor, public_id: str) -> Task:
    """The task that the actor may see with that id. Raises NoSuchTask."""
    wanted = select(Task).where(within(actor, Task), Task.public_id == public_id)
    if not _sees_all(actor):
        wanted = wanted.where(Task.team.in_(_own_teams()))
    loaded = wanted.options(joinedload(Task.case).joinedload(Case.customer))
    found = session.scalars(loaded).unique().one_or_none()
    if found is None:
        raise NoSuchTask
    return found


def _field(spec: Mapping[str, Any]) -> Field:
    choices = [Choice(value=each["value"], label=each.get("label") or {}) for each in spec.get("choices") or ()]
    return Field(
        name=spec["name"],
        kind=spec["kind"],
        label=spec.get("label") or {},
        optional=bool(spec.get("optional")),
        choices=tuple(choices),
    )
