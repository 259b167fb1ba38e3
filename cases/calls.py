"""Outbound calls: a task to ring the customer, tried a few times, then replaced by a mail.

Each try without an answer is a contact of ours and puts the task off; the last one ends it, and whoever noted it sends
the words that were written for that, so that the customer hears of us in any case.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Conflict
from base.languages import LANGUAGES, N_, translate
from cases import tasks
from cases.contacts import begin_contact, end_contact
from cases.tasks import Task
from cases.timeline import write

if TYPE_CHECKING:
    from cases.cases import Case

TRIES = 3
MOST_TRIES = 9


class NotACall(Conflict):
    """Only a task to call somebody has tries."""

    sentence = N_("This task is no call.")


def ask(
    session: Session, actor: Actor, now: datetime, case: "Case", *, key: str, team: str, number: str,
    about: Mapping[str, str], due_at: datetime, otherwise: str, tries: int = TRIES,
) -> Task:  # fmt: skip
    """Have `team` ring `number` (E.164) by `due_at`; after `tries` without an answer, `otherwise` is mailed."""
    title = {each: translate(each, N_("Call the customer: %(number)s"), number=number) for each in LANGUAGES}
    call = {"number": number, "tries": max(1, min(tries, MOST_TRIES)), "otherwise": otherwise}
    return tasks.create(
        session, actor, now, case, key=key, team=team, title=title, text=about, due_at=due_at, call=call
    )


def unanswered(session: Session, actor: Actor, now: datetime, case: "Case", task: Task, again_at: datetime) -> bool:
    """Nobody answered: again at `again_at`; whether that was the last try. The case is locked.

    Raises `NotACall`, and what tasks raise for one that is over or somebody else's.
    """
    if not task.call:
        raise NotACall
    tasks.claim(session, actor, now, task)
    task.tries += 1
    most = int(task.call["tries"])
    contact = begin_contact(session, actor, now, channel="phone", direction="outbound", case=case)
    end_contact(session, actor, now, contact)
    params = {"number": task.call["number"], "tried": task.tries, "tries": most}
    write(session, case.id, "call.unanswered", actor=actor, now=now, params=params, contact_id=contact.id)
    if task.tries >= most:
        session.flush()
        tasks.done(session, actor, now, task, answers={"reached": "no"})
        return True
    task.due_at = max(again_at, now)
    session.flush()
    tasks.hand_back(session, actor, now, task)
    return False
