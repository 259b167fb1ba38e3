"""Services and calendars that a process needs and the house that publishes it does not have."""

from base.languages import N_
from processes.language import document as d
from processes.language.checking.subject import Subject


def check_services(s: Subject) -> None:
    """Facts and acts are served. Of a brand without any connection nothing is said: it is only being set up."""
    served = s.beside.served
    if not served:
        return
    facts = [(name, "from", fact.from_) for name, fact in s.document.facts.items()]
    acts = [(place.id, "using", place.step.using) for place in s.places if isinstance(place.step, d.Act)]
    for place, key, name in [*facts, *acts]:
        capability = s.capabilities.get(name)
        if capability is not None and not capability.built_in and name not in served:
            sentence = N_("No connection of the brand serves “%(name)s”: it will always be unknown.")
            s.warn("not_connected", sentence, place, key, name=name)


def check_calendars(s: Subject) -> None:
    """Calendars that are named exist: a wait must not silently be counted on another one."""
    known = s.beside.calendars
    if known is None:
        return
    of_steps = [(place.id, place.step.calendar) for place in s.places if isinstance(place.step, d.Wait | d.Repeat)]
    for step, key in [("", s.document.calendar), *of_steps]:
        if key and key not in known:
            sentence = N_("There is no calendar “%(name)s”. The calendars are: %(known)s.")
            s.error("unknown_calendar", sentence, step, "calendar", name=key, known=", ".join(sorted(known)))
