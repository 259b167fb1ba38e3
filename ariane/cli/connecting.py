"""`ariane connector check|install|connect`: a service added by a file and two commands."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ariane.cli.meaning import brand_meant
from base import logs
from base.actors import Actor, system_actor
from base.clock import business_now
from base.config import load
from base.database import Database
from processes.connectors import definitions, installing
from processes.connectors.definitions import BadDefinition

NOT_AS_IT_SHOULD_BE = 1


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say every fault of definition files."""
    faults = {str(file): _faults(file) for file in files}
    if as_json:
        click.echo(json.dumps(faults, indent=2, ensure_ascii=False))
    else:
        for name, found in faults.items():
            click.echo("\n  ".join([f"{name}: {len(found)} fault(s)" if found else f"{name}: good", *found]))
    if any(faults.values()):
        sys.exit(NOT_AS_IT_SHOULD_BE)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def install(files: tuple[Path, ...]) -> None:
    """Install definitions from files, all or none; a newer one takes the place of an older one at once."""
    database, actor = installation(None)
    sources = [_text(file) for file in files]
    with database.unit() as session:
        made = [installing.install_definition(session, actor, business_now(session), text) for text in sources]
    for one in made:
        click.echo(f"{one.key} is installed.")


@click.command()
@click.argument("definition")
@click.option("--base-url", required=True, help="Where the service is.")
@click.option("--secret-file", type=click.File("r"), help="Its secret, one PART=VALUE a line; left out: as it was.")
@click.option("--route", "routes", multiple=True, help="CAPABILITY=OPERATION, or CAPABILITY=OPERATION@CARRIER.")
@click.option("--network", "networks", multiple=True, help="A network beside the open Internet that it may be in.")
@click.option("--calls-per-day", type=click.IntRange(1), help="Its budget; none: as many as wanted.")
@click.option("--calls-per-second", type=click.IntRange(1), help="Its rate.")
@click.option("--name", help="Of the connection; the definition's where none is given.")
@click.option("--brand", "brand_key", help="Key of the brand; the only one when there is one.")
def connect(
    definition: str, base_url: str, secret_file: Any, routes: tuple[str, ...], networks: tuple[str, ...],
    calls_per_day: int | None, calls_per_second: int | None, name: str | None, brand_key: str | None,
) -> None:  # fmt: skip
    """Connect a brand to a service, or change how it is connected."""
    database, actor = installation(brand_key)
    with database.unit() as session:
        row = installing.install_connection(
            session, actor, business_now(session), definition=definition, base_url=base_url, name=name,
            secret=None if secret_file is None else read_secret(secret_file), networks=networks,
            calls_per_day=calls_per_day, calls_per_second=calls_per_second, routes=[_route(text) for text in routes],
            keys=load().encryption_keys,
        )  # fmt: skip
    click.echo(f"{row.name} is connected to {row.base_url}.")


def installation(brand_key: str | None) -> tuple[Database, Actor]:
    """The configured database, and the program itself acting in a brand of it. Raises `NoBrand`, `SeveralBrands`."""
    logs.set_up("WARNING")
    database = load().open_database()
    with database.reading() as session:
        return database, system_actor(brand_meant(session, brand_key).id)


def read_secret(file: Any) -> dict[str, str]:
    """The parts of a secret from an open file; a single line without a name is a secret of one part."""
    lines = [line.strip() for line in file.read().splitlines() if line.strip()]
    if len(lines) == 1 and "=" not in lines[0]:
        return {"": lines[0]}
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}


def _faults(file: Path) -> list[str]:
    try:
        definitions.load_file(file)
    except BadDefinition as error:
        return error.faults
    return []


def _route(text: str) -> tuple[str, str, str | None]:
    capability, _, where = text.partition("=")
    operation, _, carrier = where.partition("@")
    if not capability or not operation:
        raise click.UsageError(f"{text} is not CAPABILITY=OPERATION")
    return capability, operation, carrier or None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadDefinition([f"{file.name}: {error}"]) from error
