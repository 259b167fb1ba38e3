"""An operation made ready: expressions compiled, tables resolved, every name checked against the catalogue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from processes.connectors.catalogue import Capability, FieldType
from processes.connectors.documents import (
    AnswerRule,
    BodySecrets,
    DefinitionDocument,
    FieldMapping,
    FieldRule,
    OperationDocument,
    TimeDocument,
)
from processes.connectors.expressions import BadExpression, Expression
from processes.connectors.templates import names_in
from processes.connectors.times import NAMED_FORMATS, TimeRule, Unreadable, zone_named

EXPLICITLY_UNKNOWN: Final = "unknown"
"""In a table of codes: the service itself says that it does not know. No alert is raised for it."""

_PATH = re.compile(r"/[^\s?#\\]*")
_CODED: Final = frozenset({"choice", "yes_no", "text"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """A kind of answer, recognised."""

    statuses: frozenset[int]
    when: Expression | None
    because: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class FieldReader:
    """How one field of the catalogue is read from an answer."""

    kind: FieldType
    source: Expression | None
    codes: Mapping[str, str] | None
    default: Any
    currency: Expression | None
    minor: bool
    time: TimeRule
    zone_from: Expression | None
    each: Expression | None
    fields: Mapping[str, "FieldReader"] | None
    unknown: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemsReader:
    """Where the several things of an answer are."""

    list: Expression
    key: Expression | None
    not_found: Expression | None
    failed: Expression | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Operation:
    """One call of a service, ready to be made and read."""

    name: str
    """`definition.operation`, as logs and people call it."""
    document: OperationDocument
    definition: DefinitionDocument
    capability: Capability | None
    time: TimeRule
    pick: Expression | None
    items: ItemsReader | None
    expects: Expression | None
    not_found: tuple[Rule, ...]
    failed: tuple[Rule, ...]
    refused: tuple[Rule, ...]
    let: Mapping[str, Expression]
    values: Mapping[str, Expression]
    given: Mapping[str, Mapping[str, Expression]]
    """Of each call that comes first, by its name: its inputs."""
    fields: Mapping[str, FieldReader]
    raw: Mapping[str, Expression]
    """Of an operation without capability: values handed to other operations as they are."""

    def answers(self, capability: str) -> bool:
        """Whether it is an operation for this capability."""
        return self.capability is not None and self.capability.name == capability

    @property
    def is_act(self) -> bool:
        """Whether calling it changes the world."""
        return self.capability is not None and self.capability.kind == "act"

    @property
    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """The definition's tables of codes."""
        return self.definition.tables


def prepare(
    word: str,
    document: OperationDocument,
    definition: DefinitionDocument,
    known: Mapping[str, Capability],
    faults: list[str],
) -> Operation | None:
    """The operation, or None with its faults added to the list."""
    return _Preparation(word, document, definition, known, faults).operation()


