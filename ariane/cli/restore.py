"""`ariane restore`: an empty database filled from a backup."""

from pathlib import Path

import click

from ariane import moving
from base import logs
from base.config import load


@click.command(help="Fill an empty database from a backup; its robots stand still.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(file: Path) -> None:
    """It becomes another installation: its robots wait until a person lets them go on their page."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    name = moving.restore(file, configuration.open_database())
    click.echo(f"Restored as installation {name}. The robots stand still until somebody lets them go.")
