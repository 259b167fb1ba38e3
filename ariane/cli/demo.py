"""`ariane demo`: the imaginary company, whole, on an embedded default."""

import shutil
import webbrowser
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr
from rich.console import Console
from rich.panel import Panel

from ariane import migrations
from ariane.assembly import Installation
from ariane.demo import company, loading, pages, services, time
from ariane.demo.clock import ZONE
from ariane.demo.services import Addresses, Ports
from ariane.serving import refuse_busy_port, serve
from base import logs
from base.business_time import Delay
from base.clock import business_now
from base.config import Configuration, load

FOLDER = Path("var/demo")
NEXT = "next"
FARTHEST = timedelta(days=366)
WHOLE = "loaded"
"""File that says that everything was loaded."""


@click.command(help="Run the imaginary company: its shop, carriers, customers and robots.")
@click.option("--port", default=8800, show_default=True, help="Of the web server; the services take the next five.")
@click.option("--no-browser", is_flag=True, help="Do not open the start page.")
@click.option("--fresh", is_flag=True, help="Forget what was played and start anew.")
@click.option(
    "--advance", is_flag=False, flag_value=NEXT, metavar="[1d]",
    help="Move the clock of the running demo: to the robots' next rendezvous, or 1d, 6h on.",
)  # fmt: skip
@click.option(
    "--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Where its data are."
)
def command(port: int, no_browser: bool, fresh: bool, advance: str | None, folder: Path) -> None:
    """Prints the addresses and sign-ins."""
    if advance is not None:
        _advance(folder, port, advance)
        return
    _run(folder, port, browser=not no_browser, fresh=fresh)


def _run(folder: Path, port: int, *, browser: bool, fresh: bool) -> None:
    console = Console()
    refuse_busy_port("127.0.0.1", port)
    # A company that was not loaded to the end (the computer was switched off, say) is begun again.
    if folder.exists() and (fresh or not (folder / WHOLE).exists()):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    configuration = _configuration(folder, port)
    logs.set_up("WARNING", configuration.log_form)
    with services.started(folder, Ports.beside(port)) as running:
        with console.status("Setting up Maison Ricochet…") as status:
            _set_up(
                configuration, running.addresses, lambda what: status.update(f"Setting up Maison Ricochet: {what}…")
            )
        time.remember(folder, running.addresses, port)

        def ready(installation: Installation) -> None:
            console.print(_welcome(port, running.addresses))
            if browser:
                webbrowser.open(f"http://127.0.0.1:{port}/demo")

        def prepare(application: Any) -> None:
            installation = Installation(configuration, configuration.open_database())
            pages.install(application, installation, running.addresses)

        serve(configuration, port=port, ready=ready, prepare=prepare)


def _configuration(folder: Path, port: int) -> Configuration:
    return load(
        data_folder=folder, database_url=SecretStr(f"sqlite:///{folder / 'ariane.db'}"),
        base_url=f"http://127.0.0.1:{port}", mail_url=f"smtp://127.0.0.1:{Ports.beside(port).smtp}",
        mail_from="bonjour@ricochet.example.com", demo=True,
    )  # fmt: skip


def _set_up(configuration: Configuration, addresses: Addresses, say: loading.Progress) -> None:
    installation = Installation(configuration, configuration.open_database())
    say("database")
    migrations.upgrade(installation.database)
    if loading.loaded(installation):
        loading.connect(installation, loading.demo_actor(installation), addresses)
    else:
        loading.load(installation, addresses, say)
        (configuration.data_folder / WHOLE).touch()
    with installation.database.reading() as session:
        now = business_now(session)
    time.tell_services(addresses, now)
    # The server forks: no connection may be shared with its processes.
    installation.database.dispose()


def _welcome(port: int, addresses: Addresses) -> Panel:
    lines = [
        f"[bold]Start here[/]   http://127.0.0.1:{port}/demo",
        f"Customer     http://127.0.0.1:{port}/selfcare",
        f"Console      http://127.0.0.1:{port}/console",
        f"Studio       http://127.0.0.1:{port}/studio",
        f"Insight      http://127.0.0.1:{port}/insight",
        f"Mails        {addresses.mail}",
        "",
        "Sign in as   lea@ricochet.example.test (agent),",
        "             sabine@… (supervisor), marc@… (author)",
        f"Password     {loading.PASSWORD}",
        "Clock        ariane demo --advance",
        "Stop         Ctrl+C",
    ]
    return Panel("\n".join(lines), title=company.NAME, expand=False)


def _advance(folder: Path, port: int, written: str) -> None:
    addresses = time.remembered(folder)
    configuration = _configuration(folder, port)
    logs.set_up("WARNING", configuration.log_form)
    installation = Installation(configuration, configuration.open_database())
    if written == NEXT:
        now = time.advance_to_next(installation, addresses)
    else:
        now = time.advance_by(installation, addresses, _delay(written))
    click.echo(f"{now.astimezone(ZONE):%A %d %B %Y %H:%M}")


def _delay(written: str) -> timedelta:
    """`1d`, `6h`, or a delay such as `2 days`; a year at the most."""
    number, unit = written[:-1], written[-1:]
    try:
        if number.isdecimal() and unit in "dh":
            delay = timedelta(**{"days" if unit == "d" else "hours": int(number)})
        else:
            parsed = Delay.parse(written)
            delay = timedelta(**{parsed.unit: parsed.amount})
    except (ValueError, TypeError, OverflowError) as error:
        raise click.BadParameter("is a time such as 1d or 6h", param_hint="--advance") from error
    if delay > FARTHEST:
        raise click.BadParameter("goes a year on at the most", param_hint="--advance")
    return delay
