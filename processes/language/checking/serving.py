"""Services that a process needs and nobody has connected in the house that publishes it."""

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