class _Preparation:
    """Compiles one operation, gathering faults with their places instead of stopping at the first."""

    def __init__(
        self,
        word: str,
        document: OperationDocument,
        definition: DefinitionDocument,
        known: Mapping[str, Capability],
        faults: list[str],
    ) -> None:
        self._place = f"operations.{word}"
        self._name = f"{definition.definition}.{word}"
        self._document, self._definition = document, definition
        self._faults = faults
        self._capability = known.get(document.capability or "")
        if document.capability is not None and self._capability is None:
            self._fault("capability", f"there is no capability {document.capability}")

    def operation(self) -> Operation | None:
        before = len(self._faults)
        made = self._made()
        self._check_request()
        if self._capability is not None:
            self._check_coverage(self._capability)
        self._check_safety()
        return made if len(self._faults) == before else None

    def _made(self) -> Operation:
        document = self._document
        time = self._time("time", document.time, self._time("time", self._definition.time, TimeRule(ZoneInfo("UTC"))))
        return Operation(
            name=self._name,
            document=document,
            definition=self._definition,
            capability=self._capability,
            time=time,
            pick=self._expression("pick", document.pick),
            items=self._items(),
            expects=self._expression("expects", document.expects),
            not_found=self._rules("not_found", document.not_found),
            failed=self._rules("failed", document.failed),
            refused=self._rules("refused", document.refused),
            let=self._expressions("let", document.let),
            values=self._expressions("values", document.values),
            given={one.name: self._expressions(f"first.{one.name}", one.given) for one in document.first},
            fields=self._fields("fields", document.fields, self._capability.fields, time) if self._capability else {},
            raw={} if self._capability else self._raw_fields(document.fields),
        )

    def _items(self) -> ItemsReader | None:
        items = self._document.items
        if items is None:
            return None
        return ItemsReader(
            list=self._expression("items.list", items.list) or Expression("@"),
            key=self._expression("items.key", items.key),
            not_found=self._expression("items.not_found", items.not_found),
            failed=self._expression("items.failed", items.failed),
        )

    def _rules(self, place: str, rules: list[AnswerRule]) -> tuple[Rule, ...]:
        return tuple(
            Rule(statuses=rule.statuses, when=self._expression(place, rule.when), because=rule.because)
            for rule in rules
        )

    def _raw_fields(self, fields: Mapping[str, FieldRule]) -> dict[str, Expression]:
        plain = {name: rule for name, rule in fields.items() if isinstance(rule, str)}
        for name in fields.keys() - plain.keys():
            self._fault(f"fields.{name}", "without a capability a field is only an expression")
        return self._expressions("fields", plain)

    def _fields(
        self, place: str, rules: Mapping[str, FieldRule], kinds: Mapping[str, FieldType], time: TimeRule
    ) -> dict[str, FieldReader]:
        readers = {}
        for name, rule in rules.items():
            if name not in kinds:
                self._fault(f"{place}.{name}", "the catalogue has no such field")
            else:
                mapping = FieldMapping(source=rule) if isinstance(rule, str) else rule
                readers[name] = self._field(f"{place}.{name}", mapping, kinds[name], time)
        return readers

    def _field(self, place: str, mapping: FieldMapping, kind: FieldType, time: TimeRule) -> FieldReader:
        codes = self._codes(place, mapping, kind)
        inner = kind.of.fields if kind.of is not None and mapping.each is not None else kind.fields
        if mapping.fields is not None and not inner:
            self._fault(place, "only a record, or a list of records with `each`, has fields")
        return FieldReader(
            kind=kind,
            source=self._expression(place, mapping.source),
            codes=codes,
            default=mapping.default,
            currency=self._expression(place, mapping.currency),
            minor=mapping.minor,
            time=self._time(place, mapping.time, time),
            zone_from=self._expression(place, mapping.zone_from),
            each=self._expression(place, mapping.each),
            fields=None if mapping.fields is None else self._fields(place, mapping.fields, inner, time),
            unknown=mapping.unknown is not None,
        )

    def _codes(self, place: str, mapping: FieldMapping, kind: FieldType) -> Mapping[str, str] | None:
        if mapping.codes is None:
            return None
        if kind.kind not in _CODED:
            self._fault(place, f"a {kind.kind} has no codes")
        if isinstance(mapping.codes, dict):
            table: Mapping[str, str] = mapping.codes
        else:
            if mapping.codes not in self._definition.tables:
                self._fault(place, f"there is no table {mapping.codes}")
            table = self._definition.tables.get(mapping.codes, {})
        allowed = set(kind.values) | {EXPLICITLY_UNKNOWN}
        if kind.kind == "choice":
            for code, word in table.items():
                if word not in allowed:
                    self._fault(place, f"{code} is mapped to {word}, which is none of {', '.join(kind.values)}")
        return table

    def _check_coverage(self, capability: Capability) -> None:
        self._check_covered("fields", self._document.fields, capability.fields)

    def _check_covered(self, place: str, rules: Mapping[str, FieldRule], kinds: Mapping[str, FieldType]) -> None:
        for name, kind in kinds.items():
            rule = rules.get(name)
            if rule is None:
                if not kind.optional and not kind.computed and not (kind.kind == "record" and not kind.fields):
                    self._fault(f"{place}.{name}", "must be mapped, or said to be `unknown`")
            elif isinstance(rule, FieldMapping) and rule.fields is not None:
                inner = kind.of.fields if kind.of is not None else kind.fields
                self._check_covered(f"{place}.{name}", rule.fields, inner)
            if kind.kind == "money" and isinstance(rule, str):
                self._fault(f"{place}.{name}", "money needs a `currency`")

    def _check_request(self) -> None:
        document = self._document
        if not _PATH.fullmatch(document.path) or "/../" in f"{document.path}/" or document.path.startswith("//"):
            self._fault("path", "begins with one / and holds no .., ?, # or space")
        if self._capability is None:  # asked by other operations, which may hand over anything
            return
        allowed = {
            "key",
            "request_id",
            *document.values,
            *(one.name for one in document.first),
            *self._capability.inputs,
        }
        for template in self._plain_templates():
            for name in names_in([template]) - allowed:
                self._fault("request", f"{{{name}}} is no input")
        for name in names_in([document.body.model_dump() if document.body else None]) - allowed:
            if not (name == "secret" and isinstance(self._definition.sign_in, BodySecrets)):
                self._fault("body", f"{{{name}}} is no input")

    def _plain_templates(self) -> list[str]:
        document = self._document
        return [document.path, *document.query.values(), *document.headers.values()]

    def _check_safety(self) -> None:
        document = self._document
        whole = [*self._plain_templates(), document.body.model_dump() if document.body else None]
        if document.safety == "keyed" and document.key_header is None and "key" not in names_in(whole):
            self._fault("safety", "keyed, but the key is nowhere in the request")
        if document.safety == "queryable" and document.lookup is None:
            self._fault("safety", "queryable needs a `lookup` operation")
        if document.lookup is not None and document.lookup not in self._definition.operations:
            self._fault("lookup", f"there is no operation {document.lookup}")
        if self._capability and self._capability.kind == "read" and document.safety != "blind":
            self._fault("safety", "only an act has one")

    def _time(self, place: str, document: TimeDocument | None, default: TimeRule) -> TimeRule:
        if document is None:
            return default
        for form in document.formats:
            if form not in NAMED_FORMATS and "%" not in form:
                self._fault(place, f"{form} is no form of time")
        try:
            return TimeRule(zone_named(document.zone), tuple(document.formats))
        except Unreadable as error:
            self._fault(place, str(error))
            return default

    def _expressions(self, place: str, texts: Mapping[str, str]) -> dict[str, Expression]:
        made = {name: self._expression(f"{place}.{name}", text) for name, text in texts.items()}
        return {name: expression for name, expression in made.items() if expression is not None}

    def _expression(self, place: str, text: str | None) -> Expression | None:
        if text is None:
            return None
        try:
            expression = Expression(text)
        except BadExpression as error:
            self._fault(place, str(error))
            return None
        for table in expression.literal_arguments("mapped"):
            if table not in self._definition.tables:
                self._fault(place, f"there is no table {table}")
        for name in expression.literal_arguments("named"):
            if name not in self._document.let:
                self._fault(place, f"{name} is not named in `let`")
        for name in expression.literal_arguments("input"):
            if self._capability is not None and name not in {*self._capability.inputs, "key"}:
                self._fault(place, f"{name} is no input of {self._capability.name}")
        return expression

    def _fault(self, place: str, sentence: str) -> None:
        self._faults.append(f"{self._place}.{place}: {sentence}")
