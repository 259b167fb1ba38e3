"""Calls: the called process exists, is given what it needs, its outcomes are handled, and no call comes back."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from base.languages import N_
from processes.language import document as d
from processes.language.checking.subject import Subject


def check_calls(s: Subject) -> None:
    """The contract with each process called or started."""
    for place in s.places:
        step = place.step
        if not isinstance(step, d.Call | d.Start):
            continue
        callee = s.others.get(step.head)
        if callee is None:
            if s.others and step.head != s.document.process:
                _unknown_process(s, place.id, step)
            continue
        _check_given(s, place.id, step, callee)
        missing = [walker for walker in s.document.audience if walker not in callee.audience]
        if isinstance(step, d.Call) and missing:
            sentence = N_("“%(process)s” is not for %(walkers)s, who walk this process.")
            s.warn("not_in_audience", sentence, place.id, "call", process=step.call, walkers=", ".join(missing))
        if isinstance(step, d.Call):
            _check_outcomes(s, place.id, step, callee)


def _unknown_process(s: Subject, owner: str, step: d.Call | d.Start) -> None:
    near = get_close_matches(step.head, s.others, 1)
    sentence = N_("There is no process “%(name)s” yet.")
    if near:
        sentence = N_("There is no process “%(name)s” yet; did you mean “%(near)s”?")
    s.warn("unknown_process", sentence, owner, step.kind, name=step.head, near="".join(near))


def _check_given(s: Subject, owner: str, step: d.Call | d.Start, callee: d.Document) -> None:
    for name in step.with_:
        if name not in callee.needs:
            near = get_close_matches(name, callee.needs, 1)
            sentence = N_("“%(process)s” needs nothing called “%(name)s”.")
            if near:
                sentence = N_("“%(process)s” needs nothing called “%(name)s”; did you mean “%(near)s”?")
            params = {"process": step.head, "name": name, "near": "".join(near)}
            s.error("unknown_input", sentence, owner, f"with.{name}", **params)
    left = [
        name
        for name, need in callee.needs.items()
        if name not in step.with_ and not need.optional and need.default is None
    ]
    if left and isinstance(step, d.Start):
        sentence = N_("“%(process)s” goes on alone and nobody can tell it %(names)s: give them.")
        s.error("need_not_given", sentence, owner, "with", process=step.head, names=", ".join(left))
    elif left:
        sentence = N_("“%(process)s” will ask for %(names)s, which is not given.")
        s.warn("need_not_given", sentence, owner, "with", process=step.head, names=", ".join(left))


def _check_outcomes(s: Subject, owner: str, step: d.Call, callee: d.Document) -> None:
    if step.is_ is None:
        left = [outcome for outcome in callee.outcomes if outcome not in s.document.outcomes]
        if left:
            sentence = N_("“%(process)s” may end with %(names)s, which are no outcomes of this process.")
            s.warn("outcome_not_handled", sentence, owner, "then", process=step.call, names=", ".join(left))
        return
    handled = [name.strip() for source in step.is_ for name in source.split(",")]
    for name in handled:
        if name not in callee.outcomes:
            near = get_close_matches(name, callee.outcomes, 1)
            sentence = N_("“%(process)s” never ends with “%(name)s”.")
            if near:
                sentence = N_("“%(process)s” never ends with “%(name)s”; did you mean “%(near)s”?")
            s.error("unknown_outcome", sentence, owner, "is", process=step.call, name=name, near="".join(near))
    left = [outcome for outcome in callee.outcomes if outcome not in handled]
    if left:
        sentence = N_("“%(process)s” may end with %(names)s: say what follows.")
        s.error("outcome_not_handled", sentence, owner, "is", process=step.call, names=", ".join(left))


def check_circles(s: Subject) -> None:
    """A process that calls itself, directly or through others, would never end."""
    everything = {**s.others, s.document.process: s.document}
    for place in s.places:
        if not isinstance(place.step, d.Call | d.Start):
            continue
        way = _way_back(everything, place.step.head, s.document.process)
        if way is not None:
            params = {"way": " → ".join((s.document.process, *way))}
            if isinstance(place.step, d.Call):
                sentence = N_("Calls go in a circle: %(way)s.")
                s.error("circle", sentence, place.id, "call", **params)
            else:
                sentence = N_("This starts processes in a circle, each time with a new case: %(way)s.")
                s.warn("circle", sentence, place.id, "start", **params)


def _way_back(everything: Mapping[str, d.Document], start: str, goal: str) -> list[str] | None:
    """The calls that lead from one process to another."""
    ways = {start: [start]}
    waiting = [start]
    while waiting:
        key = waiting.pop(0)
        if key == goal:
            return ways[key]
        for called in _called(everything.get(key)):
            if called not in ways:
                ways[called] = [*ways[key], called]
                waiting.append(called)
    return None


def _called(document: d.Document | None) -> Iterator[str]:
    for step in document.all_steps() if document is not None else ():
        if isinstance(step, d.Call | d.Start):
            yield step.head
