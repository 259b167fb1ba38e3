"""What is wrong with a draft as it stands, and which names its author may use. For the editor, on each save.

A draft may be anything: what has no shape is told as faults of shape, what has one is compiled and checked with the
processes that are live beside it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.brands import Brand
from base.calendars import CalendarRow
from base.languages import N_, pick, translate
from kb.articles import passages_until
from processes.connectors.catalogue import Capability, FieldType, catalogue
from processes.connectors.installed import blind_acts, learn_installed, served
from processes.language import document as d
from processes.language.checking.environment import Environment
from processes.language.checking.known import Known
from processes.language.checking.subject import Beside
from processes.language.checks import check_document
from processes.language.compile import compile_document
from processes.language.declared import Fact
from processes.language.faults import Fault
from processes.language.shape_faults import shape_faults
from processes.outline import step_title
from processes.rows import VersionRow
from processes.versions import document_of, live_versions

DEEPEST: Final = 4
"""Levels of fields offered below a name."""
SHORT: Final = 48
"""Signs: a question longer than that is named by its step, where its answer is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A draft, judged."""

    document: d.Document | None
    """None while it has no shape."""
    faults: list[Fault]

    @property
    def errors(self) -> int:
        """How many of the faults block publishing."""
        return sum(fault.level == "error" for fault in self.faults)


def judge(data: Mapping[str, Any], others: Mapping[str, d.Document], beside: Beside | None = None) -> Judgement:
    """Every fault of a document given as data; `others` are those that are live, by key; see `house`."""
    try:
        document = d.Document.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        return Judgement(document=None, faults=[fault for fault, _ in shape_faults(dict(data), problems)])
    house = replace(beside or Beside(), live=others.get(document.process))
    called = {**others, document.process: document}
    found = compile_document(document).faults + check_document(document, called, beside=house)
    single = {(fault.code, fault.step, fault.key, fault.sentence, str(fault.params)): fault for fault in found}
    return Judgement(document=document, faults=sorted(single.values(), key=lambda fault: fault.level == "warning"))


def house(session: Session, brand_id: int, now: datetime) -> Beside:
    """What stands beside the documents of a brand on a day: passages of its articles, its calendars,
    and how its services act."""
    today = session.get_one(Brand, brand_id).calendar.local(now).date()
    return Beside(
        passages=passages_until(session, brand_id),
        today=today,
        blind=blind_acts(session, brand_id),
        served=served(session, brand_id),
        calendars=frozenset(session.scalars(select(CalendarRow.key))),
    )


def live_documents(session: Session, brand_id: int) -> dict[str, d.Document]:
    """The documents that are live for a brand, by key; each version is read once in this process."""
    learn_installed(session)
    return {version.process.key: _read(_Kept(version)) for version in live_versions(session, brand_id)}


class _Kept:
    """A version as a key: versions never change. Its row may be let go of by its session; its id stays."""

    def __init__(self, version: VersionRow) -> None:
        self.version, self.id = version, version.public_id

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.id == self.id


@lru_cache(maxsize=200)
def _read(kept: _Kept) -> d.Document:
    return document_of(kept.version)


# ---- names


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that conditions and texts may use, in the author's words."""

    path: str
    label: str
    kind: str
    group: str
    """always, need, fact, setting or answer."""
    values: dict[str, str]
    """Its closed list, with labels; empty when it is open."""
    sample: Any
    optional: bool
    internal: bool

    def to_json(self) -> dict[str, Any]:
        """For the editor; what is empty is left out."""
        known = {each: getattr(self, each) for each in ("path", "label", "kind", "group")}
        more = {each: getattr(self, each) for each in ("values", "sample", "optional", "internal")}
        return known | {each: value for each, value in more.items() if value not in (None, {}, False)}


def names_of(document: d.Document, others: Mapping[str, d.Document], language: str) -> list[Named]:
    """Every name with its fields, records before their parts, in the order authors look for them."""
    return list(_Naming(document, others, language))


