"""Each kind of step compiled to its node."""

from collections.abc import Callable
from typing import Any

from base.languages import N_
from processes.language import document as d
from processes.language import parts
from processes.language.compile import Compiler
from processes.language.compile_decisions import decide, keys_of, leads, set_value, table
from processes.language.compile_questions import ask, field_of, words_of
from processes.language.timing import channels, timers_of
from processes.walk.program import STOP, Expression, TextRef
from processes.walk.steps import acts, calls, people, waits, words
from processes.walk.timers import Timers


def say(c: Compiler, step: d.Say, after: int) -> int:
    """Words to the customer."""
    return c.add(words.Say(**_wording(c, step, after)))


def note(c: Compiler, step: d.Note, after: int) -> int:
    """Words to staff."""
    return c.add(words.Note(**_wording(c, step, after)))


def send(c: Compiler, step: d.Send, after: int) -> int:
    """A message of its own."""
    return c.add(
        words.Send(
            to=step.to,
            via=channels(step.via),
            subject=None if step.subject is None else c.text("subject", step.subject),
            attach=tuple(c.value(c.step, f"attach.{place}", source) for place, source in enumerate(step.attach)),
            **_wording(c, step, after),
        )
    )


def _wording(c: Compiler, step: d.Say | d.Note | d.Send, after: int) -> dict[str, Any]:
    text = c.text("text", step.text, step.texts, step.passage)
    when = c.optional_condition("if", step.if_)
    promise = None
    if step.promise is not None:
        promise = c.value(c.step, "promise.by", step.promise.by)
        used = set(c.used.paths)
        c.condition("promise.keep", step.promise.keep)
        c.optional_condition("promise.hold_until", step.promise.hold_until)
        if step.promise.if_broken:
            c.text("if_broken", step.promise.if_broken)
        for place, reminder in enumerate(step.promise.remind):
            if reminder.text:
                c.text(f"promise.remind.{place}", reminder.text)
        c.used.paths = used  # what keeps the promise is read when it falls due, not when it is made
    doubtful = bool(c.facts_used())
    return {
        "id": c.step,
        "next": c.follow(after),
        "text": text,
        "when": when,
        "only": words_of(step.only),
        "promise": promise,
        "unknown": c.doubt(None, after, "unknown") if doubtful else c.in_doubt,
    }


def act(c: Compiler, step: d.Act, after: int) -> int:
    """Something done to the world."""
    capability = c.capabilities.get(step.using)
    if capability is None or capability.kind != "act":
        c.fault("unknown_capability", N_("No service does “%(name)s”."), key="using", name=step.using)
    approval = step.approval
    given = dict(step.with_)
    if step.amount is not None and capability is not None and "amount" in capability.inputs:
        given.setdefault("amount", step.amount)
    inputs = tuple((name, c.value(c.step, f"with.{name}", source)) for name, source in given.items())
    missing = [name for name in (capability.required_inputs if capability else ()) if name not in given]
    if missing:
        c.fault(
            "input_missing", N_("“%(using)s” needs %(names)s."), key="with", using=step.using, names=", ".join(missing)
        )
    if_fails = c.doubt(step.if_fails, after, "if_fails")
    return c.add(
        acts.Act(
            id=c.step,
            next=c.follow(after),
            fresh=bool(capability and capability.irreversible),
            using=step.using,
            inputs=inputs,
            optional=frozenset(set(capability.inputs) - set(capability.required_inputs)) if capability else frozenset(),
            amount=c.optional_value("amount", step.amount),
            cap=c.optional_value("cap", step.cap),
            approval=None
            if approval is None
            else acts.Approval(
                when=c.condition("approval.when", approval.when),
                who=approval.who,
                within=c.delay("approval.within", approval.within),
                if_refused=c.doubt(approval.if_refused, after, "if_refused"),
            ),
            open_to=frozenset(step.open_to),
            confirm=None if step.confirm is None else c.text("confirm", step.confirm),
            if_fails=if_fails,
            unknown=c.in_doubt if c.in_doubt >= 0 else if_fails,
        )
    )


def wait(c: Compiler, step: d.Wait, after: int) -> int:
    """Time passes."""
    follows = c.follow(after)
    until = c.optional_condition("until", step.until)
    timers = timers_of(c, step, every=step.every, at=step.at)
    if step.for_ is not None:
        timers = Timers(
            within=c.delay("for", step.for_), by=timers.by, at=timers.at, calendar=timers.calendar,
            reminders=timers.reminders,
        )  # fmt: skip
    elif step.if_never is None:
        c.fault("no_end", N_("Say what happens when it never comes: write `if_never`."), key="if_never")
    never = follows if step.for_ is not None else leads(c, step.if_never, c.branch(step.if_never, after))
    unknown = follows if step.until is None else c.doubt(step.unknown, after, "unknown")
    return c.add(
        waits.Wait(
            id=c.step, next=follows, until=until, timers=timers, if_never=never, unknown=unknown,
            rests_on=c.rests_on("until"),
        )
    )  # fmt: skip


def repeat(c: Compiler, step: d.Repeat, after: int) -> int:
    """Steps done again."""
    calendar = step.calendar or ""
    node = waits.Repeat(
        id=c.step, next=c.follow(after), body=STOP, inner=_names_in(step.steps),
        until=c.condition("until", step.until), at_most=step.at_most,
        timers=Timers(every=c.delay("every", step.every), at=c.time_of_day("at", step.at), calendar=calendar),
        first=None if step.first is None else Timers(within=c.delay("first", step.first), calendar=calendar),
        if_never=c.doubt(step.if_never, after, "if_never"), unknown=c.doubt(step.unknown, after, "unknown"),
    )  # fmt: skip
    place = c.add(node)
    node.body = c.branch(step.steps, place)
    return place


