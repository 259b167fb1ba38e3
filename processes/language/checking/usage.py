"""What is asked, done and added up serves something: no idle question, no sum over what was merely chosen."""

from base.languages import N_
from processes.language import document as d
from processes.language import parts
from processes.language.checking.flow import Place
from processes.language.checking.naming import all_paths
from processes.language.checking.subject import Subject
from processes.walk.evaluation import names_of
from processes.walk.expressions import parts_of

_FOR_THE_FILE = ("confirm", "file")
"""Kinds of questions whose answer is the point: people see it in the case."""


def check_answers_are_used(s: Subject) -> None:
    """A question whose answer nothing reads and that leads nowhere else costs an effort for nothing."""
    read = {path for _, path in all_paths(s)}
    firsts = {path.split(".")[0] for path in read}
    for place in s.reached():
        step = place.step
        if not isinstance(step, d.Ask) or _leads_somewhere(step):
            continue
        if step.form is None:
            if step.answer not in _FOR_THE_FILE and step.ask not in firsts:
                sentence = N_("Nothing uses this answer: is it worth asking?")
                s.warn("answer_not_used", sentence, place.id, "ask")
            continue
        for name, spec in step.form.items():
            if spec.kind not in _FOR_THE_FILE and not {step.ask, f"{step.ask}.{name}"} & read:
                sentence = N_("Nothing uses the answer “%(name)s”: is it worth asking?")
                s.warn("answer_not_used", sentence, place.id, f"form.{name}", name=name)


def _leads_somewhere(step: d.Ask) -> bool:
    branches = (step.if_yes, step.if_no, step.none_of_these, *(choice.steps for choice in step.choices))
    return any(branch is not None for branch in branches)


def check_sums(s: Subject) -> None:
    """Money is added up over what was really done: an act in a loop may fail for one item and not for another."""
    loops = {_source(place.step): place for place in s.places if isinstance(place.step, d.ForEach)}
    acts = {loop.id: _money_inside(s, loop) for loop in loops.values()}
    for place in s.places:
        for expression in s.expressions[place.number]:
            for part in parts_of(expression.ast):
                if part[:2] != ["call", "sum"]:
                    continue
                loop = loops.get(".".join(part[2][1:])) if part[2][0] == "name" else None
                act = acts[loop.id] if loop is not None and not _inside(place, loop) else None
                if act is not None and place.number > act.number and act.id not in names_of(expression.ast):
                    sentence = N_("This adds up what was chosen, not what was done: use the results of “%(name)s”.")
                    s.warn("sum_of_the_chosen", sentence, place.id, expression.key, name=act.id)


def _source(step: d.StepBase) -> str:
    source = step.in_ if isinstance(step, d.ForEach) else ""
    return source.list_ if isinstance(source, parts.Items) else str(source)


def _money_inside(s: Subject, loop: Place) -> Place | None:
    for place in s.places:
        if isinstance(place.step, d.Act) and _inside(place, loop):
            capability = s.capabilities.get(place.step.using)
            if capability is not None and capability.moves_money:
                return place
    return None


def _inside(place: Place, loop: Place) -> bool:
    return any(around is loop for around, _ in place.around())
