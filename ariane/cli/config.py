"""`ariane config`: what the program was told, secrets masked."""

import json

import click
from rich.console import Console
from rich.table import Table

from base.config import PREFIX, load


@click.command(help="Print the configuration, secrets masked.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def command(as_json: bool) -> None:
    """One line an option, under the name that sets it."""
    shown = load().shown()
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    table = Table(box=None, show_header=False)
    for name, value in shown.items():
        table.add_row(f"{PREFIX}{name.upper()}", str(value))
    Console().print(table)
