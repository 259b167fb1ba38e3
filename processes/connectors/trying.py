"""An operation tried by a person: inputs typed as text, and what came of it as plain data, to be read side by side.

Recordings and live answers go through the same `reader`; nothing here talks to a service.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from base.business_time import Delay
from base.errors import Invalid
from base.languages import N_
from base.money import Money
from processes.connectors.catalogue import FieldType
from processes.connectors.definitions import Definition
from processes.connectors.operations import Operation
from processes.connectors.reader import interpret, interpret_act, interpret_each, raw_values
from processes.connectors.readings import ActAnswer, Reading
from processes.connectors.strict_json import Garbage, read_json
from processes.connectors.times import to_text
from processes.walk.values import MISSING, UNKNOWN

LONGEST_ANSWER = 100_000
"""Characters of a raw answer that is shown as text."""

_YES = {"yes": True, "true": True, "oui": True, "no": False, "false": False, "non": False}


class NoSuchOperation(Invalid):
    """A name that is no operation of the definition."""

    sentence = N_("%(definition)s has no operation %(operation)s; it has %(known)s.")


class BadValue(Invalid):
    """A typed value that is not what the operation takes."""

    sentence = N_("%(name)s is not %(kind)s: %(value)s")


def operation_named(definition: Definition, word: str) -> Operation:
    """The operation of a definition. Raises `NoSuchOperation`."""
    operation = definition.operations.get(word)
    if operation is None:
        known = ", ".join(sorted(definition.operations))
        raise NoSuchOperation(definition=definition.key, operation=word, known=known)
    return operation


def typed_inputs(operation: Operation, pairs: Mapping[str, str]) -> dict[str, Any]:
    """Inputs as the capability types them, from text; items of a list are separated by commas. Raises `BadValue`."""
    return typed(operation.capability.inputs if operation.capability is not None else {}, pairs)


def typed(kinds: Mapping[str, FieldType], pairs: Mapping[str, str]) -> dict[str, Any]:
    """Inputs of these kinds, from text. Raises `BadValue`."""
    return {name: _typed(name, text, kinds.get(name)) for name, text in pairs.items()}


def recorded(operation: Operation, status: int, body: bytes, inputs: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a recorded answer means: of all things in it when none was asked for."""
    return beside(_of_recording(operation, status, body, inputs, key), body)


def beside(result: dict[str, Any], answer: bytes) -> dict[str, Any]:
    """What was made of an answer, with the answer itself: as data where it is sound JSON, else as text."""
    try:
        raw = read_json(answer)
    except Garbage:
        raw = answer[:LONGEST_ANSWER].decode("utf-8", "replace")
    return {**result, "answer": raw}


def told(reading: Reading) -> dict[str, Any]:
    """A reading as plain data."""
    return {
        "operation": reading.operation,
        "state": reading.state,
        "reason": reading.reason,
        "http": reading.http,
        "milliseconds": reading.milliseconds,
        "fields": plain(reading.value),
        "raw_codes": dict(reading.raw_codes),
        "unmapped": list(reading.unmapped),
        "unreadable": list(reading.unreadable),
    }


def told_act(answer: ActAnswer) -> dict[str, Any]:
    """What became of an act, as plain data."""
    patience = answer.retry_after
    return {
        "operation": answer.operation,
        "state": answer.state,
        "safety": answer.safety,
        "reason": answer.reason,
        "http": answer.http,
        "milliseconds": answer.milliseconds,
        "fields": plain(answer.result),
        "retry_after_seconds": None if patience is None else round(patience.total_seconds()),
    }


def plain(value: Any) -> Any:
    """A value for people and scripts: instants in UTC, amounts with their currency, `unknown` for what is not known."""
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items() if part is not MISSING}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Money):
        return {"amount": str(value.decimal), "currency": value.currency}
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Delay) else value


def _of_recording(
    operation: Operation, status: int, body: bytes, inputs: Mapping[str, Any], key: str
) -> dict[str, Any]:
    if operation.capability is None:
        values = raw_values(operation, status, body, inputs)
        return told(
            Reading(state="unknown" if values is None else "known", value=values or {}, operation=operation.name)
        )
    if operation.is_act:
        return told_act(interpret_act(operation, status, {}, body, {**inputs, "key": key}))
    if operation.items is None or operation.document.asked in inputs:
        return told(interpret(operation, status, {}, body, inputs))
    each = interpret_each(operation, status, {}, body, inputs)
    return told(each[0]) if len(each) == 1 else {"operation": operation.name, "each": [told(one) for one in each]}


def _typed(name: str, text: str, kind: FieldType | None) -> Any:
    if kind is None:
        return text
    try:
        match kind.kind:
            case "list":
                return [_typed(name, part.strip(), kind.of) for part in text.split(",") if part.strip()]
            case "money":
                return Money.parse(text)
            case "number":
                number = Decimal(text)
                return int(number) if number == number.to_integral_value() else number
            case "yes_no":
                return _YES[text.strip().lower()]
            case "moment":
                return datetime.fromisoformat(text)
            case "date":
                return date.fromisoformat(text)
            case "delay":
                return Delay.parse(text)
            case "text" | "choice" | "record":
                return text
    except (InvalidOperation, KeyError, ValueError) as error:
        raise BadValue(name=name, kind=kind.kind, value=text) from error
