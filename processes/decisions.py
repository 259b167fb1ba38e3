"""What a turn decided, put into rows: acts, messages, tasks, promises, started walks, hand-overs, the close.

In two steps, because words are never rendered inside a write unit: `prepare` renders, `apply` writes, in the
transaction of the turn. An effect's key makes sure that a turn written twice decides once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import Actor
from base.business_time import Calendar, Delay, add
from base.languages import N_, pick, translate
from cases import cases, effects, follow_ups, links, promises, tasks, writing_hours
from cases.cases import Case
from cases.effects import AlreadyDone
from cases.limits import Planned, hold_for
from cases.tasks import Task
from cases.telling import said
from processes.connectors.catalogue import Capability, catalogue
from processes.connectors.readings import Safety
from processes.facts import Services
from processes.rows import WalkRow
from processes.versions import Library, live_version
from processes.walk.advance import begin
from processes.walk.program import Program
from processes.walk.turn import (
    Act,
    CancelStep,
    CloseCase,
    CreateTask,
    Effect,
    HandOver,
    MakePromise,
    Message,
    StartWalk,
    Words,
)
from processes.walk.values import encode
from processes.wording import PassageFinder, Reader, in_all_languages, tell, tell_line
from processes.worlds import Standing

LINK = "ariane-link:"
"""Stands in a message for the address that its sender puts there; never an address itself."""


class DoneElsewhere(Exception):
    """The same business was already done, or is under way, under another key: nothing of this turn is written."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
        """Of the act that is refused."""


@dataclass(slots=True)
class Prepared:
    """An effect with its words already told."""

    effect: Effect
    subject: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    title: dict[str, str] = field(default_factory=dict)
    """By language."""
    body: dict[str, str] = field(default_factory=dict)
    """By language."""
    lane: str = ""
    """Of an act: the connection that will be called."""
    safety: Safety = "blind"
    """Of an act: what a cut call means, as its operation declares today."""


@dataclass(slots=True)
class Applied:
    """What applying gave."""

    effect_ids: list[int] = field(default_factory=list)
    """Effects to deliver now."""


def prepare(
    standing: Standing, decided: Sequence[Effect], passage: PassageFinder | None, services: Services
) -> list[Prepared]:
    """Tell the words of what was decided, and find out who will be called."""
    sent = [part for each in decided if isinstance(each, Message) for part in each.parts]
    said_now = (*standing.walk.words, *sent)
    return [_prepare(standing, effect, passage, services, said_now) for effect in decided]


def apply(
    session: Session, library: Library, secret: str, actor: Actor, standing: Standing, prepared: Sequence[Prepared]
) -> Applied:
    """Write what was decided; the case is locked already. Raises DoneElsewhere."""
    applied = Applied()
    case = session.get_one(Case, standing.case.id)
    for each in prepared:
        _apply(session, library, secret, actor, standing, case, each, applied)
    return applied


# Words


def _prepare(
    standing: Standing, effect: Effect, passage: PassageFinder | None, services: Services, said_now: Sequence[Words]
) -> Prepared:
    brand_id = standing.case.brand_id
    match effect:
        case Act():
            lane = services.lane(effect.using, effect.inputs, brand_id)
            return Prepared(effect, lane=lane, safety=services.safety(effect.using, effect.inputs, brand_id))
        case Message():
            return _prepare_message(standing, effect, passage)
        case CreateTask():
            return _prepare_task(standing, effect)
        case MakePromise():
            return Prepared(effect, body=_promised(standing, effect, said_now))
        case _:
            return Prepared(effect)


