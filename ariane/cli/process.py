"""`ariane process …`: process documents checked, tested, imported, exported and published.

`check` and `test` need files only: sub-processes are found among the files given, then among the ready-made ones. Exit
code 0: all is well; 1: a fault or a failing scenario; 2: asked wrongly.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from ariane.cli import terminal_language
from ariane.cli.meaning import brand_meant
from ariane.wiring import load_rows
from base.actors import Actor, system_actor
from base.business_time import Calendar
from base.calendars import holidays_of
from base.clock import business_now
from base.config import load
from base.languages import translate
from processes.drafts import NoSuchDraft, begin_draft, new_process, save_draft
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.language.faults import Fault
from processes.language.json import write_json
from processes.language.shape import read_document
from processes.language.yaml import write_yaml
from processes.library import shipped
from processes.scenarios import Outcome, run_scenarios
from processes.versions import document_of, live_version, publish, to_json
from processes.walk.program import Program

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
BRAND = click.option("--brand", default=None, help="Key of the brand; the only one when there is one.")


@click.group(help="Check, test, import, export or publish process documents.")
def command() -> None:
    """Process documents."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file, read and checked."""

    file: Path
    document: Document | None
    faults: list[Fault]

    @property
    def sound(self) -> bool:
        """Whether it may be published as far as the document alone can tell."""
        return self.document is not None and not any(fault.level == "error" for fault in self.faults)


@command.command()
@FILES
@AS_JSON
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Say every fault of process documents, with its step."""
    language = terminal_language()
    checked = _check(files)
    if as_json:
        told = [
            {"file": str(each.file), "sound": each.sound, "faults": [fault.to_json(language) for fault in each.faults]}
            for each in checked
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print_faults(checked, language)
    sys.exit(0 if all(each.sound for each in checked) else 1)


@command.command()
@FILES
@AS_JSON
def test(files: tuple[Path, ...], as_json: bool) -> None:
    """Play the scenarios of process documents."""
    language = terminal_language()
    checked = _check(files)
    if not all(each.sound for each in checked):
        _print_faults(checked, language)
        sys.exit(1)
    documents = [each.document for each in checked if each.document is not None]
    programs = _programs(documents)
    played = {
        document.process: run_scenarios(document, programs[document.process], programs, office_calendar())
        for document in documents
    }
    if as_json:
        click.echo(json.dumps({key: [_outcome(o, language) for o in outcomes] for key, outcomes in played.items()}))
    else:
        _print_outcomes(played, language)
    sys.exit(0 if all(outcome.passed for outcomes in played.values() for outcome in outcomes) else 1)


@command.command(name="publish")
@FILES
@click.option("--note", required=True, help="What this version changes, in a few words.")
@click.option("--override", default=None, help="Why it is published although a scenario fails.")
@BRAND
def publish_files(files: tuple[Path, ...], note: str, override: str | None, brand: str | None) -> None:
    """Publish documents as the next versions of their processes."""
    language = terminal_language()
    checked = _check(files)
    if not all(each.sound for each in checked):
        _print_faults(checked, language)
        sys.exit(1)
    with load().open_database().unit() as session:
        actor, now = _owner(session, brand), business_now(session)
        for each in checked:
            assert each.document is not None
            done = publish(session, actor, now, each.document, note=note, override=override)
            click.echo(f"{each.document.process} {done.version.number} ({done.version.content_hash[:12]})")
            for kept in done.settings_kept:
                click.echo(f"  {kept.key}: {kept.kept} kept, {kept.proposed} proposed")


@command.command(name="import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", default="Imported", show_default=True, help="Note of the ready-made versions.")
@BRAND
@AS_JSON
def import_files(files: tuple[Path, ...], note: str, brand: str | None, as_json: bool) -> None:
    """Take documents in as drafts, to be looked at in the studio; without FILES, publish the ready-made processes."""
    read = [(each, each.document) for each in _check(files)]
    if any(document is None for _, document in read):
        _print_faults([each for each, _ in read], terminal_language())
        sys.exit(1)
    with load().open_database().unit() as session:
        actor, now = _owner(session, brand), business_now(session)
        told = [_take_in(session, actor, now, document) for _, document in read if document is not None]
        if not files:
            for document in sorted(shipped(), key=lambda each: each.process == "parcel-not-received"):
                done = publish(session, actor, now, document, note=note)
                told.append({"process": document.process, "version": done.version.number})
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in told:
        state = f"draft, revision {each['revision']}" if "revision" in each else each["version"]
        click.echo(f"{each['process']} {state}")


def _take_in(session: Session, actor: Actor, now: datetime, document: Document) -> dict[str, Any]:
    """The document as the draft of its process. A draft that it replaces is kept, as the studio keeps it."""
    data = to_json(document)
    try:
        draft = begin_draft(session, actor, now, document.process)
    except NoSuchDraft:
        draft = new_process(session, actor, now, data)
    draft = save_draft(session, actor, now, document.process, data, draft.revision)
    return {"process": document.process, "revision": draft.revision, "based_on": draft.based_on}


@command.command()
@click.argument("key")
@click.option("--form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@BRAND
def export(key: str, form: str, brand: str | None) -> None:
    """Print the live version of a process, as a file to keep or to change."""
    with load().open_database().reading() as session:
        version = live_version(session, _owner(session, brand).brand_id, key)
        data = to_json(document_of(version))
    click.echo(write_yaml(data) if form == "yaml" else write_json(data), nl=False)


def document_named(name: str, brand: str | None = None) -> Document:
    """A document by file, by key of a ready-made process, or by key of a published one. Raises UsageError."""
    file = Path(name)
    if file.suffix in (".yaml", ".yml", ".json"):
        if not file.exists():
            raise click.UsageError(f"there is no file {name}")
        [checked] = _check((file,))
        if checked.document is None or not checked.sound:
            _print_faults([checked], terminal_language())
            sys.exit(1)
        return checked.document
    ready = {document.process: document for document in shipped()}
    if name in ready and brand is None:
        return ready[name]
    with load().open_database().reading() as session:
        return document_of(live_version(session, _owner(session, brand).brand_id, name))


def programs_beside(document: Document) -> dict[str, Program]:
    """The document's program and those of the ready-made processes, by key and by `key@version`."""
    programs = _programs([document])
    return programs | {f"{key}@{program.version}": program for key, program in programs.items()}


