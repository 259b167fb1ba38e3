"""`ariane robots`: the robots on their own, or one round of them."""

import json
import signal
import threading
from datetime import datetime

import click

from ariane.assembly import Installation
from base import logs
from base.config import load
from robots import ticker


@click.command(help="Run the robots, or one round of them.")
@click.option("--once", is_flag=True, help="Work until nothing is due, then stop.")
@click.option(
    "--now", "moment", metavar="TIME", help="Take this as the time, e.g. 2026-11-18T18:01+01:00 (with --once)."
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--engine", type=click.Choice(["embedded", "procrastinate"]), help="Who carries the work; as configured.")
@click.option("--workers", default=1, show_default=True, help="Worker processes on this host (procrastinate); 0: none.")
@click.option("--only-work", is_flag=True, hidden=True, help="Be one of the workers.")
def command(once: bool, moment: str | None, as_json: bool, engine: str | None, workers: int, only_work: bool) -> None:
    """Walks that are due are woken, effects delivered."""
    configuration = load()
    logs.set_up(configuration.log_level, configuration.log_form)
    installation = Installation(configuration, configuration.open_database())
    if once:
        done = installation.robots_at(_moment(moment)).settle()
        told = {"woken": done.woken, "delivered": done.delivered, "freed": done.swept}
        click.echo(json.dumps(told) if as_json else " · ".join(f"{number} {name}" for name, number in told.items()))
        return
    if moment:
        raise click.UsageError("--now goes with --once")
    if (engine or configuration.robots_engine) == "procrastinate":
        _distributed(installation, workers, only_work)
    else:
        _run(installation)


def _distributed(installation: Installation, workers: int, only_work: bool) -> None:
    from ariane.team import run_team, run_worker
    from robots.carrier import require_up

    with installation.database.engine.connect() as connection:
        require_up(connection)
    if only_work:
        run_worker(installation)
        return
    click.echo(f"The robots are at work: {workers} workers on this host.")
    run_team(installation, workers)


def _run(installation: Installation) -> None:
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    scheduler = ticker.start(installation.robots)
    click.echo("The robots are at work.")
    stop.wait()
    ticker.stop(scheduler, installation.robots)


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise click.BadParameter("is a time such as 2026-11-18T18:01+01:00", param_hint="--now") from error
    if moment.tzinfo is None:
        raise click.BadParameter("needs a zone, such as +01:00", param_hint="--now")
    return moment
