"""The command `ariane`. Each sub-command is a module of this folder that exposes `command`.

A module is imported when its command is asked for, so that none pays for the others. Exit codes: 0 done, 1 what was
asked about is not as it should be, 2 it was asked wrongly, 3 Ariane cannot do it now (one sentence on standard error).
"""

import os
import re
import sys
from importlib import import_module
from importlib.metadata import version

import click

from base.errors import ArianeError
from base.languages import N_, spoken, translate

COMMANDS = {
    "audit": "Verify the trail of who changed what.",
    "backup": "Write everything into a file of its own, while the company works.",
    "config": "Print the configuration, secrets masked.",
    "connector": "Try an operation of a connector.",
    "db": "Bring the database up to date, or copy it to another.",
    "demo": "Run the imaginary company: its shop, carriers, customers and robots.",
    "doctor": "Say what is missing or wrong on this machine.",
    "import": "Import contacts, orders or cases of another system.",
    "key": "Let programs call the API.",
    "process": "Check, test, import, export or publish process documents.",
    "restore": "Fill an empty database from a backup; its robots stand still.",
    "robots": "Run the robots.",
    "serve": "Serve the doors.",
    "user": "Add people who may sign in.",
    "walk": "Walk a process without a browser.",
}
MODULES = {"import": "import_"}
"""Where a command's name is a word of Python's."""
UNABLE = 3


class Commands(click.Group):
    """The group, which knows its commands by name and loads the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"ariane.cli.{MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("ariane"), prog_name="ariane")
def group() -> None:
    """Ariane: one tree, walked by agents, customers and robots on live data."""


def main() -> None:
    """Entry point: what Ariane can explain ends in a sentence, in the terminal's language, and not in a traceback."""
    try:
        group(prog_name="ariane")
    except ArianeError as error:
        click.echo(error.tell(terminal_language()), err=True)
        sys.exit(UNABLE)
    except Exception as error:
        told = _trouble_of_the_database(error)
        if told is None:
            raise
        click.echo(told, err=True)
        sys.exit(UNABLE)


BEHIND = N_("The database is not as this program needs it. Run: ariane db upgrade")
SILENT = N_("The database does not answer: %(reason)s")


def _trouble_of_the_database(error: Exception) -> str | None:
    """An older schema or a server that is silent, in a sentence; None for what is no such thing, a fault of ours."""
    from sqlalchemy.exc import DBAPIError, OperationalError  # not before it is needed: commands start at once

    if not isinstance(error, DBAPIError):
        return None
    words = str(error.orig).strip()
    if re.search(r"no such (table|column)|(relation|column) .* does not exist", words):
        return translate(terminal_language(), BEHIND)
    if isinstance(error, OperationalError):
        return translate(terminal_language(), SILENT, reason=words.partition("\n")[0])
    return None


def terminal_language() -> str:
    """The first language of the terminal's locale that the program speaks, English when it does not say."""
    wish = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return spoken(wish) if wish not in ("C", "POSIX", "C.UTF-8") else "en"
