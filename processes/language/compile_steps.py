"""Each kind of step compiled to its node."""

from collections.abc import Callable
from typing import Any

from base.languages import N_
from processes.language import document as d
from processes.language import parts
from processes.language.compile import Compiler
from processes.language.compile_questions import ask, field_of, words_of
from processes.language.errors import LanguageError
from processes.language.grid import Grid, parse_grid
from processes.language.timing import channels, timers_of
from processes.walk.evaluation import compile_cell, compile_expression, compile_table
from processes.walk.program import STOP, Expression, TextRef
from processes.walk.steps import acts, calls, decisions, people, waits, words
from processes.walk.timers import Timers
from processes.walk.values import UNKNOWN, decode


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


def decide(c: Compiler, step: d.Decide, after: int) -> int:
    """A choice on one value, or on conditions in order."""
    if step.on is not None:
        return _decide_on(c, step, after)
    cases = []
    for place, case in enumerate(step.cases or [], start=1):
        key = f"cases.{place}.when"
        when = c.condition(key, case.when)
        target = c.branch(case.steps, after)
        cases.append((case.id or str(place), when, _leads(c, case.steps, target), c.rests_on(key)))
    return c.add(
        decisions.DecideCases(
            id=c.step,
            cases=tuple(cases),
            otherwise=_leads(c, step.otherwise, c.branch(step.otherwise, after)),
            unknown=c.doubt(step.unknown, after, "unknown"),
        )
    )


def _decide_on(c: Compiler, step: d.Decide, after: int) -> int:
    on = c.value(c.step, "on", step.on or "")
    exact, cells = _keys(c, step.is_ or {}, after)
    otherwise = STOP if step.otherwise is None else c.branch(step.otherwise, after)
    if step.otherwise is None:
        otherwise = c.in_doubt  # the checks make sure that the closed list is covered
    return c.add(
        decisions.DecideOn(
            id=c.step, on=on, exact=exact, cells=cells, otherwise=_leads(c, step.otherwise, otherwise),
            unknown=c.doubt(step.unknown, after, "unknown"), rests_on=c.rests_on("on"),
        )
    )  # fmt: skip


def _keys(
    c: Compiler, branches: dict[str, d.Branch], after: int
) -> tuple[dict[Any, tuple[str, int]], tuple[tuple[str, Any, int], ...]]:
    """The keys of `is`: plain values looked up, other cells tried in turn."""
    exact: dict[Any, tuple[str, int]] = {}
    cells: list[tuple[str, Any, int]] = []
    for source, branch in branches.items():
        cell = c.cell("is", source)
        place = _leads(c, branch, c.branch(branch, after))
        if cell[0] == "values" and all(part[0] == "const" for part in cell[1]):
            for part in cell[1]:
                value = decode(part[1])
                if value in exact:
                    c.fault("overlap", N_("The value “%(value)s” stands twice."), key="is", value=str(value))
                exact[value] = (str(value), place)
        else:
            cells.append((source, compile_cell(cell), place))
    if {"yes", "no"} & exact.keys():
        exact |= {True: exact["yes"]} if "yes" in exact else {}
        exact |= {False: exact["no"]} if "no" in exact else {}
    return exact, tuple(cells)


def _leads(c: Compiler, branch: d.Branch | None, place: int) -> int:
    """A branch that goes on needs something to go on to."""
    return place if isinstance(branch, list) else c.follow(place)


def table(c: Compiler, step: d.Table, after: int) -> int:
    """Rows of cells."""
    try:
        grid = parse_grid(step.rows)
    except LanguageError as error:
        c.language_fault("rows", error)
        return c.follow(after)
    columns = [_column(c, source) for source in grid.columns]
    rows = [[c.cell(f"rows.{line}", source) for source in cells] for line, (cells, _) in enumerate(grid.rows, start=1)]
    compiled = compile_table(columns, rows)
    named = {path for column in columns for path in _paths(column)}
    return c.add(
        decisions.Table(
            id=c.step,
            next=c.follow(after),
            match={"first": compiled.first, "unique": compiled.unique, "collect": compiled.collect}[step.hit],
            results=tuple(_results(c, grid, line) for line in range(len(grid.rows))),
            outputs=grid.outputs,
            hit=step.hit,
            otherwise=c.follow(after) if step.otherwise is None else c.branch(step.otherwise, after),
            unknown=c.doubt(step.unknown, after, "unknown"),
            rests_on=c.paths(named),
        )
    )


def _column(c: Compiler, source: str) -> list[Any]:
    c.value(c.step, f"column:{source}", source)
    ast: list[Any] = c.asts.get((c.step, f"column:{source}"), ["const", {"$unknown": None}])
    return ast


def _paths(ast: list[Any]) -> set[str]:
    from processes.walk.evaluation import names_of

    return names_of(ast)


def _results(c: Compiler, grid: Grid, line: int) -> tuple[Expression, ...]:
    results = []
    for source in grid.rows[line][1]:
        cell = c.cell(f"rows.{line + 1}.=", source)
        plain = cell[0] == "values" and len(cell[1]) == 1
        if not plain:
            c.fault("not_one_value", N_("A result is one value, not “%(source)s”."), key="rows", source=source)
        results.append(compile_expression(cell[1][0]) if plain else lambda scope: UNKNOWN)
    return tuple(results)


def set_value(c: Compiler, step: d.Set, after: int) -> int:
    """A calculated value."""
    return c.add(decisions.SetValue(id=c.step, next=c.follow(after), to=c.value(c.step, "to", step.to)))


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
    never = follows if step.for_ is not None else _leads(c, step.if_never, c.branch(step.if_never, after))
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
        exact, cells = _keys(c, step.is_, after)
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
