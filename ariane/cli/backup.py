"""`ariane backup`: everything in one file, while the company works."""

from pathlib import Path

import click

from ariane import moving
from base import logs
from base.config import load


@click.command(help="Write everything into a file of its own, while the company works.")
@click.argument("file", type=click.Path(path_type=Path))
def command(file: Path) -> None:
    """A SQLite file, whatever the database. The two keys of the data folder are not in it: keep them too."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    moving.back_up(configuration.open_database(), file)
    click.echo(f"{file} is written. Keep secret_key and encryption_key of the data folder as well.")
