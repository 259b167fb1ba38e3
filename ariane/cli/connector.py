"""`ariane connector …`: services tried, live or on a recorded answer; definitions checked, installed and connected."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ariane.cli.connecting import NOT_AS_IT_SHOULD_BE, check, connect, install, installation, read_secret
from base import logs
from base.config import load
from base.errors import Invalid, NotFound
from base.languages import N_
from processes.connectors import definitions
from processes.connectors.addresses import RefusedAddress, parse_base_url, parse_networks
from processes.connectors.client import SECONDS_TO_READ_A_FACT, Client, Line
from processes.connectors.definitions import Definition
from processes.connectors.operations import Operation
from processes.connectors.service import Connectors
from processes.connectors.transport import Transport
from processes.connectors.trying import beside, operation_named, recorded, told, told_act, typed_inputs


class NoSuchDefinition(NotFound):
    """Neither ready-made nor installed."""

    sentence = N_("There is no connector definition named %(name)s.")


class UnusableAddress(Invalid):
    """A base address or network given on the command line that no connector may use."""

    sentence = N_("This address cannot be used for a connector: %(because)s")


@click.group(help="Try an operation of a connector; check and install definitions; connect a service.")
def command() -> None:
    """Services as a process sees them."""


for each in (check, install, connect):
    command.add_command(each)


@command.command("try")
@click.argument("name", metavar="NAME.OPERATION")
@click.argument("given", nargs=-1, metavar="KEY=VALUE...")
@click.option("--payload", type=click.File("rb"), help="Map this recorded answer; no network is used.")
@click.option("--status", default=200, show_default=True, help="HTTP status of the recorded answer.")
@click.option("--definition", "file", type=click.Path(path_type=Path), help="A definition that is not installed.")
@click.option("--base-url", help="Call the service here instead of through an installed connection.")
@click.option("--network", "networks", multiple=True, help="A network beside the open Internet that it may be in.")
@click.option("--secret-file", type=click.File("r"), help="The secret, with --base-url: one PART=VALUE a line.")
@click.option("--key", help="Really do an act, under this idempotency key.")
@click.option("--brand", "brand_key", help="Key of the brand; the only one when there is one.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def try_(
    name: str, given: tuple[str, ...], payload: Any, status: int, file: Path | None, base_url: str | None,
    networks: tuple[str, ...], secret_file: Any, key: str | None, brand_key: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Exit code 1 when the answer could not be read, or the act was not done."""
    logs.set_up("WARNING")  # on standard error: what is printed is the answer, and nothing else
    pairs = _pairs(given)
    definition_key, _, word = name.partition(".")
    if payload is not None:
        operation = operation_named(_definition(definition_key, file), word)
        result = recorded(operation, status, payload.read(), typed_inputs(operation, pairs), key or "")
    elif base_url is not None:
        definition = _definition(definition_key, file)
        operation = operation_named(definition, word)
        _refuse_act_without_key(operation, key)
        line = _line(definition, base_url, networks, {} if secret_file is None else read_secret(secret_file))
        result = _called(line, operation, typed_inputs(operation, pairs), key)
    elif file is not None:
        raise click.UsageError("--definition needs --payload FILE or --base-url URL: a file is connected to nothing")
    else:
        result = _through_installation(name, pairs, key, brand_key)
    _show(result, as_json)
    if not _is_well(result):
        sys.exit(NOT_AS_IT_SHOULD_BE)


def _definition(key: str, file: Path | None) -> Definition:
    """From the file where one is given, else ready-made. Raises `BadDefinition`, `NoSuchDefinition`."""
    if file is not None:
        return definitions.load_file(file)
    ready_made = definitions.library().get(key)
    if ready_made is None:
        raise NoSuchDefinition(name=key)
    return ready_made


def _through_installation(
    name: str, pairs: Mapping[str, str], key: str | None, brand_key: str | None
) -> dict[str, Any]:
    database, actor = installation(brand_key)
    connectors = Connectors(database, load())
    operation = connectors.operation(name, pairs, actor.brand_id)
    if operation is None:
        raise NoSuchDefinition(name=name)
    _refuse_act_without_key(operation, key)
    inputs = typed_inputs(operation, pairs)
    if operation.is_act:
        return told_act(connectors.act(name, inputs, key=key or "", brand_id=actor.brand_id))
    reading, answer = connectors.look(name, inputs, brand_id=actor.brand_id)
    return beside(told(reading), answer)


def _called(line: Line, operation: Operation, inputs: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    client = Client()
    if operation.is_act:
        return told_act(client.act(line, operation, inputs, key or ""))
    reading, exchange = client.look(line, operation, inputs, SECONDS_TO_READ_A_FACT)
    return beside(told(reading), exchange.body)


def _line(definition: Definition, base_url: str, networks: tuple[str, ...], secret: dict[str, str]) -> Line:
    try:
        allowed = parse_networks(networks)
        origin = parse_base_url(base_url, allowed)
    except (RefusedAddress, ValueError) as error:
        raise UnusableAddress(because=str(error)) from error
    transport = Transport(origin, networks=allowed)
    return Line(name=definition.key, definition=definition, transport=transport, secret=lambda: secret)


def _refuse_act_without_key(operation: Operation, key: str | None) -> None:
    if operation.is_act and not key:
        raise click.UsageError(
            f"{operation.name} changes the world: say --key KEY to really do it, or give a --payload"
        )


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{text} is not KEY=VALUE")
        pairs[name] = value
    return pairs


def _is_well(result: Mapping[str, Any]) -> bool:
    results = result.get("each", [result])
    return all(one["state"] in ("known", "missing", "done") for one in results)


def _show(result: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
        return
    readings = Group(*(part for one in result.get("each", [result]) for part in _shown(one)))
    raw = result.get("answer")
    text = raw if isinstance(raw, str) else json.dumps(raw, indent=1, ensure_ascii=False)
    two = Table.grid(padding=(0, 4))
    # Text, not markup: a service's answer may hold brackets.
    two.add_row(readings, Text(text if raw else "", style="dim"))
    Console().print(two)


def _shown(one: Mapping[str, Any]) -> list[RenderableType]:
    told_how = [str(one["state"]), str(one["reason"] or ""), f"HTTP {one['http']}" if one["http"] else ""]
    head = Text(f"{one['operation'] or ''}: {' · '.join(part for part in told_how if part)}", style="bold")
    table = Table(box=None, show_header=False)
    for field, value in one["fields"].items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        table.add_row(field, Text(shown), Text(one.get("raw_codes", {}).get(field, ""), style="dim"))
    return [head, table]
