"""What a process costs the customer who walks it alone: questions one after the other, before anything is settled."""

from collections import deque
from typing import Final

from base.languages import N_
from processes.language import document as d
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject

MOST_CLICKS: Final = 8
"""Answers that a customer gives in one sitting before she gives up: on a telephone each is a page."""
_KNOWN_FROM_THE_DOOR: Final = "order_number"
"""What selfcare's first page asks anyway."""


def check_clicks(s: Subject) -> None:
    """No customer comes to a question after too many others, whichever way she came."""
    if "customer" not in s.document.audience or not s.places:
        return
    before = _clicks_before(s)
    for place in s.places:
        clicks = before.get(place.number)
        if clicks is not None and clicks >= MOST_CLICKS and _clicks(place):
            sentence = N_(
                "A customer answers %(number)s questions before this one, whichever way she comes: at most %(most)s."
            )
            s.warn("too_many_clicks", sentence, place.id, place.step.kind, number=clicks, most=MOST_CLICKS)
            return


def _clicks_before(s: Subject) -> dict[int, int]:
    """For each step the fewest answers that lead to it in one sitting; after a wait another sitting begins."""
    found = {0: sum(name != _KNOWN_FROM_THE_DOOR for name in s.document.needs)}
    waiting = deque([0])
    while waiting:
        place = s.places[waiting.popleft()]
        clicks = 0 if _is_pause(place) else found[place.number] + _clicks(place)
        for edge in place.edges:
            if clicks < found.get(edge.target, clicks + 1):
                found[edge.target] = clicks
                waiting.append(edge.target)
    return found


def _clicks(place: Place) -> int:
    """How many pages the step makes a customer press through."""
    match place.step:
        case d.Ask(only=only):
            return int(_for_customers(only))
        case d.Act(confirm=confirm, open_to=open_to):
            return int(confirm is not None and "customer" in open_to)
    return 0


def _for_customers(only: str | list[str] | None) -> bool:
    words = [only] if isinstance(only, str) else only or []
    return not words or any(word.split(".")[0] == "customer" for word in words)


def _is_pause(place: Place) -> bool:
    step = place.step
    return isinstance(step, d.Wait | d.HandOver) or (isinstance(step, d.Task) and step.waits)
