"""Paths: every step can be reached, every outcome too, and no walk goes round without ever waiting."""

from collections.abc import Iterable
from typing import Final

from base.languages import N_
from processes.language import document as d
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject
from processes.walk.evaluation import names_of
from processes.walk.machine import CEILING

_LIVE: Final = frozenset({"case", "contact", "customer", "now", "today"})
"""Names that may change while a walk waits, facts apart."""


def check_everything_is_reached(s: Subject) -> None:
    """Sections and steps that no path leads to; of several in a row, the first."""
    reached = s.flow.reached
    for section, first in s.flow.sections.items():
        if first not in reached:
            sentence = N_("No path leads to the section “%(name)s”.")
            s.error("unreachable", sentence, s.places[first].id, "section", name=section)
    firsts = set(s.flow.sections.values())
    if s.flow.doubt is not None:
        firsts.add(s.flow.doubt)
    for place in s.places:
        if place.number in reached or place.number in firsts:
            continue
        if place.before is not None and place.before.number in reached:
            sentence = N_("No path leads here: the step before it, “%(name)s”, never goes on.")
            s.error("unreachable", sentence, place.id, "", name=place.before.id)


def check_outcomes(s: Subject) -> None:
    """An outcome that no path ends with."""
    ended: set[str] = set()
    for place in s.reached():
        if isinstance(place.step, d.Close):
            ended.add(place.step.close)
        if isinstance(place.step, d.Call) and place.step.then == "close":
            callee = s.others.get(place.step.call)
            ended.update(s.document.outcomes if callee is None else callee.outcomes)
    for outcome in s.document.outcomes:
        if outcome not in ended:
            sentence = N_("No path ends with the outcome “%(name)s”.")
            s.warn("outcome_not_reached", sentence, "", f"outcomes.{outcome}", name=outcome)


def check_rounds(s: Subject) -> None:
    """Going round without a question, an act or a wait in between."""
    for round_ in _rounds(s):
        jumps = [place for place in round_ if isinstance(place.step, d.GoTo)]
        if jumps:
            place = min(jumps, key=lambda each: each.number)
            sentence = N_("Going to “%(name)s” from here goes round without ever waiting.")
            s.error("round_without_wait", sentence, place.id, "go_to", name=place.step.head)


def _rounds(s: Subject) -> list[list[Place]]:
    """Groups of steps that lead to one another without a stop (Tarjan's, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    held: set[int] = set()
    found: list[list[Place]] = []
    ways = {place.number: _instant(s, place) for place in s.reached()}
    for start in ways:
        if start in order:
            continue
        work = [(start, iter(ways[start]))]
        order[start] = low[start] = len(order)
        open_.append(start)
        held.add(start)
        while work:
            number, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[number])
                if low[number] == order[number]:
                    group = _group(open_, held, number)
                    if len(group) > 1 or number in ways[number]:
                        found.append([s.places[each] for each in group])
            elif target not in order:
                order[target] = low[target] = len(order)
                open_.append(target)
                held.add(target)
                work.append((target, iter(ways[target])))
            elif target in held:
                low[number] = min(low[number], order[target])
    return found


def _group(open_: list[int], held: set[int], last: int) -> list[int]:
    place = open_.index(last)
    group = open_[place:]
    del open_[place:]
    held.difference_update(group)
    return group


def _instant(s: Subject, place: Place) -> list[int]:
    """Where the walk goes from a step at once; nowhere from one that stops, or from a loop that is bounded."""
    if stops(place.step) or isinstance(place.step, d.Repeat | d.ForEach):
        return []
    return [edge.target for edge in place.edges if not edge.by_people]


def stops(step: d.StepBase) -> bool:
    """Whether a walk stops at a step until something happens."""
    match step:
        case d.Ask() | d.Wait() | d.Act() | d.HandOver() | d.Call() | d.Close():
            return True
        case d.Task():
            return step.waits
        case d.Repeat():
            return step.every is not None or step.first is not None
    return False


def check_loops(s: Subject) -> None:
    """Repeats have a pause, `for_each` has none."""
    inside = {
        place.number: [around.number for around, branch in place.around() if branch == "steps"] for place in s.places
    }
    pausing = {number for place in s.places if stops(place.step) for number in inside[place.number]}
    for place in s.places:
        step = place.step
        if isinstance(step, d.Repeat) and step.every is None and place.number not in pausing:
            sentence = N_("The turns follow each other at once: write `every`, or wait inside.")
            s.warn("repeat_without_pause", sentence, place.id, "every")
        if isinstance(step, d.Wait | d.Ask | d.HandOver | d.GoTo) or (isinstance(step, d.Task) and step.waits):
            around = next((s.places[number] for number in inside[place.number] if _is_for_each(s, number)), None)
            if around is not None and not isinstance(step, d.GoTo):
                sentence = N_("Nothing may wait inside “%(name)s”, which does the same for each item at once.")
                s.error("wait_in_for_each", sentence, place.id, step.kind, name=around.id)


def check_loops_are_short(s: Subject) -> None:
    """A loop that never stops does all its turns at once, and the walk takes so many steps at once and no more."""
    bodies: dict[int, list[Place]] = {}
    for place in s.places:
        for around, branch in place.around():
            if branch == "steps":
                bodies.setdefault(around.number, []).append(place)
    for number, inside in bodies.items():
        place, step = s.places[number], s.places[number].step
        if not isinstance(step, d.Repeat | d.ForEach) or any(stops(each.step) for each in (place, *inside)):
            continue
        if step.at_most * (len(inside) + 1) > CEILING:
            sentence = N_("This may take %(steps)s steps at once, and a walk takes %(most)s: lower `at_most`.")
            s.error(
                "too_long_at_once", sentence, place.id, "at_most", steps=step.at_most * (len(inside) + 1), most=CEILING
            )


def check_items_are_all_done(s: Subject) -> None:
    """A way out of `for_each` leaves the items that are left as they are."""
    for place in s.places:
        if not isinstance(place.step, d.GoTo | d.Close):
            continue
        for around, branch in place.around():
            if isinstance(around.step, d.ForEach) and branch == "steps":
                sentence = N_("From here the items of “%(name)s” that are left are not done.")
                s.warn("items_left", sentence, place.id, place.step.kind, name=around.id)


def _is_for_each(s: Subject, number: int) -> bool:
    return isinstance(s.places[number].step, d.ForEach)


def check_waits_can_end(s: Subject) -> None:
    """What a wait looks at can change while it waits."""
    live = _LIVE | set(s.document.facts) | _live_items(s)
    for place in s.places:
        wanted = {d.Wait: "until", d.Ask: "ends_when", d.Task: "ends_when"}.get(type(place.step))
        for expression in s.expressions[place.number]:
            if expression.key == wanted and not _reads(names_of(expression.ast), live):
                sentence = N_("Nothing that this condition reads can change while the walk waits.")
                s.error("nothing_changes", sentence, place.id, expression.key)


def _live_items(s: Subject) -> set[str]:
    """Answers that name an item of a list fact: their fields are read anew."""
    asks = {place.id: place.step.of for place in s.places if isinstance(place.step, d.Ask)}
    chosen = asks | {name: need.of for name, need in s.document.needs.items()}
    return {name for name, of in chosen.items() if of is not None and of.list_ in s.document.facts}


def _reads(paths: Iterable[str], live: set[str] | frozenset[str]) -> bool:
    return any(path.split(".")[0] in live for path in paths)
