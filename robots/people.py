"""What robots cannot do, given to people: a task each, once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from base.actors import Actor
from base.languages import LANGUAGES, N_, translate
from cases import tasks
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from processes.decisions import LINK

SETTLERS = "customer_service"
"""Team that does what robots could not."""


def reach_customer(session: Session, actor: Actor, now: datetime, effect: Effect) -> None:
    """A message did not reach its reader: a person tells them another way, so that nobody is silently not told."""
    words = effect.request["text"].replace(LINK, "").strip()
    sentence = N_("This message could not be sent (%(because)s):\n\n%(subject)s\n\n%(words)s")
    tell = {"because": effect.failure or effect.last_error or "", "subject": effect.request["subject"], "words": words}
    _give(
        session, actor, now, effect.case, key=f"unsent:{effect.key}", effect_id=effect.id, walk_id=effect.walk_id,
        title=_spoken(N_("Reach the customer another way")), text=_spoken(sentence, **tell),
    )  # fmt: skip


def go_on_by_hand(session: Session, actor: Actor, now: datetime, effect: Effect, problem: str) -> None:
    """What became of an act is known, but the process cannot go on from there."""
    sentence = N_("“%(what)s” was answered, but the guided path cannot go on by itself: %(problem)s")
    text = {
        language: translate(language, sentence, what=_label(effect.label, language), problem=problem)
        for language in LANGUAGES
    }
    _give(
        session, actor, now, effect.case, key=f"broken:{effect.key}", effect_id=effect.id, walk_id=effect.walk_id,
        title=_spoken(N_("Go on with this case by hand")), text=text,
    )  # fmt: skip


def look_by_hand(session: Session, actor: Actor, now: datetime, row: FollowUp, case: Case) -> None:
    """A robot gave up a check."""
    sentence = N_("The robot failed several times at “%(what)s”. Look yourself, or have it try again.")
    text = {language: translate(language, sentence, what=_label(row.label, language)) for language in LANGUAGES}
    _give(
        session, actor, now, case, key=f"parked:{row.public_id}:{row.token}", effect_id=None, walk_id=row.walk_id,
        title=_spoken(N_("Take over from the robot")), text=text,
    )  # fmt: skip


def do_by_hand(session: Session, actor: Actor, now: datetime, row: FollowUp, case: Case, *, key: str) -> None:
    """A robot that may only say what it would do leaves it to people."""
    sentence = N_("The robot looked at “%(what)s” and leaves it to you: open the case and go on from there.")
    text = {language: translate(language, sentence, what=_label(row.label, language)) for language in LANGUAGES}
    _give(
        session, actor, now, case, key=key, effect_id=None, walk_id=row.walk_id, text=text, parked=False,
        title=_spoken(N_("Your turn: the robot only watches")),
    )  # fmt: skip


def _give(
    session: Session, actor: Actor, now: datetime, case: Case, *, key: str, effect_id: int | None,
    walk_id: int | None, title: Mapping[str, str], text: Mapping[str, str], parked: bool = True,
) -> None:  # fmt: skip
    purpose = "parked" if parked and not effect_id else "task"
    tasks.create(
        session, actor, now, case, key=key, team=SETTLERS, title=title, text=text, purpose=purpose,  # type: ignore[arg-type]
        effect_id=effect_id, walk_id=walk_id,
    )  # fmt: skip


def _spoken(sentence: str, **params: object) -> dict[str, str]:
    return {language: translate(language, sentence, **params) for language in LANGUAGES}


def _label(label: object, language: str) -> str:
    if not isinstance(label, Mapping):
        return ""
    return str(label.get(language) or next(iter(label.values()), ""))