def _prepare_message(standing: Standing, effect: Message, passage: PassageFinder | None) -> Prepared:
    reader = _reader(standing, channel=effect.via[0])
    told = [tell(program_of(standing, part), part, reader, link=LINK, passage=passage) for part in effect.parts]
    language = told[0].language if told else reader.languages[0]
    subject = (
        tell_line(program_of(standing, effect.subject), effect.subject, reader)
        if effect.subject is not None
        else f"{pick(standing.program.title, *reader.languages)} · {standing.case.spoken_reference}"
    )
    text = "\n\n".join(part.plain for part in told)
    html = "".join(str(part.html) for part in told)
    for address in _addresses(effect.attach):
        if address not in text:
            sentence = translate(language, N_("Document to open or print:"))
            text = f"{text}\n\n{sentence} {address}"
            html += Markup('<p>{} <a href="{}">{}</a></p>').format(sentence, address, address)
    if LINK not in text and effect.to == "customer":
        invitation = N_("Answer in one click:") if effect.asks else N_("Follow your request:")
        sentence = translate(language, invitation)
        text = f"{text}\n\n{sentence} {LINK}"
        html = f'{html}<p><a href="{LINK}">{sentence.rstrip(" :")}</a></p>'
    return Prepared(effect, subject=subject, text=text, html=html, language=language)


def _addresses(attached: Sequence[Any]) -> Iterator[str]:
    """Web addresses among what a message carries: they become links, and are never fetched by us."""
    for each in attached:
        if isinstance(each, list | tuple):
            yield from _addresses(each)
        elif isinstance(each, str) and each.startswith(("http://", "https://")) and not set(each) & set(' \n\r\t<>"'):
            yield each


def _promised(standing: Standing, effect: MakePromise, said_now: Sequence[Words]) -> dict[str, str]:
    """The words that promised, as they were said or sent; where neither is at hand, what the process is about."""
    for words in said_now:
        if (words.step, words.path) == (effect.step, effect.path):
            languages = tuple(dict.fromkeys((standing.languages[0], *standing.brand.languages)))
            return in_all_languages(program_of(standing, words), words, _reader(standing), languages)
    return dict(standing.program.title) or {"en": effect.step}


def _prepare_task(standing: Standing, effect: CreateTask) -> Prepared:
    languages = tuple(standing.brand.languages)
    label = standing.program.labels.get(effect.step)
    if effect.words is None:
        title = {language: translate(language, N_("Second person wanted")) for language in languages}
        return Prepared(effect, title=title, body=_what_to_approve(standing, effect, languages))
    body = in_all_languages(program_of(standing, effect.words), effect.words, _reader(standing), languages)
    title = {language: (label or {}).get(language) or _first_line(text) for language, text in body.items()}
    return Prepared(effect, title=title, body=body)


def _what_to_approve(standing: Standing, effect: CreateTask, languages: tuple[str, ...]) -> dict[str, str]:
    node = (
        standing.program.nodes[standing.program.index[effect.step]] if effect.step in standing.program.index else None
    )
    capability = catalogue().get(getattr(node, "using", ""))
    label = capability.label.model_dump() if capability else {}
    sentence = N_("May this be done: %(what)s, %(amount)s?") if effect.amount else N_("May this be done: %(what)s?")
    return {
        language: translate(
            language, sentence, what=label.get(language) or effect.step,
            amount=said(encode(effect.amount), language, standing.brand.zone),
        )
        for language in languages
    }  # fmt: skip


def program_of(standing: Standing, words: Words) -> Program:
    """The program that holds the text of some words: the outermost, or that of a called process."""
    return standing.world.programs.get(f"{words.process}@{words.version}", standing.program)


def _reader(standing: Standing, channel: str = "mail") -> Reader:
    return Reader(
        walker=standing.walk.walker, channel=channel, languages=standing.languages, zone=standing.brand.zone,
        calendar=standing.calendar,
    )  # fmt: skip


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    if len(line) <= 120:
        return line
    sentence, ended, _ = line[:160].rpartition(". ")
    return sentence if ended else f"{line[:119]}…"


# Rows