def for_each(c: Compiler, step: d.ForEach, after: int) -> int:
    """Steps done for each item."""
    items = step.in_ if isinstance(step.in_, parts.Items) else None
    source = items.list_ if items is not None else str(step.in_)
    node = waits.ForEach(
        id=c.step, next=c.follow(after), source=c.value(c.step, "in", source),
        when=None if items is None else c.optional_condition("in.if", items.if_),
        key=c.value(c.step, "key", step.key), at_most=step.at_most, body=STOP, inner=_names_in(step.steps),
        unknown=c.doubt(None, after, "unknown"),
    )  # fmt: skip
    place = c.add(node)
    node.body = c.branch(step.steps, place)
    return place


def _names_in(branch: d.Branch) -> tuple[str, ...]:
    return tuple(step.step_id for step in d.walk_branch(branch) if step.step_id)


def task(c: Compiler, step: d.Task, after: int) -> int:
    """A to-do for people."""
    timers = timers_of(c, step)
    if step.waits and step.if_never is None:
        c.fault("no_end", N_("Say what happens when nobody does it: write `if_never`."), key="if_never")
    return c.add(
        people.Task(
            id=c.step, next=c.follow(after), team=step.for_, text=c.text("text", step.text),
            attach=tuple(c.value(c.step, f"attach.{place}", source) for place, source in enumerate(step.attach)),
            amount=c.optional_value("amount", step.amount), when=c.optional_condition("if", step.if_),
            only=words_of(step.only), due=c.delay("due", step.due), due_by=c.optional_value("due_by", step.due_by),
            form=tuple(field_of(c, name, spec) for name, spec in (step.form or {}).items()),
            ends_when=c.optional_condition("ends_when", step.ends_when), waits=step.waits, timers=timers,
            if_never=c.branch(step.if_never, after), unknown=c.in_doubt if c.in_doubt >= 0 else after,
        )
    )  # fmt: skip


def call(c: Compiler, step: d.Call, after: int) -> int:
    """Another process, walked here."""
    places: dict[str, int] = {}
    if step.is_ is not None:
        exact, cells = keys_of(c, step.is_, after)
        places = {outcome: place for outcome, (_, place) in exact.items()}
        if cells:
            c.fault("not_an_outcome", N_("A call is decided by names of outcomes."), key="is")
    return c.add(
        calls.Call(
            id=c.step, next=after, process=step.call, inputs=_with(c, step.with_), items=_items(c, step.with_),
            outcomes=places, unknown=c.in_doubt,
        )
    )  # fmt: skip


def start(c: Compiler, step: d.Start, after: int) -> int:
    """Another process, started on its own."""
    return c.add(
        calls.Start(
            id=c.step,
            next=c.follow(after),
            process=step.start,
            inputs=_with(c, step.with_),
            items=_items(c, step.with_),
        )
    )


def _with(c: Compiler, values: dict[str, str]) -> tuple[tuple[str, Expression], ...]:
    return tuple((name, c.value(c.step, f"with.{name}", source)) for name, source in values.items())


def _items(c: Compiler, values: dict[str, str]) -> dict[str, str]:
    """Values that are answers naming a live item: their key is handed on."""
    return {name: source for name, source in values.items() if source in c.live_items}


def cancel(c: Compiler, step: d.Cancel, after: int) -> int:
    """An open task or promise taken back."""
    return c.add(calls.Cancel(id=c.step, next=c.follow(after), target=step.cancel))


def go_to(c: Compiler, step: d.GoTo, after: int) -> int:
    """A jump to a section."""
    places = {section.section: place for place, section in enumerate(c.document.sections)}
    backwards = c.section in places and places.get(step.go_to, 99_999) <= places[c.section]
    if backwards and step.at_most is None:
        c.fault("cycle", N_("Going back to “%(name)s” needs `at_most`: how often at the most."), name=step.go_to)
    too_often = c.doubt(None, after, "at_most") if step.at_most is not None else STOP
    return c.add(calls.GoTo(id=c.step, section=step.go_to, at_most=step.at_most, too_often=too_often))


def hand_over(c: Compiler, step: d.HandOver, after: int) -> int:
    """The case given to people."""
    # The sections are compiled later: their places are filled in with those of the go-tos.
    returns = {
        section: c.add(calls.GoTo(id=f"{c.step}.return.{section}", section=section, too_often=STOP))
        for section in step.return_to
    }
    text: TextRef | None = None if step.text is None else c.text("text", step.text, step.texts)
    return c.add(
        people.HandOver(
            id=c.step, team=step.hand_over, because=step.because, within=c.delay("within", step.within), text=text,
            return_to=returns,
        )
    )  # fmt: skip


def close(c: Compiler, step: d.Close, after: int) -> int:
    """The end."""
    if step.close not in c.document.outcomes:
        c.fault(
            "unknown_outcome", N_("“%(name)s” is not among the outcomes of the process."), key="close", name=step.close
        )
    return c.add(
        calls.Close(
            id=c.step, outcome=step.close, solved=c.document.outcomes.get(step.close) == "solved",
            text=None if step.text is None else c.text("text", step.text, step.texts, step.passage),
            cause=step.cause or "", survey=step.survey or "",
        )
    )  # fmt: skip


COMPILERS: dict[str, Callable[[Compiler, Any, int], int]] = {
    "say": say,
    "note": note,
    "ask": ask,
    "decide": decide,
    "table": table,
    "set": set_value,
    "act": act,
    "send": send,
    "wait": wait,
    "repeat": repeat,
    "for_each": for_each,
    "task": task,
    "call": call,
    "start": start,
    "cancel": cancel,
    "go_to": go_to,
    "hand_over": hand_over,
    "close": close,
}
