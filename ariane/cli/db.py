"""`ariane db …`: the database's schema."""

import click

from ariane import migrations
from base import logs
from base.config import load
from robots.carrier import bring_up


@click.group(help="Bring the database up to date, or copy it to another.")
def command() -> None:
    """The database that the configuration names."""


@command.command()
@click.option(
    "--engine", type=click.Choice(["embedded", "procrastinate"]), help="Of the robots; default: as configured."
)
def upgrade(engine: str | None) -> None:
    """Bring the database up to date with this program."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    database = configuration.open_database()
    click.echo(f"The database is at {migrations.upgrade(database)}.")
    if (engine or configuration.robots_engine) == "procrastinate":
        with database.engine.begin() as connection:
            steps = bring_up(connection)
        click.echo(f"The robots' carrier is up to date ({steps} steps taken).")


@command.command()
@click.argument("target")
def copy(target: str) -> None:
    """Copy everything into another, empty database, such as postgresql://…; both are compared afterwards."""
    from ariane import moving
    from base.database import Database

    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    copied = moving.copy(configuration.open_database(), Database(target))
    for name, count in copied.rows.items():
        if count:
            click.echo(f"{count:>10}  {copied.checksums[name][:12]}  {name}")
    click.echo(f"{sum(copied.rows.values())} rows copied; counts and checksums are equal.")
