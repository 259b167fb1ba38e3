"""Values as JSON Schema: what a question takes, what a process needs; an assistant offers them as a tool's."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.languages import pick
from processes.connectors.carriers import carrier_name
from processes.language.document import Document
from processes.walk.turn import Choice, Field

PLAIN: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string", "maxLength": 5000},
    "number": {"type": "string", "pattern": "^-?[0-9]+([.,][0-9]+)?$"},
    "amount": {"type": "string", "description": "12.50 EUR"},
    "date": {"type": "string", "format": "date"},
    "order_number": {"type": "string", "maxLength": 40},
    "yes_no": {"type": "string", "enum": ["yes", "no"]},
    "confirm": {"type": "string", "enum": ["yes"]},
}


def answer_schema(step: str, fields: Sequence[Field], languages: Sequence[str]) -> dict[str, Any]:
    """Schema of the answer to a question: of its one value, or of its form."""
    if len(fields) == 1 and fields[0].name == step:
        return field_schema(fields[0], languages)
    return {
        "type": "object",
        "properties": {field.name: field_schema(field, languages) for field in fields},
        "required": [field.name for field in fields if not field.optional],
        "additionalProperties": False,
    }


def field_schema(field: Field, languages: Sequence[str]) -> dict[str, Any]:
    """Schema of one value."""
    title = pick(field.label, *languages)
    head: dict[str, Any] = {"title": title} if title else {}
    if field.kind in ("choice", "item"):
        return {**head, "oneOf": _choices(field, languages)}
    if field.kind in ("choices", "items"):
        head |= {"type": "array", "items": {"oneOf": _choices(field, languages)}, "uniqueItems": True}
        return {**head, "minItems": field.at_least or 1} | ({"maxItems": field.at_most} if field.at_most else {})
    return {**head, **PLAIN.get(field.kind, {"type": "string"})}


def needs_schema(document: Document) -> dict[str, Any]:
    """Schema of what a process has to know before it begins; titles in the document's first language."""
    needs = document.needs
    return {
        "type": "object",
        "properties": {
            name: {"title": pick(need.label or {}) or name, **PLAIN.get(need.kind, {})} for name, need in needs.items()
        },
        "required": [name for name, need in needs.items() if not need.optional and need.default is None],
        "additionalProperties": False,
    }


def _choices(field: Field, languages: Sequence[str]) -> list[dict[str, str]]:
    return [{"const": choice.value, "title": _label(choice, languages)} for choice in field.choices]


def _label(choice: Choice, languages: Sequence[str]) -> str:
    shown = " · ".join(carrier_name(each) for each in choice.shown if isinstance(each, str))
    return pick(choice.label, *languages) or shown or choice.value
