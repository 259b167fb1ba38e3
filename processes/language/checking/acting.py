"""Acts: what is done to the world is bounded, agreed to, and never done twice by a loop."""

from collections.abc import Iterable
from difflib import get_close_matches

from base.languages import N_
from processes.language import document as d
from processes.language.checking.flow import Place
from processes.language.checking.subject import Subject
from processes.walk.evaluation import names_of


def check_acts(s: Subject) -> None:
    """Money, agreement, loops, inputs."""
    for place in s.places:
        step = place.step
        if not isinstance(step, d.Act):
            continue
        capability = s.capabilities.get(step.using)
        if capability is None or capability.kind != "act":
            continue
        _check_inputs(s, place.id, "with", step.with_, capability.inputs)
        if capability.moves_money:
            _check_money(s, place.id, step)
        if capability.irreversible:
            _check_loop(s, place)
        if "customer" in step.open_to and "customer" in s.document.audience and step.confirm is None:
            sentence = N_("The customer can do this alone: ask for a confirmation with `confirm`.")
            s.warn("no_confirmation", sentence, place.id, "confirm")


def check_facts(s: Subject) -> None:
    """Facts are given what their service needs, and nothing it does not know."""
    for name, fact in s.document.facts.items():
        capability = s.capabilities.get(fact.from_)
        if capability is None or capability.kind != "read":
            continue
        _check_inputs(s, name, "with", fact.with_, capability.inputs)
        missing = [each for each in capability.required_inputs if each not in fact.with_]
        if missing:
            sentence = N_("“%(using)s” needs %(names)s.")
            s.error("input_missing", sentence, name, "with", using=fact.from_, names=", ".join(missing))


def _check_inputs(s: Subject, step: str, key: str, given: Iterable[str], inputs: Iterable[str]) -> None:
    known = list(inputs)
    for name in given:
        if name in known:
            continue
        near = get_close_matches(name, known, 1)
        sentence = N_("The service knows nothing called “%(name)s”; it knows %(names)s.")
        if near:
            sentence = N_("The service knows nothing called “%(name)s”; did you mean “%(near)s”?")
        s.error("unknown_input", sentence, step, f"{key}.{name}", name=name, names=", ".join(known), near="".join(near))


def _check_money(s: Subject, step: str, act: d.Act) -> None:
    if act.amount is None and "amount" not in act.with_:
        s.error("amount_missing", N_("This moves money: say how much with `amount`."), step, "amount")
    if act.cap is None and act.approval is None:
        sentence = N_("This moves money without a limit: give it a `cap` or an `approval`.")
        s.warn("no_cap", sentence, step, "cap")


def _check_loop(s: Subject, place: Place) -> None:
    for around, branch in place.around():
        if not isinstance(around.step, d.Repeat) or branch != "steps":
            continue
        until = next((each for each in s.expressions[around.number] if each.key == "until"), None)
        if until is not None and place.id not in {path.split(".")[0] for path in names_of(until.ast)}:
            sentence = N_("This cannot be undone, and “%(name)s” may do it again: its `until` must read “%(act)s”.")
            s.error("done_again", sentence, place.id, "using", name=around.id, act=place.id)


def check_promises(s: Subject) -> None:
    """A promise is kept by what a service says, not by what we did ourselves."""
    acts = {place.id for place in s.places if isinstance(place.step, d.Act)}
    for place in s.places:
        for expression in s.expressions[place.number]:
            if expression.key == "promise.keep":
                for path in sorted(names_of(expression.ast)):
                    if path.split(".")[0] in acts:
                        sentence = N_("A promise is kept by a fact, not by the result of an act: `%(name)s`.")
                        s.error("kept_by_an_act", sentence, place.id, "promise.keep", name=path)
