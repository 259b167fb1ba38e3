"""`ariane doctor`: everything that could be wrong on this machine, in one list.

Each finding is ok, a warning (it works, though not as well as it could) or wrong (exit code 1).
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from ariane import migrations
from base.config import PREFIX, Configuration, ConfigurationFaults, load
from base.database import sqlite
from base.errors import ArianeError
from processes import speedups
from processes.walk import advance

ROOMS = ("base", "kb", "cases", "processes", "robots", "insight", "webui", "ariane")
OTHER_VARIABLES = {"ARIANE_CHROMIUM", "ARIANE_SPEEDUPS", "ARIANE_SECRETS_FOLDER", "ARIANE_TEST_POSTGRESQL"}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SIGNS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "wrong": "[red]✗[/]"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    state: Literal["ok", "warning", "wrong"]
    words: str


@click.command(help="Say what is missing or wrong on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def command(as_json: bool) -> None:
    """Look at everything, tell it, and exit with 1 when something is wrong."""
    findings = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        console = Console()
        for finding in findings:
            console.print(
                f"{SIGNS[finding.state]} [bold]{finding.name}[/]  {finding.words}", highlight=False, soft_wrap=True
            )
    sys.exit(any(finding.state == "wrong" for finding in findings))


def examine() -> Iterator[Finding]:
    """All findings; those on the database only where the configuration can be read."""
    yield _python()
    yield _sqlite()
    yield _walk()
    yield from _rooms()
    yield _chromium()
    yield from _unknown_variables()
    try:
        configuration = load()
    except ConfigurationFaults as error:
        yield Finding("configuration", "wrong", str(error))
        return
    yield Finding("configuration", "ok", f"data in {configuration.data_folder}")
    yield from _database(configuration)


def _python() -> Finding:
    state: Literal["ok", "wrong"] = "ok" if sys.version_info >= (3, 11) else "wrong"
    return Finding("python", state, f"{platform.python_version()} at {sys.executable}")


def _sqlite() -> Finding:
    module = sqlite.library()
    words = f"{module.sqlite_version}, through {module.__name__.partition('.')[0]}"
    if sqlite.is_fixed(module):
        return Finding("sqlite", "ok", words)
    fixed = ".".join(map(str, sqlite.FIXED))
    cure = f"below {fixed} only one process may use a file. Install pysqlite3, or use PostgreSQL"
    return Finding("sqlite", "warning", f"{words}: {cure}")


def _walk() -> Finding:
    if Path(advance.__file__).is_relative_to(speedups.folder()):
        return Finding("walk", "ok", "compiled")
    return Finding("walk", "ok", "plain Python; twice as fast once compiled: python -m ariane.speedups")


def _rooms() -> Iterator[Finding]:
    """A foreign package of the same name, found first, would be imported in place of a room."""
    home = Path(__file__).parent.parent.parent
    for room in ROOMS:
        spec = find_spec(room)
        place = Path(spec.origin).parent if spec and spec.origin else None
        if place != home / room:
            yield Finding("rooms", "wrong", f"{room} is imported from {place}, not from {home / room}")
            return
    yield Finding("rooms", "ok", f"all from {home}")


def _chromium() -> Finding:
    for candidate in filter(None, (os.environ.get("ARIANE_CHROMIUM"), *map(shutil.which, CHROMIUMS))):
        try:
            answer = subprocess.run([candidate, "--version"], capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            continue
        return Finding("chromium", "ok", f"{answer.stdout.strip()} at {candidate}")
    return Finding("chromium", "warning", "none: only browser tests need one (playwright install chromium)")


def _unknown_variables() -> Iterator[Finding]:
    known = {PREFIX + name.upper() for name in Configuration.model_fields} | OTHER_VARIABLES
    for variable in sorted(os.environ):
        if variable.startswith(PREFIX) and variable not in known:
            close = get_close_matches(variable, known, n=1)
            yield Finding(
                "configuration", "warning", f"{variable} is no option" + (f", {close[0]} is" if close else "")
            )


def _database(configuration: Configuration) -> Iterator[Finding]:
    database = configuration.open_database()
    where = database.url.render_as_string(hide_password=True)
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        yield Finding("database", "warning", f"{where} does not exist yet. Run: ariane db upgrade")
        return
    reached = _told("database", where, database.ping)
    yield reached
    if reached.state == "ok":
        yield _told("schema", f"at {migrations.newest()}", lambda: migrations.require_migrated(database))
    database.dispose()


def _told(name: str, words: str, look: Callable[[], None]) -> Finding:
    try:
        look()
    except ArianeError as error:
        return Finding(name, "wrong", str(error))
    except SQLAlchemyError as error:
        return Finding(name, "wrong", f"{words}: {str(error).splitlines()[0]}")
    return Finding(name, "ok", words)
