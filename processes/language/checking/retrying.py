"""Automatic retry: an act that failed and that a robot comes to again by itself, with nobody looking in between.

Whether it was done can be told by a service that honours our key or can be looked up. Where it cannot, an act that
nobody can undo must not be tried again before a person has looked.
"""

from collections.abc import Iterator

from base.languages import N_
from processes.language import document as d
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject


def check_blind_acts(s: Subject) -> None:
    """No blind, irreversible act is under automatic retry."""
    for place in s.reached():
        step = place.step
        if not isinstance(step, d.Act) or step.using not in s.beside.blind:
            continue
        capability = s.capabilities.get(step.using)
        if capability is None or not capability.irreversible:
            continue
        back = _comes_back(s, place)
        if back is not None:
            sentence = N_(
                "This cannot be undone, and its service cannot tell whether it was done. When it fails, “%(name)s” "
                "leads back here by itself: put a person in between (`task`, `ask` or `hand_over`), or try only once."
            )
            s.error("blind_retry", sentence, place.id, "using", name=back.id)


def _comes_back(s: Subject, act: Place) -> Place | None:
    """The step that leads to the act again without a person; None when every way back passes one."""
    seen: set[int] = set()
    waiting = [act]
    while waiting:
        place = waiting.pop()
        for target in _onward(s, act, place):
            if target == act.number:
                return place
            if target not in seen:
                seen.add(target)
                waiting.append(s.places[target])
    return None


def _onward(s: Subject, act: Place, place: Place) -> Iterator[int]:
    """Where a walk goes on from a step by itself."""
    for edge in place.edges:
        target = s.places[edge.target]
        if place is act and edge.sets:
            continue  # it was done: coming again is the process's own new visit
        if edge.by_people or (place is not act and _is_for_people(place.step) and not _runs_out(place, target)):
            continue
        if isinstance(target.step, d.ForEach) and _inside(place, target):
            # The next item is another act with a key of its own: only what leaves the list may come back.
            yield from (way.target for way in target.edges if not _inside(s.places[way.target], target))
        else:
            yield edge.target


def _is_for_people(step: d.StepBase) -> bool:
    """Whether somebody has to do or say something there before the walk goes on."""
    match step:
        case d.Ask():
            return step.default is None and step.if_never != "go_on"
        case d.Task():
            return step.waits and step.if_never != "go_on"
        case _:
            return isinstance(step, d.HandOver)


def _runs_out(place: Place, target: Place) -> bool:
    """Whether this way is taken when nobody answers in time."""
    return target.above is place and target.branch == "if_never" and target.before is None


def _inside(place: Place, around: Place) -> bool:
    return any(each is around and branch == "steps" for each, branch in place.around())
