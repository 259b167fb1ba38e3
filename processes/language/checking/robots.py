"""Robots: they must never stand before a question for ever."""

from base.languages import N_
from processes.language import document as d
from processes.language.checking.subject import Subject
from processes.language.checking.wording import for_robots


def check_robots_get_on(s: Subject) -> None:
    """A question that a robot can come to has an end, a default, or is for people only."""
    if "robot" not in s.document.audience:
        return
    for place in s.reached():
        step = place.step
        if not isinstance(step, d.Ask) or not for_robots(step.only):
            continue
        defaults = step.form is not None and all(spec.default or spec.optional for spec in step.form.values())
        if step.within is None and step.by is None and step.default is None and not defaults:
            sentence = N_(
                "A robot that comes here waits for ever: write `within` or `by`, a `default`, or `only` for people."
            )
            s.error("robot_waits_for_ever", sentence, place.id, "within")
