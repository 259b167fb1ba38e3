"""What pages show of a walk: live facts with their age and source, and the answers given so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from base.languages import N_, pick, translate
from processes.chronicle import choice_in_words
from processes.connectors.catalogue import FieldType, catalogue
from processes.rows import FactReading, WalkEventRow
from processes.walk.events import Reading
from processes.walk.program import Program
from processes.walk.steps.questions import Ask, FieldSpec
from processes.walk.values import MISSING, UNKNOWN, decode
from processes.wording import Reader
from processes.worlds import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One value of a fact: still a value, so that the page formats it for its reader."""

    name: str
    label: str
    value: Any
    """The value, a label of a closed list, MISSING or UNKNOWN."""
    state: str
    """known, missing or unknown."""
    raw: str = ""
    """The service's own code, when nobody mapped it."""
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFact:
    """A fact (or one item of a list fact) as a panel."""

    fact: str
    item: str | None
    capability: str
    title: str
    state: str
    status: str = ""
    """The value of its `status` field, for the colour of a chip; empty when it has none."""
    status_label: str = ""
    fields: tuple[ShownField, ...]
    source: str
    read_at: datetime
    reason: str = ""
    reading: str = ""
    """Public id of the stored reading; empty for one that nothing keeps."""
    asked: Mapping[str, Any]
    """What the service was asked with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer of the way so far; going back to its question is possible."""

    step: str
    path: str
    question: str
    answer: str
    at: datetime | None


def facts_shown(standing: Standing, language: str, *, internal: bool = True) -> list[ShownFact]:
    """The facts the walk rests on now, in the order of the process; `internal` fields only for staff."""
    rows = standing.readings
    shown: list[ShownFact] = []
    for frame in standing.walk.frames:
        for state in frame.facts.values():
            shown += [_fact(reading, rows.get(reading.id), language, internal) for reading in state.readings.values()]
    seen: dict[tuple[str, str | None], ShownFact] = {(fact.capability, fact.item or fact.fact): fact for fact in shown}
    return list(seen.values())


def answers_given(standing: Standing, reader: Reader) -> list[GivenAnswer]:
    """The answers that stand now, in the order in which they were given."""
    answers = [given for frame in standing.walk.frames for given in _frame_answers(standing, frame, reader)]
    return sorted(answers, key=lambda given: (given.at is not None, given.at))


def journal(session: Session, walk_id: int) -> list[WalkEventRow]:
    """Every event of a walk with its proof, oldest first."""
    return list(
        session.scalars(select(WalkEventRow).where(WalkEventRow.walk_id == walk_id).order_by(WalkEventRow.number))
    )


def fact_shown(
    reading: Reading, capability: str, language: str, *, source: str = "", raw_codes: Mapping[str, str] | None = None,
    asked: Mapping[str, Any] | None = None, internal: bool = True,
) -> ShownFact:  # fmt: skip
    """A reading as a panel, stored or not: also for looking at a service without moving a walk."""
    known = catalogue().get(capability)
    types = known.fields if known else {}
    fields = tuple(
        field for field in _fields(types, reading.value, language, raw_codes or {}) if internal or not field.internal
    )
    status = reading.value.get("status", MISSING)
    known_status = status if isinstance(status, str) else ""
    return ShownFact(
        fact=reading.fact, item=reading.item, capability=capability, reading=reading.id, asked=asked or {},
        title=known.label.tell(language) if known else reading.fact, state=reading.state,
        status=known_status or ("unknown" if status is UNKNOWN or reading.state == "unknown" else ""),
        status_label=_label(types.get("status"), known_status, language), fields=fields, source=source,
        read_at=reading.at, reason=reading.reason,
    )  # fmt: skip


