"""Questions compiled: fields with their choices, the branches of their answers."""

from dataclasses import replace
from typing import Any

from base.languages import N_
from processes.language import document as d
from processes.language import parts
from processes.language.compile import Compiler, Used
from processes.language.timing import timers_of
from processes.walk.program import Expression
from processes.walk.steps.questions import NONE_OF_THESE, Ask, ChoiceSpec, FieldSpec, ItemsSpec
from processes.walk.turn import Choice

NONE_LABEL = {"fr": "Aucune de ces réponses", "en": "None of these"}


def ask(c: Compiler, step: d.Ask, after: int) -> int:
    """Compile a question."""
    branches, follows = _branches(c, step, after)
    place_of_end = None if step.if_never is None else c.branch(step.if_never, after)
    ends = step.within is not None or step.by is not None
    if ends and step.if_never is None and step.default is None:
        c.fault("no_end", N_("Nothing is said for when nobody answers: write `if_never` or `default`."), key="if_never")
    fields = _form(c, step) if step.form is not None else (_single(c, step),)
    return c.add(
        Ask(
            id=c.step,
            next=c.follow(after) if follows else after,
            text=c.text("text", step.text, step.texts, step.passage),
            fields=fields,
            single=step.form is None,
            branches=branches,
            if_none=None if step.if_none is None else c.branch(step.if_none, after),
            if_never=place_of_end,
            unknown=_unknown(c, step, after),
            default=step.default,
            max_age=c.delay("max_age", step.max_age),
            ends_when=c.optional_condition("ends_when", step.ends_when),
            timers=timers_of(c, step),
            when=c.optional_condition("if", step.if_),
            only=words_of(step.only),
        )
    )


def ask_need(c: Compiler, name: str, need: d.FieldSpec, after: int) -> int:
    """A question for something the process needs to begin."""
    c.step, c.used = name, Used()
    label = dict(need.label or {"fr": name, "en": name})
    return c.add(
        Ask(
            id=name,
            next=after,
            text=c.text("text", label),
            fields=(replace(field_of(c, name, need), when=None),),
            single=True,
            branches={},
            default=need.default,
            when=c.optional_condition("if", need.if_),
            unknown=c.in_doubt if c.in_doubt >= 0 else after,
            timers=timers_of(c, None),
        )
    )


def field_of(c: Compiler, name: str, spec: d.FieldSpec) -> FieldSpec:
    """A field of a form, or the one field of a question."""
    return FieldSpec(
        name=name,
        kind=spec.kind,
        label=dict(spec.label or {}),
        optional=spec.optional,
        default=spec.default,
        choices=tuple(_choice(c, choice) for choice in spec.choices),
        items=None if spec.of is None else _items(c, spec.of),
        at_least=spec.at_least,
        at_most=spec.at_most,
        when=c.optional_condition(f"{name}.if", spec.if_),
    )


def words_of(words: str | list[str] | None) -> frozenset[str]:
    """One word or several, as a set."""
    return frozenset([words] if isinstance(words, str) else words or ())


def _single(c: Compiler, step: d.Ask) -> FieldSpec:
    choices = tuple(_choice(c, choice) for choice in step.choices)
    if step.none_of_these is not None:
        choices += (ChoiceSpec(choice=Choice(value=NONE_OF_THESE, label=NONE_LABEL)),)
    return FieldSpec(
        name=step.ask,
        kind=step.answer or "text",
        label={},
        optional=step.optional,
        choices=choices,
        items=None if step.of is None else _items(c, step.of),
        at_least=step.at_least,
        at_most=step.at_most,
    )


def _form(c: Compiler, step: d.Ask) -> tuple[FieldSpec, ...]:
    return tuple(field_of(c, name, spec) for name, spec in (step.form or {}).items())


def _branches(c: Compiler, step: d.Ask, after: int) -> tuple[dict[str, int], bool]:
    """Places by answer, and whether some answer simply goes on."""
    written: dict[str, d.Branch | None] = {choice.value: choice.steps for choice in step.choices}
    if step.answer == "yes_no":
        written = {"yes": step.if_yes, "no": step.if_no}
    if step.none_of_these is not None:
        written[NONE_OF_THESE] = step.none_of_these
    branches = {value: c.branch(branch, after) for value, branch in written.items() if branch is not None}
    follows = not written or any(not isinstance(branch, list) for branch in written.values())
    return branches, follows


def _unknown(c: Compiler, step: d.Ask, after: int) -> int:
    """Where an unknown condition, list or printed value leads; not asked for where nothing can be unknown."""
    if step.unknown is None and c.in_doubt < 0 and not c.facts_used():
        return after
    return c.doubt(step.unknown, after, "unknown")


def _choice(c: Compiler, choice: d.Choice) -> ChoiceSpec:
    when: Expression | None = c.optional_condition(f"choices.{choice.value}.if", choice.if_)
    return ChoiceSpec(choice=Choice(value=choice.value, label=dict(choice.label)), when=when)


def _items(c: Compiler, of: parts.Of) -> ItemsSpec:
    show: list[Any] = [c.value(c.step, f"of.show.{path}", path) for path in of.show]
    return ItemsSpec(
        source=c.value(c.step, "of.list", of.list_),
        fact=of.list_ if of.list_ in c.document.facts else "",
        when=c.optional_condition("of.if", of.if_),
        show=tuple(show),
        quantity=c.optional_value("of.quantity", of.quantity),
    )