def _apply(
    session: Session, library: Library, secret: str, actor: Actor, standing: Standing, case: Case, each: Prepared,
    applied: Applied,
) -> None:  # fmt: skip
    effect, now = each.effect, standing.now
    match effect:
        case Act():
            _act(session, actor, standing, case, each, effect, applied)
        case Message():
            _message(session, secret, actor, standing, case, each, effect, applied)
        case CreateTask():
            tasks.create(
                session, actor, now, case, key=effect.key, team=effect.team, title=each.title, text=each.body,
                purpose=effect.purpose, due_at=effect.due_at, blocking=effect.blocking, form=_form(effect),
                attach=[str(file) for file in effect.attach] or None, amount=effect.amount, walk_id=standing.row.id,
                step=effect.step, visit=effect.visit,
            )  # fmt: skip
        case MakePromise():
            terms = library.promise(session, _version_of(standing, effect.path), effect.step)
            promises.make(
                session, actor, now, case, key=effect.key, words=each.body, by=effect.by,
                keep=terms.keep if terms else None, hold=terms.hold_until if terms else None,
                if_broken=terms.if_broken if terms else None,
                check_at=min(effect.by, next_look(standing.calendar, now)), walk_id=standing.row.id, step=effect.step,
                visit=effect.visit,
            )  # fmt: skip
        case StartWalk():
            _start(session, library, actor, standing, case, effect)
        case CancelStep():
            _take_back(session, actor, standing, case, effect.target)
        case HandOver():
            cases.hand_over(
                session, actor, now, case, team=effect.team, because=effect.because, key=effect.key,
                title=dict(standing.program.title), by=effect.by, walk_id=standing.row.id, step=effect.step,
                visit=effect.visit,
            )  # fmt: skip
        case CloseCase():
            cases.close_by_walk(
                session, actor, now, case, walk_id=standing.row.id, outcome=effect.outcome, solved=effect.solved,
                cause=effect.cause or None,
            )  # fmt: skip


def _act(
    session: Session, actor: Actor, standing: Standing, case: Case, each: Prepared, effect: Act, applied: Applied
) -> None:
    capability = catalogue().get(effect.using)
    inputs = encode(dict(effect.inputs))
    planned = Planned(
        actor=actor, case=case, process=standing.row.process, operation=effect.using, amount=effect.amount
    )
    try:
        decision = effects.decide(
            session, actor, standing.now, case, kind="act", key=effect.key, operation=effect.using, request=inputs,
            hold=hold_for(session, standing.now, planned), safety=each.safety, amount=effect.amount, lane=each.lane,
            once_per_key=_once_per(capability, inputs),
            label=_label(standing, effect, capability), walk_id=standing.row.id, version_id=standing.row.version_id,
            process=standing.row.process, step=effect.step, visit=effect.visit,
        )  # fmt: skip
    except AlreadyDone as elsewhere:
        raise DoneElsewhere(effect.key) from elsewhere
    if decision.fresh:
        applied.effect_ids.append(decision.effect.id)


def _take_back(session: Session, actor: Actor, standing: Standing, case: Case, step: str) -> None:
    """The open tasks and promises of an earlier step are no longer wanted."""
    wanted = select(Task).where(Task.walk_id == standing.row.id, Task.step == step, Task.state.in_(tasks.LIVE))
    for task in session.scalars(wanted):
        tasks.cancel(session, actor, standing.now, task)
    promises.withdraw_open(session, actor, standing.now, case, walk_id=standing.row.id, step=step)


def next_look(calendar: Calendar, now: datetime) -> datetime:
    """When a robot looks again whether a promise is kept: a business day on."""
    return add(calendar, now, Delay(1, "business days"))


def _version_of(standing: Standing, path: str) -> int:
    frame = next((frame for frame in standing.walk.frames if frame.path == path), None)
    return standing.row.version_id if frame is None else int(frame.version)


