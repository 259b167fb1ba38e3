"""A document under examination: everything the checks look at, read once, and the list of what they find."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from processes.connectors.catalogue import Capability
from processes.language import document as d
from processes.language.checking.environment import Environment
from processes.language.checking.flow import Flow, Place
from processes.language.checking.known import Known
from processes.language.checking.written import Expression, Text, expressions_of, read, texts_of
from processes.language.faults import Fault, Level
from processes.language.names import Fields
from processes.language.texts import LanguageError, ParsedText, parse_text

Ast = list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a document in the house that publishes it; without it, the checks that need it say nothing."""

    live: d.Document | None = None
    """The version of the same process that is live."""
    passages: Mapping[str, date | None] | None = None
    """Passages of published articles (`pickup#papers`) with the last day they are good for; None: nobody knows them."""
    today: date | None = None
    blind: frozenset[str] = frozenset()
    """Acts whose service, as it is connected here, cannot tell whether they were done."""
    served: frozenset[str] = frozenset()
    """Facts and acts that some connection serves."""
    calendars: frozenset[str] | None = None
    """Keys of the calendars there are; None: nobody knows them."""


class Subject:
    """See the module."""

    def __init__(
        self,
        document: d.Document,
        others: Mapping[str, d.Document],
        capabilities: Mapping[str, Capability],
        beside: Beside,
    ) -> None:
        self.document = document
        self.others = others
        self.beside = beside
        self.capabilities = capabilities
        self.faults: list[Fault] = []
        self.flow = Flow(document)
        self.places = self.flow.places
        self.environment = Environment(document, others, capabilities)
        self.by_id: dict[str, Place] = {}
        for place in self.places:
            self.by_id.setdefault(place.id, place)
        self.expressions = {place.number: list(expressions_of(place.step)) for place in self.places}
        self.texts = {place.number: list(texts_of(place.step)) for place in self.places}

    def error(self, code: str, sentence: str, step: str = "", key: str = "", **params: Any) -> None:
        """Note what must be put right before the document is published."""
        self._fault("error", code, sentence, step, key, params)

    def warn(self, code: str, sentence: str, step: str = "", key: str = "", **params: Any) -> None:
        """Note what somebody should look at."""
        self._fault("warning", code, sentence, step, key, params)

    def _fault(self, level: Level, code: str, sentence: str, step: str, key: str, params: dict[str, Any]) -> None:
        self.faults.append(Fault(code=code, sentence=sentence, params=params, level=level, step=step, key=key))

    def order_of(self, fault: Fault) -> tuple[int, int]:
        """Errors first, then as the document is read; what belongs to no step comes at the end."""
        place = self.by_id.get(fault.step)
        return (fault.level == "warning", len(self.places) if place is None else place.number)

    def reached(self) -> Iterator[Place]:
        """Steps that a walk can come to; the others are named once, as unreachable."""
        return (place for place in self.places if place.number in self.flow.reached)

    def parsed(self, text: Text) -> Iterator[tuple[str, ParsedText]]:
        """Each language's words, parsed; those without values or that cannot be read are passed over."""
        for language, source in text.body.items():
            if "{" in source:
                try:
                    yield language, parse_text(source)
                except LanguageError:
                    continue

    def item_of(self, expression: Expression) -> Known | None:
        """What a leading dot means in an expression."""
        return self.environment.of_source(expression.items) if expression.items else None

    @cached_property
    def names(self) -> Fields:
        """All names that expressions may use."""
        return self.environment.names()

    @cached_property
    def loose(self) -> list[tuple[str, Expression]]:
        """Expressions that belong to no step: of facts, needs and what the process gives, by their name."""
        return list(_loose(self.document))


def _loose(document: d.Document) -> Iterator[tuple[str, Expression]]:
    from processes.language.checking.written import field_expressions

    for name, fact in document.facts.items():
        items = fact.each or ""
        for given, source in fact.with_.items():
            yield from ((name, each) for each in read(f"with.{given}", "value", source, items))
        yield from ((name, each) for each in read("each", "value", fact.each))
        yield from ((name, each) for each in read("key", "value", fact.key, items))
    for name, need in document.needs.items():
        yield from ((name, each) for each in field_expressions(name, need))
    for key, values in (("gives", document.gives), ("parties", document.parties)):
        for name, source in values.items():
            yield from (("", each) for each in read(f"{key}.{name}", "value", source))
