"""What the API says of itself: its description for programs, and a page for those who write them."""

from flask import Response, jsonify
from markupsafe import Markup, escape

from webui.api.door import blueprint
from webui.api.openapi import CALLS, Call, document
from webui.partials import page
from webui.requests import configuration


@blueprint.get("/openapi.json")
def openapi() -> Response:
    return jsonify(document())


@blueprint.get("/docs")
def docs() -> Response:
    base = configuration().base_url.rstrip("/")
    return page("api/docs.html", calls=[(call, _example(call, base), _fields(call)) for call in CALLS], base=base)


@blueprint.app_template_filter("coded")
def coded(text: str) -> Markup:
    """A sentence whose words between backticks are code."""
    plain, *rest = escape(text).split("`")
    return plain + Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 == 0 else part for place, part in enumerate(rest)
    )


def _example(call: Call, base: str) -> str:
    """The call as one types it in a terminal."""
    path = call.path.replace("{walk}", "$WALK")
    query = "?q=colis" if call.id == "search" else ""
    parts = [f'curl -H "Authorization: Bearer $KEY" "{base}/api/v1{path}{query}"']
    if call.takes is not None:
        parts.append(f"-H 'Content-Type: application/json' -d '{EXAMPLES[call.id]}'")
    return " \\\n  ".join(parts)


def _fields(call: Call) -> list[tuple[str, str, bool, str]]:
    """Name, type, whether it is needed, and what it is: of the body, else of the query."""
    if call.takes is None:
        return [(each.name, "string", each.needed, each.words) for each in call.parameters]
    schema = document()["components"]["schemas"][call.takes.__name__]
    return [
        (name, _type(field), name in schema.get("required", ()), field.get("description", ""))
        for name, field in schema["properties"].items()
    ]


def _type(field: dict[str, object]) -> str:
    kinds = field.get("anyOf")
    if isinstance(kinds, list):
        return " | ".join(dict.fromkeys(str(kind.get("type", "any")) for kind in kinds))
    return str(field.get("type", "any"))


EXAMPLES = {
    "start": '{"process": "parcel-not-received", "order_number": "RC-1001", "postcode": "37000", "language": "en"}',
    "answer": '{"step": "still_missing", "visit": 1, "value": "not_come"}',
    "confirm": '{"step": "reship", "visit": 1, "yes": true}',
}