def _message(
    session: Session, secret: str, actor: Actor, standing: Standing, case: Case, each: Prepared, effect: Message,
    applied: Applied,
) -> None:  # fmt: skip
    # A link opens the case as its customer: nobody else is sent one.
    link = _issue(session, secret, standing, case, effect) if effect.to == "customer" else None
    to = case.customer.mail if effect.to == "customer" and case.customer else None
    request = {
        "to": effect.to, "address": to, "subject": each.subject, "text": each.text, "html": each.html,
        "language": each.language, "link": link, "purpose": effect.purpose,
    }  # fmt: skip
    due_at = standing.now
    if actor.kind == "robot" and effect.to == "customer":
        hours = writing_hours.hours_of(session, case.brand_id)
        if writing_hours.said_before(session, standing.now, case, hours, request):
            return  # one event, one mail: the customer has just been told, or is about to be
        due_at = hours.next_open(standing.now, standing.brand.zone)
    decision = effects.decide(
        session, actor, standing.now, case, kind="message", key=effect.key, operation=effect.via[0], request=request,
        due_at=due_at,
        label={each.language: each.subject}, lane=effect.via[0], walk_id=standing.row.id,
        version_id=standing.row.version_id, process=standing.row.process, step=effect.step, visit=effect.visit,
    )  # fmt: skip
    if decision.fresh:
        applied.effect_ids.append(decision.effect.id)


def _issue(session: Session, secret: str, standing: Standing, case: Case, effect: Message) -> str:
    link = links.issue(
        session, secret, standing.now, case, "answer" if effect.asks else "follow", walk_id=standing.row.id,
        step=effect.step if effect.asks else None, visit=effect.visit if effect.asks else None,
    )  # fmt: skip
    return link.public_id


def _start(session: Session, library: Library, actor: Actor, standing: Standing, case: Case, effect: StartWalk) -> None:
    """A walk of its own in a linked case: a robot starts it at its next round."""
    public_id = hashlib.sha256(effect.key.encode()).hexdigest()[:32]
    if session.scalars(select(WalkRow.id).where(WalkRow.public_id == public_id)).one_or_none() is not None:
        return
    version = live_version(session, case.brand_id, effect.process)
    program = library.program_of(version)
    linked = cases.open_case(
        session, actor, standing.now, reason=program.reason, language=case.language, customer=case.customer,
        order=case.order, title=dict(program.title), linked_case=case,
    )  # fmt: skip
    row = WalkRow(
        public_id=public_id, brand_id=case.brand_id, case_id=linked.id, version_id=version.id, process=effect.process,
        state=begin(program, public_id).to_json(), needs=encode(dict(effect.needs)), started_at=standing.now,
        moved_at=standing.now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    linked.front_walk_id = row.id
    follow_ups.plan(
        session, actor, standing.now, linked, walk_id=row.id, version_id=version.id, process=effect.process,
        step="start", visit=1, due_at=standing.now, label=dict(program.title),
        patience_until=standing.now + timedelta(hours=6),
    )  # fmt: skip
    cases.wait(session, actor, standing.now, linked, until=standing.now)


def _label(standing: Standing, effect: Act, capability: Capability | None) -> dict[str, str]:
    label = standing.program.labels.get(effect.step)
    if label:
        return dict(label)
    return capability.label.model_dump() if capability else {"en": effect.using}


def _once_per(capability: Capability | None, inputs: dict[str, Any]) -> str | None:
    if capability is None or not capability.once_per:
        return None
    return "|".join(_as_text(inputs.get(name, "")) for name in capability.once_per)


def _as_text(value: Any) -> str:
    """The same for the same things, in whatever order they were chosen."""
    return ",".join(sorted(map(str, value))) if isinstance(value, list) else str(value)


def _form(effect: CreateTask) -> list[dict[str, Any]] | None:
    return [
        {
            "name": each.name,
            "kind": each.kind,
            "label": dict(each.label),
            "optional": each.optional,
            "choices": [{"value": choice.value, "label": dict(choice.label)} for choice in each.choices],
        }
        for each in effect.form
    ] or None
