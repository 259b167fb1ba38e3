"""`ariane import contacts|orders|cases`: history of other systems, from a file."""

import sys
from pathlib import Path
from typing import cast

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ariane.cli import terminal_language
from ariane.cli.connecting import installation
from base.actors import Actor
from base.brands import Brand
from base.clock import business_now
from base.database import Database
from base.errors import Conflict
from base.languages import N_, translate
from base.reasons import reason_names
from cases.importing import mapping as mappings
from cases.importing.mapping import FIELDS, Kind, Mapping
from cases.importing.proposing import propose
from cases.importing.reading import Source
from cases.importing.running import Counts, Run, run

NOT_ALL = 1
PROPOSED = N_("Proposed in %(file)s: look it through, then run the import with --map %(file)s.")
WOULD_BE = N_("Nothing was written: this was a trial.")
READ = N_("%(read)s rows read: %(new)s new, %(known)s known already, %(rejected)s rejected.")
CUSTOMERS = N_("%(customers)s new customers.")
REJECTS = N_("What was rejected is in %(file)s.")
AT_LINE = N_("Line %(line)s: %(why)s")
OTHER_KIND = N_("This mapping is for %(kind)s.")


class FileStays(Conflict):
    """Somebody may have put it right by hand."""

    sentence = N_("%(file)s exists already: a mapping is never written over.")


@click.command(help="Import the history of another system: contacts, orders or closed cases.")
@click.argument("kind", type=click.Choice(list(FIELDS)))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--map", "map_file", type=click.Path(path_type=Path, dir_okay=False), help="The mapping, YAML.")
@click.option("--propose", "proposing", is_flag=True, help="Write a first mapping to --map, from the file's heading.")
@click.option("--source", default="history", show_default=True, help="With --propose: the system it comes from.")
@click.option("--dry-run", is_flag=True, help="Say what would become of it; nothing is written.")
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Where; default: FILE.rejects.csv.")
@click.option("--language", default=None, help="Of the reasons; the terminal's where not said.")
@click.option("--brand", "brand_key", help="Key of the brand; the only one when there is one.")
def command(
    kind: str, file: Path, map_file: Path | None, proposing: bool, source: str, dry_run: bool, rejects: Path | None,
    language: str | None, brand_key: str | None,
) -> None:  # fmt: skip
    """Run it again as often as wanted: a row is taken once."""
    spoken = language or terminal_language()
    map_file = map_file or file.with_suffix(f".{kind}.yaml")
    database, actor = installation(brand_key)
    if proposing:
        _propose(database, actor, cast(Kind, kind), file, map_file, source)
        click.echo(translate(spoken, PROPOSED, file=map_file))
        return
    mapping = mappings.load(map_file)
    if mapping.kind != kind:
        raise click.UsageError(translate(spoken, OTHER_KIND, kind=mapping.kind))
    refused = rejects or (None if dry_run else file.with_name(f"{file.name}.rejects.csv"))
    done = _with_a_bar(database, actor, file, mapping, spoken, refused, dry_run)
    _tell(done, spoken, refused, dry_run)
    if done.counts.rejected:
        sys.exit(NOT_ALL)


def _propose(database: Database, actor: Actor, kind: Kind, file: Path, to: Path, source: str) -> None:
    with database.reading() as session:
        brand = session.get_one(Brand, actor.brand_id)
        reasons, zone = reason_names(session, brand.id, brand.default_language), brand.zone
    proposed = propose(file, kind, source=source, zone=zone, reasons=reasons)
    if to.exists():
        raise FileStays(file=to)
    to.write_text(mappings.as_yaml(proposed), "utf-8")


def _with_a_bar(
    database: Database, actor: Actor, file: Path, mapping: Mapping, language: str, rejects: Path | None, dry: bool
) -> Run:
    with database.reading() as session:
        now = business_now(session)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(file.name, total=None)

        def seen(source: Source, counts: Counts) -> None:
            progress.update(bar, total=source.size, completed=source.bytes_read, description=f"{counts.read:,}")

        return run(database, actor, now, file, mapping, language=language, rejects=rejects, dry=dry, seen=seen)


def _tell(done: Run, language: str, rejects: Path | None, dry: bool) -> None:
    counts = done.counts
    click.echo(
        translate(language, READ, read=counts.read, new=counts.new, known=counts.known, rejected=counts.rejected)
    )
    if dry:
        click.echo(translate(language, WOULD_BE))
    elif counts.customers:
        click.echo(translate(language, CUSTOMERS, customers=counts.customers))
    for reject in done.first_rejects:
        click.echo("  " + translate(language, AT_LINE, line=reject.line, why=reject.tell(language)))
    if counts.rejected and rejects is not None:
        click.echo(translate(language, REJECTS, file=rejects))
