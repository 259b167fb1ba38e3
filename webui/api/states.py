"""The state of a walk as the API tells it, the question with a schema that an assistant can offer as a tool's."""

from sqlalchemy import select

from base.actors import Actor
from base.people import Team
from cases.cases import Case
from cases.promises import Promise
from processes.decisions import program_of
from processes.rows import WalkRow
from processes.views import answers_given
from processes.walk import turn
from processes.walk.turn import Asking, Confirming, Ended, TaskWaiting, WithPeople
from processes.walks import reader_for, walker_of
from processes.wording import Reader, Told, tell
from processes.worlds import Standing
from webui.api import models
from webui.api.schemas import answer_schema
from webui.requests import database, workings

SAID = ("say", "hand_over", "close")


def state_of(actor: Actor, walk: WalkRow, case: Case, language: str) -> models.State:
    """The walk as it stands, told for `actor` in `language`."""
    walks = workings().walks
    standing = walks.standing(actor, walk.public_id)
    walker = walker_of(actor)
    reader = reader_for(standing, walker, standing.walk.channel, *([language] if language else []))
    waiting, told = walks.show(standing, reader)
    words = waiting.words if isinstance(waiting, Asking | Confirming) else None
    question = _told(standing, reader, words) if words else None
    return models.State(
        walk=walk.public_id,
        process=walk.process,
        case=case.public_id,
        case_reference=case.spoken_reference,
        case_state=standing.case.state,
        revision=standing.row.revision,
        waiting=_waiting(waiting, standing, reader),
        said=[models.Said(text=each.plain, language=each.language) for each in told if each.kind in SAID],
        question=_question(waiting, question, reader),
        answers=[
            models.GivenAnswer(step=each.step, question=each.question, answer=each.answer)
            for each in answers_given(standing, reader)
        ],
        promises=_promises(case),
    )


def _question(waiting: turn.Waiting | None, told: Told | None, reader: Reader) -> models.Question | None:
    if told is None:
        return None
    if not isinstance(waiting, Asking):
        return models.Question(text=told.plain, language=told.language, answer_schema={"type": "boolean"})
    schema = answer_schema(waiting.step, waiting.fields, reader.languages)
    return models.Question(text=told.plain, language=told.language, answer_schema=schema)


def _waiting(waiting: turn.Waiting | None, standing: Standing, reader: Reader) -> models.Waiting | None:
    if waiting is None:
        return None
    team = waiting.team if isinstance(waiting, TaskWaiting | WithPeople) else ""
    by = waiting.by if isinstance(waiting, WithPeople) else waiting.deadline
    ended = waiting if isinstance(waiting, Ended) else None
    return models.Waiting(
        kind=waiting.kind, step=waiting.step, visit=waiting.visit, next_check_at=waiting.wake_at, deadline=by,
        team=_team(standing, team, reader) if team else None, outcome=ended.outcome if ended else None,
        solved=ended.solved if ended else None,
    )  # fmt: skip


def _told(standing: Standing, reader: Reader, words: turn.Words) -> Told:
    return tell(program_of(standing, words), words, reader, passage=workings().walks.passages(standing.brand.id))


def _promises(case: Case) -> list[models.Promised]:
    wanted = select(Promise.by).where(Promise.case_id == case.id, Promise.state == "open").order_by(Promise.by)
    with database().reading() as session:
        return [models.Promised(by=by) for by in session.scalars(wanted)]


def _team(standing: Standing, key: str, reader: Reader) -> str:
    wanted = select(Team).where(Team.brand_id == standing.brand.id, Team.key == key)
    with database().reading() as session:
        team = session.scalars(wanted).one_or_none()
        return team.name(reader.languages[0]) if team else key