class _Naming:
    def __init__(self, document: d.Document, others: Mapping[str, d.Document], language: str) -> None:
        self.document, self.language = document, language
        self.capabilities = catalogue()
        self.environment = Environment(document, others, self.capabilities)

    def __iter__(self) -> Iterator[Named]:
        for name, fact in self.document.facts.items():
            yield from self._named(name, "fact", self._fact_label(name, fact), self._fields(fact.from_))
        for step in self.document.all_steps():
            if step.step_id and step.kind in GIVING:
                title = step_title(step, self.language)
                title = title if len(title) <= SHORT else _plain(step.step_id)
                yield from self._named(step.step_id, "answer", title, self._given(step))
        for name, need in self.document.needs.items():
            yield from self._named(name, "need", pick(need.label or {}, self.language) or _plain(name), {})
        for name, spec in self.document.settings.items():
            label = pick(spec.label or {}, self.language) or _plain(name)
            yield from self._named(f"setting.{name}", "setting", label, {}, spec.value)
        for name, word in ALWAYS.items():
            yield from self._named(name, "always", translate(self.language, word), {})

    def _named(
        self, path: str, group: str, label: str, fields: Mapping[str, FieldType], sample: Any = None
    ) -> Iterator[Named]:
        known = self.environment.at(path.split("."))
        if known is not None:
            sample = sample if sample is not None else self._sample(path)
            yield from self._below(path, group, label, known, fields, sample, None, 0)

    def _below(
        self, path: str, group: str, label: str, known: Known, fields: Mapping[str, FieldType], sample: Any,
        own: FieldType | None, depth: int,
    ) -> Iterator[Named]:  # fmt: skip
        values = {value: self._value_label(path, value, own) for value in known.values}
        plain = sample if isinstance(sample, str | int | bool) else None
        yield Named(
            path=path, label=label, kind=known.kind, group=group, values=values, sample=plain,
            optional=known.optional, internal=known.internal,
        )  # fmt: skip
        if depth == DEEPEST or known.kind == "list":
            return
        for name, inner in known.fields.items():
            field = fields.get(name)
            told = field.label.tell(self.language) if field else self._word(name)
            inner_fields = {} if field is None else field.of.fields if field.of else field.fields
            part = sample.get(name) if isinstance(sample, Mapping) else None
            yield from self._below(
                f"{path}.{name}", group, f"{label} › {told}", inner, inner_fields, part, field, depth + 1
            )

    def _given(self, step: d.StepBase) -> Mapping[str, FieldType]:
        """The fields of what a step gives: of an act's answer, of the item that was chosen or found."""
        if isinstance(step, d.Act):
            return self._fields(step.using)
        if isinstance(step, d.Ask) and step.of is not None and isinstance(step.of.list_, str):
            return self._items(step.of.list_)
        found = _FIRST_OF.match(step.to) if isinstance(step, d.Set) and isinstance(step.to, str) else None
        return self._items(found[1]) if found else {}

    def _items(self, path: str) -> Mapping[str, FieldType]:
        """The fields of the items of a list; a list of readings has those of what it was read for as well."""
        head, *rest = path.split(".")
        fact = self.document.facts.get(head)
        if fact is None:
            return {}
        fields = dict(self._fields(fact.from_))
        if fact.each and not rest:
            return {**self._items(fact.each), **fields}
        for name in rest:
            kind = fields.get(name)
            fields = dict(kind.of.fields if kind.of else kind.fields) if kind else {}
        return fields

    def _fields(self, capability: str) -> Mapping[str, FieldType]:
        known = self.capabilities.get(capability)
        return known.fields if known else {}

    def _fact_label(self, name: str, fact: Fact) -> str:
        known = self.capabilities.get(fact.from_)
        same = [each for each in self.document.facts.values() if each.from_ == fact.from_]
        return known.label.tell(self.language) if known and len(same) == 1 else _plain(name)

    def _value_label(self, path: str, value: str, own: FieldType | None) -> str:
        if own is not None and value in own.values:
            return own.values[value].tell(self.language)
        step = self.environment.steps.get(path)
        if isinstance(step, d.Ask):
            return next((pick(c.label, self.language) for c in step.choices if c.value == value), self._word(value))
        return self._word(value)

    def _word(self, name: str) -> str:
        return translate(self.language, FIELD_WORDS[name]) if name in FIELD_WORDS else _plain(name)

    def _sample(self, path: str) -> Any:
        """What the first scenario that knows the name says of it."""
        name = path.partition(".")[0]
        for scenario in self.document.scenarios:
            for held in (scenario.facts, scenario.answers, scenario.results):
                if name in held:
                    found = held[name]
                    return found[0] if isinstance(found, list) and found else found
        return None


_FIRST_OF = re.compile(r"\s*first\(([\w.]+),")
GIVING: Final = ("ask", "table", "set", "act", "send", "say", "task", "for_each", "repeat", "wait", "call", "decide")
ALWAYS: Final = {
    "today": N_("today"),
    "now": N_("now"),
    "walker": N_("who walks"),
    "channel": N_("channel"),
    "language": N_("language"),
    "customer": N_("customer"),
    "case": N_("case"),
    "contact": N_("contact"),
    "brand": N_("brand"),
}
FIELD_WORDS: Final = {
    "name": N_("name"),
    "first_name": N_("first name"),
    "last_name": N_("last name"),
    "mail": N_("mail address"),
    "phone": N_("phone number"),
    "language": N_("language"),
    "reference": N_("reference"),
    "reason": N_("reason"),
    "opened_at": N_("opened at"),
    "state": N_("state"),
    "last_message_at": N_("last message at"),
    "order_number": N_("order number"),
    "number": N_("number"),
    "key": N_("key"),
    "at": N_("moment"),
    "bounced": N_("came back"),
    "failure": N_("why it failed"),
    "turn": N_("turn"),
    "yes": N_("yes"),
    "no": N_("no"),
    "agent": N_("agent"),
    "customer": N_("customer"),
    "robot": N_("robot"),
    "assistant": N_("assistant"),
    "met": N_("met"),
    "never": N_("never"),
}


def _plain(name: str) -> str:
    return name.replace("_", " ")


def capabilities_told(language: str) -> list[dict[str, Any]]:
    """What facts and actions there are, with their inputs, in the author's words."""
    return [_told(each, language) for each in catalogue().values()]


def _told(capability: Capability, language: str) -> dict[str, Any]:
    inputs = [
        {"name": name, "label": kind.label.tell(language), "kind": kind.kind, "optional": kind.optional}
        for name, kind in capability.inputs.items()
    ]
    return {
        "name": capability.name, "kind": capability.kind, "label": capability.label.tell(language), "inputs": inputs,
        "money": capability.moves_money, "irreversible": capability.irreversible,
    }  # fmt: skip
