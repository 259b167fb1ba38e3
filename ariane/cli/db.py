"""`ariane db …`: the database's schema."""

import click

from ariane import migrations
from base import logs
from base.config import load


@click.group(help="Bring the database up to date.")
def command() -> None:
    """The database that the configuration names."""


@command.command()
def upgrade() -> None:
    """Bring the database up to date with this program."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    click.echo(f"The database is at {migrations.upgrade(configuration.open_database())}.")