def every_field(
    types: Mapping[str, FieldType], values: Mapping[str, Any], language: str, raw: Mapping[str, str]
) -> Iterator[ShownField]:
    """All fields of an answer, those of listed items after the others, each with its place."""
    yield from _fields(types, values, language, raw)
    for name, kind in types.items():
        items = values.get(name)
        if kind.kind != "list" or not isinstance(items, list | tuple) or kind.of is None:
            continue
        for place, item in enumerate(items, 1):
            label = f"{kind.label.tell(language)} {place}"
            if not isinstance(item, Mapping):
                yield ShownField(name=f"{name}[{place - 1}]", label=label, value=item, state="known")
                continue
            codes = _below(raw, f"{name}[{place - 1}].")
            for field in _fields(kind.of.fields, item, language, codes):
                yield replace(field, label=f"{label} › {field.label}", name=f"{name}[{place - 1}].{field.name}")


def _below(raw: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {path.removeprefix(prefix): code for path, code in raw.items() if path.startswith(prefix)}


def _fact(reading: Reading, row: FactReading | None, language: str, internal: bool) -> ShownFact:
    if row is None:
        return fact_shown(reading, "", language, internal=internal)
    return fact_shown(
        reading, row.operation, language, source=row.source or "", raw_codes=row.raw_codes or {},
        asked=decode(row.inputs), internal=internal,
    )  # fmt: skip


def _fields(
    types: Mapping[str, FieldType], values: Mapping[str, Any], language: str, raw: Mapping[str, str], prefix: str = ""
) -> Iterator[ShownField]:
    """Plain fields; records are opened, lists are left to pages of their own."""
    for name, kind in types.items():
        value = values.get(name, MISSING)
        if kind.kind == "record" and isinstance(value, Mapping):
            yield from _fields(kind.fields, value, language, raw, f"{prefix}{name}.")
        elif kind.kind not in ("record", "list"):
            yield ShownField(
                name=f"{prefix}{name}", label=kind.label.tell(language), internal=kind.internal,
                value=_label(kind, value, language) if isinstance(value, str) else value,
                state="unknown" if value is UNKNOWN else "missing" if value is MISSING else "known",
                raw=raw.get(f"{prefix}{name}", ""),
            )  # fmt: skip


def _label(kind: FieldType | None, value: str, language: str) -> str:
    label = kind.values.get(value) if kind is not None else None
    return label.tell(language) if label is not None else value


def _frame_answers(standing: Standing, frame: Any, reader: Reader) -> Iterator[GivenAnswer]:
    program: Program = standing.world.programs.get(f"{frame.process}@{frame.version}", standing.program)
    for name, value in frame.scope.items():
        place = program.index.get(name)
        node = program.nodes[place] if place is not None else None
        # What was never put as a question (known from the start, the only parcel) cannot be gone back to.
        if not isinstance(node, Ask) or value is MISSING or not standing.walk.visits.get(f"{frame.path}{name}"):
            continue
        yield GivenAnswer(
            step=name, path=frame.path, question=_question(program, node, reader),
            answer=_answer(node, value, reader.languages), at=frame.at.get(name),
        )  # fmt: skip


def _question(program: Program, node: Ask, reader: Reader) -> str:
    """A short name for the question: its label, else its text as far as it prints no value."""
    label = program.labels.get(node.id)
    if label:
        return pick(label, *reader.languages)
    return pick(program.texts.get(node.text.id, {}).get("text", {}), *reader.languages).partition("{")[0].strip()


def _answer(node: Ask, value: Any, languages: tuple[str, ...]) -> str:
    if isinstance(value, dict) and not (len(node.fields) == 1 and node.fields[0].name == node.id):
        parts = [_value(spec, value[spec.name], languages) for spec in node.fields if spec.name in value]
        return " · ".join(part for part in parts if part)
    return _value(node.fields[0], value, languages)


def _value(spec: FieldSpec, value: Any, languages: tuple[str, ...]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(spec, each, languages) for each in value)
    if isinstance(value, dict):
        return " × ".join(str(part) for part in (value.get("chosen"), value.get("key")) if part is not None)
    for each in spec.choices:
        if each.choice.value == value:
            return choice_in_words(each.choice, languages[0])
    if spec.kind in ("yes_no", "confirm") and value in ("yes", "no"):
        return translate(languages[0], N_("yes") if value == "yes" else N_("no"))
    return str(value)