def _check(files: tuple[Path, ...]) -> list[Checked]:
    """Read every file; the first reading tells which processes the others may call."""
    others = {document.process: document for document in shipped()}
    for file in files:
        document, _ = read_document(file.read_bytes(), _form(file))
        others |= {document.process: document} if document is not None else {}
    read = [(file, *read_document(file.read_bytes(), _form(file), others)) for file in files]
    return [Checked(file=file, document=document, faults=faults) for file, document, faults in read]


def _form(file: Path) -> Any:
    return "json" if file.suffix == ".json" else "yaml"


def _programs(documents: list[Document]) -> dict[str, Program]:
    known = {document.process: document for document in shipped()}
    known |= {document.process: document for document in documents}
    return {key: compile_document(document).checked() for key, document in known.items()}


def office_calendar() -> Calendar:
    """Monday to Friday, 9 to 18 in Paris, French holidays: scenarios play on a business calendar."""
    day = ((time(9), time(18)),)
    return Calendar("Europe/Paris", (day, day, day, day, day, (), ()), holidays_of("FR"))


def _owner(session: Session, key: str | None) -> Actor:
    load_rows()
    return system_actor(brand_meant(session, key).id)


def _outcome(outcome: Outcome, language: str) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "passed": outcome.passed,
        "problem": translate(language, outcome.problem, **outcome.params) if outcome.problem else "",
        "happened": [str(each) for each in outcome.happened],
    }


def _print_faults(checked: list[Checked], language: str) -> None:
    console = Console()
    for each in checked:
        errors = sum(fault.level == "error" for fault in each.faults)
        console.print(f"[bold]{each.file}[/] {errors} errors, {len(each.faults) - errors} warnings", highlight=False)
        for fault in each.faults:
            colour = "red" if fault.level == "error" else "yellow"
            line = f"line {fault.line}: " if fault.line else ""
            console.print(f"  [{colour}]{fault.level}[/] {line}", end="", highlight=False)
            console.print(fault.tell(language), markup=False, highlight=False)


def _print_outcomes(played: dict[str, list[Outcome]], language: str) -> None:
    table = Table("process", "scenario", "", "difference", box=None)
    for key, outcomes in played.items():
        for outcome in outcomes:
            told = _outcome(outcome, language)
            table.add_row(
                key, outcome.name, "[green]plays[/]" if outcome.passed else "[red]differs[/]", told["problem"]
            )
    Console().print(table)
