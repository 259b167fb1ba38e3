"""`ariane serve`: the doors, and the robots beside them unless told otherwise."""

import click

from ariane import migrations
from ariane.serving import serve
from base import logs
from base.config import load


@click.command(help="Serve the doors, and run the robots beside them.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8800, show_default=True, help="Port to listen on.")
@click.option("--processes", default=1, show_default=True, help="Server processes; more than one needs PostgreSQL.")
@click.option("--robots/--no-robots", default=True, show_default=True, help="Run the robots in this process.")
def command(host: str, port: int, processes: int, robots: bool) -> None:
    """Enough alone for a small company."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    database = configuration.open_database()
    if processes > 1 and database.engine.dialect.name == "sqlite":
        raise click.UsageError("several processes need PostgreSQL: with SQLite there is one")
    migrations.upgrade(database)
    database.dispose()
    click.echo(f"Ariane listens on http://{host}:{port}")
    serve(configuration, host=host, port=port, processes=processes, robots=robots)
