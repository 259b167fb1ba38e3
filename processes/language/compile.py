"""From a document to a program: nested blocks become a flat list of nodes that point to each other.

A block is compiled from its last step to its first, so that each step knows what follows it. What cannot be read (a
condition, a text, a delay) becomes a fault with its step, and compilation goes on to find the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from base.business_time import Delay
from base.languages import N_
from processes.connectors.catalogue import Capability, catalogue
from processes.language import document as d
from processes.language.conditions import parse_cell, parse_condition, parse_delay, parse_value
from processes.language.declared import Fact
from processes.language.errors import LanguageError
from processes.language.faults import Fault, FaultyDocument
from processes.language.settings import setting_values
from processes.language.texts import parse_text
from processes.walk.evaluation import compile_condition, compile_expression, compile_record, names_of
from processes.walk.program import NOWHERE, STOP, Expression, FactSpec, LiveItem, Node, Program, Record, TextRef
from processes.walk.steps.calls import Call, GoTo

Ast = list[Any]


@dataclass(slots=True)
class Compiled:
    """What compilation gives: a program unless there are errors, and every fault found on the way."""

    program: Program | None
    faults: list[Fault]

    def checked(self) -> Program:
        """The program. Raises FaultyDocument when there is none."""
        if self.program is None:
            raise FaultyDocument(self.faults)
        return self.program


def compile_document(
    document: d.Document, version: str = "draft", capabilities: Mapping[str, Capability] | None = None
) -> Compiled:
    """Compile; `version` is the opaque name under which walks will be pinned to this program."""
    compiler = Compiler(document, catalogue() if capabilities is None else capabilities)
    program = compiler.program(version)
    errors = any(fault.level == "error" for fault in compiler.faults)
    return Compiled(None if errors else program, compiler.faults)


@dataclass(slots=True)
class Used:
    """Names that the step being compiled uses: they decide which facts it needs."""

    paths: set[str] = field(default_factory=set)


class Compiler:
    """The state of one compilation. Steps are compiled by the functions of `compile_steps`."""

    def __init__(self, document: d.Document, capabilities: Mapping[str, Capability]) -> None:
        self.document = document
        self.capabilities = capabilities
        self.faults: list[Fault] = []
        self.nodes: list[Node] = []
        self.texts: dict[str, dict[str, dict[str, str]]] = {}
        self.labels: dict[str, dict[str, str]] = {}
        self.used = Used()
        self.step = ""
        self.section = ""
        self.asts: dict[tuple[str, str], Ast] = {}
        """Parsed expressions by step and key, for the checks."""
        self.unnamed: dict[str, int] = {}
        self.in_doubt = NOWHERE
        self.live_items = {
            step.ask: LiveItem(step.of.list_)
            for step in document.all_steps()
            if isinstance(step, d.Ask) and step.of is not None and step.of.list_ in document.facts
        } | {
            name: LiveItem(need.of.list_)
            for name, need in document.needs.items()
            if need.of is not None and need.of.list_ in document.facts
        }

    # --- the whole ------------------------------------------------------------------------------------------------

    def program(self, version: str) -> Program:
        """Compile every part; meaningless when faults were found."""
        facts = self._facts()
        if self.document.in_doubt is not None:
            self.section = "in_doubt"
            self.in_doubt = self.block(self.document.in_doubt, NOWHERE)
        sections = self._sections()
        start = self._needs(sections[self.document.sections[0].section])
        for node in self.nodes:
            if isinstance(node, GoTo):
                node.target = self._section_place(sections, node)
        index = self._index()
        gives = {name: self.value("", f"gives.{name}", source) for name, source in self.document.gives.items()}
        return Program(
            process=self.document.process, version=version, nodes=self.nodes, index=index, sections=sections,
            start=start, in_doubt=self.in_doubt, facts=facts,
            outcomes={name: kind == "solved" for name, kind in self.document.outcomes.items()},
            needs=tuple(self.document.needs), gives=gives, live_items=self.live_items,
            dependents=self._dependents(), texts=self.texts,
            settings=setting_values(self.document), title=self.document.title, reason=self.document.reason,
            audience=tuple(self.document.audience), labels=self.labels,
            section_titles={each.section: each.title for each in self.document.sections if each.title},
            calls=any(isinstance(node, Call) for node in self.nodes), calendar=self.document.calendar or "",
            calendars=frozenset(self.document.calendars()),
        )  # fmt: skip

    def _sections(self) -> dict[str, int]:
        after, places = NOWHERE, {}
        for section in reversed(self.document.sections):
            self.section = section.section
            after = self.block(section.steps, after)
            places[section.section] = after
        return {section.section: places[section.section] for section in self.document.sections}

    def _section_place(self, sections: Mapping[str, int], node: GoTo) -> int:
        if node.section not in sections:
            self.fault("unknown_section", N_("There is no section “%(name)s”."), step=node.id, name=node.section)
            return STOP
        return sections[node.section]

    def _needs(self, after: int) -> int:
        """Questions for what the process needs, asked first unless the channel or the caller knows it."""
        from processes.language.compile_questions import ask_need

        for name, need in reversed(self.document.needs.items()):
            after = ask_need(self, name, need, after)
        return after

    def _index(self) -> dict[str, int]:
        index: dict[str, int] = {}
        for place, node in enumerate(self.nodes):
            if node.id in index:
                self.fault("same_name", N_("Two steps are called “%(name)s”."), step=node.id, name=node.id)
            index[node.id] = place
        return index

    # --- blocks ---------------------------------------------------------------------------------------------------

    def block(self, branch: d.Branch, after: int) -> int:
        """Compile a branch; returns the place of its first step, `after` for `go_on`."""
        if not isinstance(branch, list):
            return after
        for step in reversed(branch):
            after = self._step(step, after)
        return after

    def branch(self, branch: d.Branch | None, after: int, missing: int | None = None) -> int:
        """Compile a branch that may not be written: `missing`, or `after`, is then where the path goes."""
        if branch is None:
            return after if missing is None else missing
        step, used = self.step, self.used
        place = self.block(branch, after)
        self.step, self.used = step, used
        return place

    def _step(self, step: d.StepBase, after: int) -> int:
        from processes.language.compile_steps import COMPILERS

        self.step = self.id_of(step)
        self.used = Used()
        if step.label:
            self.labels[self.step] = dict(step.label)
        return COMPILERS[step.kind](self, step, after)

    def id_of(self, step: d.StepBase) -> str:
        """The step's id; those without one are named after where they stand."""
        if step.step_id:
            return step.step_id
        name = f"{self.section}.{step.kind}.{step.head}"
        self.unnamed[name] = number = self.unnamed.get(name, 0) + 1
        return f"{name}.{number}"

    def add(self, node: Node) -> int:
        """Put a node into the program with the facts it needs; returns its place."""
        node.facts = self.facts_used()
        self.nodes.append(node)
        return len(self.nodes) - 1

    def follow(self, after: int) -> int:
        """What follows a step that goes on: a dead end where nothing does."""
        if after == NOWHERE:
            self.fault(
                "dead_end",
                N_("The path stops here: end it with a close, a hand-over or a go-to."),
                step=self.step,
            )
            return STOP
        return after

    def doubt(self, branch: d.Branch | None, after: int, key: str) -> int:
        """Where the path goes on `unknown`, `if_fails`…: what the step says, else what the document says once."""
        if branch is not None:
            return self.branch(branch, after)
        if self.in_doubt == NOWHERE:
            self.fault(
                "in_doubt_missing",
                N_("Say what happens on `%(key)s`, here or once for the whole process under `in_doubt`."),
                key=key,
                step=self.step,
            )
        return self.in_doubt

    def fault(self, code: str, sentence: str, *, step: str = "", level: str = "error", **params: Any) -> None:
        """Note a fault."""
        key = str(params.get("key", ""))
        self.faults.append(
            Fault(code=code, sentence=sentence, params=params, step=step or self.step, key=key, level=level)  # type: ignore[arg-type]
        )

    # --- what the keys hold ---------------------------------------------------------------------------------------

    def condition(self, key: str, source: str) -> Expression:
        """A condition: True, False or UNKNOWN."""
        return self._expression(self.step, key, source, parse_condition, compile_condition)

    def optional_condition(self, key: str, source: str | None) -> Expression | None:
        """A condition that may not be written."""
        return None if source is None else self.condition(key, source)

    def value(self, step: str, key: str, source: str) -> Expression:
        """A name or calculation."""
        return self._expression(step or self.step, key, source, parse_value, compile_expression)

    def values(self, key: str, sources: Mapping[str, str]) -> Record:
        """Several values at once, by name."""
        return compile_record({name: self._parsed(f"{key}.{name}", source) for name, source in sources.items()})

    def optional_value(self, key: str, source: str | None) -> Expression | None:
        """A value that may not be written."""
        return None if source is None else self.value(self.step, key, source)

    def delay(self, key: str, source: str | None) -> Expression | None:
        """A delay such as `2 business days`, or a setting that holds one."""
        if source is None:
            return None
        return self._expression(self.step, key, source, parse_delay, compile_expression)

    def cell(self, key: str, source: str) -> Ast:
        """A cell of a table or a key of `is`."""
        try:
            ast: Ast = parse_cell(source)
        except LanguageError as error:
            self.language_fault(key, error)
            return ["any"]
        self.used.paths |= names_of(ast)
        self.asts[self.step, f"{key}:{source}"] = ast
        return ast

    def _expression(
        self, step: str, key: str, source: str, parse: Callable[[str], Ast], build: Callable[[Ast], Expression]
    ) -> Expression:
        return build(self._parsed(key, source, parse, step))

    def _parsed(self, key: str, source: str, parse: Callable[[str], Ast] = parse_value, step: str | None = None) -> Ast:
        """What is written under a key; a name that nothing has, when it cannot be read."""
        try:
            ast = parse(source)
        except LanguageError as error:
            self.language_fault(key, error)
            return NAME
        self.used.paths |= names_of(ast)
        self.asts[self.step if step is None else step, key] = ast
        return ast

    def language_fault(self, key: str, error: LanguageError) -> None:
        """A part that cannot be read becomes a fault of its step."""
        self.faults.append(
            Fault(code="cannot_be_read", sentence=error.sentence, params=dict(error.params), step=self.step, key=key)
        )

    def rests_on(self, key: str) -> Record:
        """What an expression of this step reads, to be kept in the trace."""
        ast = self.asts.get((self.step, key))
        return self.paths(set() if ast is None else names_of(ast))

    def paths(self, names: set[str]) -> Record:
        """A reader for dotted paths, in a fixed order."""
        return compile_record({path: ["name", *path.split(".")] for path in sorted(names)})

    def text(
        self,
        key: str,
        text: Mapping[str, str],
        variants: Mapping[str, Mapping[str, str]] = {},
        passage: str | None = None,
    ) -> TextRef:
        """A text with its variants: kept by id, its sources read for the values they print."""
        name = f"{self.step}.{key}"
        self.texts[name] = {"text": dict(text), **{variant: dict(body) for variant, body in variants.items()}}
        paths: set[str] = set()
        firm: set[str] = set()
        for variant, body in self.texts[name].items():
            for language, source in body.items():
                try:
                    parsed = parse_text(source)
                except LanguageError as error:
                    self.language_fault(f"{key if variant == 'text' else variant}.{language}", error)
                    continue
                paths |= set(parsed.paths)
                firm |= set(parsed.paths) - set(parsed.guarded)
        paths -= OUTSIDE
        self.used.paths |= paths
        return TextRef(id=name, values=self.paths(paths), firm=frozenset(firm - OUTSIDE), passage=passage or "")

    def time_of_day(self, key: str, source: str | None) -> time | None:
        """A wall time such as `18:00`."""
        if source is None:
            return None
        try:
            hours, minutes = source.split(":")
            return time(int(hours), int(minutes))
        except ValueError:
            self.fault("not_a_time", N_("“%(source)s” is not a time such as 18:00."), key=key, source=source)
            return None

    # --- facts ----------------------------------------------------------------------------------------------------

    def _facts(self) -> dict[str, FactSpec]:
        specs: dict[str, FactSpec] = {}
        self._needs_of: dict[str, tuple[str, ...]] = {}
        self._inputs_of: dict[str, set[str]] = {}
        for name, fact in self.document.facts.items():
            specs[name] = self._fact(name, fact)
        ordered: dict[str, FactSpec] = {}
        while len(ordered) < len(specs):
            ready = [n for n in specs if n not in ordered and all(need in ordered for need in self._needs_of[n])]
            if not ready:
                left = ", ".join(sorted(set(specs) - set(ordered)))
                self.fault("facts_in_a_circle", N_("These facts need each other to be read: %(names)s."), names=left)
                return specs
            ordered |= {name: specs[name] for name in ready}
        return ordered

    def _fact(self, name: str, fact: Fact) -> FactSpec:
        self.step, self.used = name, Used()
        capability = self.capabilities.get(fact.from_)
        if capability is None or capability.kind != "read":
            self.fault("unknown_capability", N_("No service gives “%(name)s”."), key="from", name=fact.from_)
        inputs = self.values("with", fact.with_)
        each = self.optional_value("each", fact.each)
        key = self.optional_value("key", fact.key)
        self._inputs_of[name] = {path.split(".")[0] for path in self.used.paths}
        firsts = self._inputs_of[name]
        needs = {first for first in firsts if first in self.document.facts}
        needs |= {self.live_items[first].fact for first in firsts if first in self.live_items}
        self._needs_of[name] = tuple(needs - {name})
        return FactSpec(
            name=name, operation=fact.from_, given=frozenset(fact.with_), inputs=inputs, each=each, key=key,
            needs=self._needs_of[name],
            by_item=not any(names_of(self.asts.get((name, f"with.{given}"), NAME)) for given in fact.with_),
            max_age=self._seconds(fact.max_age), fields=tuple(capability.fields) if capability else (),
            optional=frozenset(set(capability.inputs) - set(capability.required_inputs)) if capability else frozenset(),
        )  # fmt: skip

    def _seconds(self, source: str | None) -> float | None:
        if source is None:
            return None
        try:
            delay = Delay.parse(source)
            return delay.amount * SECONDS[delay.unit]
        except (ValueError, KeyError):
            self.fault(
                "not_an_age",
                N_("“%(source)s” is not an age such as 5 minutes or 1 hour."),
                key="max_age",
                source=source,
            )
            return None

    def facts_used(self) -> tuple[str, ...]:
        """Facts behind the names used, those they depend on first."""
        firsts = {path.split(".")[0] for path in self.used.paths}
        wanted = {first for first in firsts if first in self.document.facts}
        wanted |= {self.live_items[first].fact for first in firsts if first in self.live_items}
        complete: set[str] = set()
        while wanted:
            name = wanted.pop()
            complete.add(name)
            wanted |= set(self._needs_of.get(name, ())) - complete
        return tuple(sorted(complete, key=self._depth))

    def _depth(self, name: str) -> tuple[int, str]:
        needs = self._needs_of.get(name, ())
        return (1 + max((self._depth(need)[0] for need in needs if need != name), default=0), name)

    def _dependents(self) -> dict[str, tuple[str, ...]]:
        """By name: the facts read with it, those read with these facts included."""
        dependents: dict[str, list[str]] = {}
        for fact, names in self._inputs_of.items():
            for name in names:
                dependents.setdefault(name, []).append(fact)
                if name in self.live_items:
                    dependents.setdefault(self.live_items[name].fact, []).append(fact)
        return {name: tuple(dict.fromkeys(facts)) for name, facts in dependents.items()}


NAME: Ast = ["name", "unread"]
"""Stands for an expression that could not be read."""
OUTSIDE = {"link", "passage"}
"""Names that only the renderer knows."""
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
