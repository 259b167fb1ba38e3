"""`ariane serve`: the doors, and the robots beside them unless told otherwise."""

import click

from ariane import migrations
from ariane.serving import fitting_processes, most_processes, serve
from base import logs
from base.config import load


@click.command(help="Serve the doors, and run the robots beside them.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8800, show_default=True, help="Port to listen on.")
@click.option("--processes", type=click.IntRange(1), help="Server processes; SQLite takes two at most. [default: 2]")
@click.option("--robots/--no-robots", default=True, show_default=True, help="Run the robots beside the doors.")
def command(host: str, port: int, processes: int | None, robots: bool) -> None:
    """Enough alone for a small company."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    database = configuration.open_database()
    processes, most = processes or fitting_processes(database), most_processes(database)
    if processes > most:
        raise click.UsageError(f"this database takes {most} at most; more processes need PostgreSQL")
    migrations.upgrade(database)
    database.dispose()
    click.echo(f"Ariane listens on http://{host}:{port}")
    serve(configuration, host=host, port=port, processes=processes, robots=robots)
