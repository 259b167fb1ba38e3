"""For authors: what web services can be asked and told, tried for real; their code tables; the radar of statuses."""

import json
from collections.abc import Mapping

from flask import Response, flash, request, url_for

from base.errors import Invalid, NotFound
from base.languages import N_
from base.permissions import Permission, allowed
from processes.code_tables import CodeTable, read_lines, table_named, tables, write_codes
from processes.connectors.catalogue import Capability, catalogue
from processes.connectors.readings import Reading
from processes.connectors.trying import BadValue, beside, typed
from processes.radar import add_code, radar
from processes.views import every_field
from webui.i18n import language, tell
from webui.partials import page, see
from webui.requests import current_actor, database, now, permission_required, workings
from webui.studio.door import blueprint

SPARE_LINES = 3
"""Empty lines at the end of a table, for new codes."""
IN_A_SHEET = 300
"""Codes up to which a table is edited line by line; a longer one as text."""


class NoSuchFact(NotFound):
    """No capability of that name that only reads."""

    sentence = N_("There is no fact with this name: only facts can be tried here.")


@blueprint.get("/services")
@permission_required(Permission.PROCESS_READ)
def services() -> Response:
    with database().reading() as session:
        spotted = radar(session, current_actor().brand_id)
        sheets = tables(session, current_actor())
    known = sorted(catalogue().values(), key=lambda each: (each.kind, each.name))
    return page(
        "studio/services.html", spotted=spotted, known=known, language_key=language(), tables=sheets,
        may_add=allowed(current_actor(), Permission.CODES_WRITE),
        may_try=allowed(current_actor(), Permission.CONNECTOR_TRY),
    )  # fmt: skip


@blueprint.post("/services/codes/<int:id_>")
@permission_required(Permission.CODES_WRITE)
def name_code(id_: int) -> Response:
    """Say what a code means."""
    with database().unit() as session:
        done = add_code(session, current_actor(), now(), id_, request.form.get("value", ""))
    words = N_("“%(code)s” is in the table of %(definition)s: waiting cases are served at their next look.")
    flash(tell(words, code=done.code, definition=done.definition), "good")
    return see(url_for("studio.services"))


@blueprint.app_template_global()
def fields_told(table: CodeTable) -> str:
    """What is read with a table, in words."""
    return ", ".join(label.tell(language()) for label in table.fields)


# --- trying ----------------------------------------------------------------------------------------------------------


@blueprint.get("/services/try/<name>")
@permission_required(Permission.CONNECTOR_TRY)
def try_fact(name: str) -> Response:
    return _trial(_fact(name), {})


@blueprint.post("/services/try/<name>")
@permission_required(Permission.CONNECTOR_TRY)
def fact_tried(name: str) -> Response:
    """Ask the service now; nothing is stored, and nothing but a fact can be asked for."""
    capability = _fact(name)
    given = {each: request.form.get(each, "").strip() for each in capability.inputs}
    missing = [each for each, kind in capability.inputs.items() if not given[each] and not kind.optional]
    if missing:
        return _trial(capability, given, problems={each: tell(N_("Please fill this in.")) for each in missing})
    try:
        inputs = typed(capability.inputs, {each: text for each, text in given.items() if text})
    except BadValue as error:
        return _trial(capability, given, problems={str(error.params["name"]): error.tell(language())})
    reading, answer = workings().connectors.look(name, inputs, brand_id=current_actor().brand_id)
    return _trial(capability, given, reading=reading, answer=answer)


def _fact(name: str) -> Capability:
    capability = catalogue().get(name)
    if capability is None or capability.kind != "read" or capability.built_in:
        raise NoSuchFact
    return capability


def _trial(
    capability: Capability, given: Mapping[str, str], *, problems: Mapping[str, str] | None = None,
    reading: Reading | None = None, answer: bytes = b"",
) -> Response:  # fmt: skip
    raw = beside({}, answer)["answer"] if answer else None
    return page(
        "studio/try.html", status=422 if problems else 200, capability=capability, given=given, language_key=language(),
        problems=problems or {}, reading=reading,
        shown=list(every_field(capability.fields, reading.value, language(), reading.raw_codes)) if reading else [],
        raw=raw if isinstance(raw, str) or raw is None else json.dumps(raw, indent=2, ensure_ascii=False),
    )  # fmt: skip


# --- code tables -----------------------------------------------------------------------------------------------------


@blueprint.get("/services/tables/<definition>/<name>")
@permission_required(Permission.CODES_WRITE)
def code_table(definition: str, name: str) -> Response:
    with database().reading() as session:
        table = table_named(session, current_actor(), definition, name)
    return _sheet(table)


@blueprint.post("/services/tables/<definition>/<name>")
@permission_required(Permission.CODES_WRITE)
def change_table(definition: str, name: str) -> Response:
    """Take the table as it was typed, line by line or pasted; all of it, or nothing with the line that is wrong."""
    with database().reading() as session:
        table = table_named(session, current_actor(), definition, name)
    pasted = "lines" in request.form
    lines = request.form["lines"] if pasted else _typed_lines()
    try:
        codes = read_lines(table, lines)
        with database().unit() as session:
            write_codes(session, current_actor(), now(), definition, name, codes)
    except Invalid as error:
        return _sheet(table, problem=error.tell(language()), lines=lines)
    words = N_("%(count)s codes are in the table. Waiting cases are served at their next look.")
    flash(tell(words, count=len(codes)), "good")
    return see(url_for("studio.code_table", definition=definition, name=name))


def _typed_lines() -> str:
    """What stands in the lines of the sheet, as if it had been pasted; a line without code is left out."""
    typed_in = zip(request.form.getlist("code"), request.form.getlist("meaning"), strict=False)
    return "\n".join(f"{code.strip()}\t{word}" if code.strip() else "" for code, word in typed_in)


def _sheet(table: CodeTable, problem: str = "", lines: str | None = None) -> Response:
    rows = list(table.codes.items()) if lines is None else _rows(lines)
    return page(
        "studio/code_table.html", status=422 if problem else 200, table=table, language_key=language(), problem=problem,
        rows=[*rows, *[("", "")] * SPARE_LINES], as_lines=len(rows) > IN_A_SHEET,
        lines="\n".join(f"{code}\t{word}" for code, word in rows) if lines is None else lines,
    )  # fmt: skip


def _rows(lines: str) -> list[tuple[str, str]]:
    split = (line.partition("\t" if "\t" in line else ";") for line in lines.splitlines() if line.strip())
    return [(code.strip(), word.strip()) for code, _, word in split]
