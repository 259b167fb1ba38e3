"""`ariane walk`: a process walked without a browser, its proof printed: step, rule, values, words, waiting, effects.

With `--facts` nothing is called: facts, answers and results are those given, and waits are passed by waking the walk at
their time, so that a whole story can be seen at once; it stops at a question without an answer (`STEP=never`: nobody
answers it). Without it facts are read live, through the connections of the installation, and the walk stops where it
would wait or act: what comes after that nobody knows yet. Nothing is ever done, sent or stored.

Exit code 0: it stands somewhere or has ended; 1: it cannot go on; 2: asked wrongly.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from ariane.assembly import Installation
from ariane.cli import terminal_language
from ariane.cli.connecting import installation
from ariane.cli.process import document_named, office_calendar, programs_beside
from ariane.cli.walking import LivePlayer, TellingPlayer, print_walk, walk_to_json
from base.config import load
from base.errors import ArianeError, Unavailable
from base.languages import N_, translate
from processes.language.declared import Scenario
from processes.language.document import Document
from processes.language.errors import LanguageError
from processes.language.json import read_json
from processes.language.typed import moment
from processes.language.yaml import read_yaml
from processes.walk.errors import Refused, WalkError
from processes.walk.events import WALKERS
from processes.wording import Reader


class NothingToRead(Unavailable):
    """No facts were given and there is no installation to read them with."""

    sentence = N_("There is no installation here to read facts with. Give them with --facts FILE.")


@click.command(help="Walk a process without a browser: PROCESS is a file, or the key of a process.")
@click.argument("process")
@click.option("--as", "walker", type=click.Choice(WALKERS), default="agent", show_default=True, help="Who walks.")
@click.option("--set", "needs", multiple=True, metavar="NAME=VALUE", help="What is known at the start.")
@click.option("--answer", "answers", multiple=True, metavar="STEP=VALUE", help="An answer; of a form: JSON.")
@click.option(
    "--facts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of facts by name; what it lacks is unknown, and nothing is called. Without it facts are read live.",
)
@click.option("--result", "results", multiple=True, metavar="STEP=JSON", help="What an act or task gives back.")
@click.option("--at", "at", default=None, metavar="TIME", help="When it begins, with its zone; default: now.")
@click.option("--language", default=None, help="Language of the words; default: the terminal's.")
@click.option("--brand", default=None, help="Key of the brand, for live facts; the only one when there is one.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def command(
    process: str, walker: str, needs: tuple[str, ...], answers: tuple[str, ...], facts: Path | None,
    results: tuple[str, ...], at: str | None, language: str | None, brand: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Prints the trace and where the walk stands."""
    spoken = language or terminal_language()
    document = document_named(process, brand)
    scenario = Scenario(
        name="walk", walker=walker, at=_moment(at), facts={} if facts is None else _facts(facts), expect=[],
        answers={name: _answer(value) for name, value in (_pairs(needs) | _pairs(answers)).items()},
        results={step: _json(step, value) for step, value in _pairs(results).items()},
    )  # fmt: skip
    player = _live(document, scenario, spoken, brand) if facts is None else _given(document, scenario, spoken)
    problem, problems = _played(player, spoken)
    reader = Reader(walker=walker, channel="", languages=(spoken,), zone="Europe/Paris")
    if as_json:
        click.echo(json.dumps(walk_to_json(player, reader, problem, problems), ensure_ascii=False, indent=2))
    else:
        print_walk(player, reader, problem, problems)
    sys.exit(1 if problem else 0)


def _given(document: Document, scenario: Scenario, language: str) -> TellingPlayer:
    programs = programs_beside(document)
    return TellingPlayer(scenario, programs[document.process], programs, office_calendar(), language)


def _live(document: Document, scenario: Scenario, language: str, brand: str | None) -> LivePlayer:
    programs = programs_beside(document)
    try:
        database, actor = installation(brand)
    except SQLAlchemyError as error:
        raise NothingToRead from error
    facts = Installation(load(), database).walks.facts
    return LivePlayer(
        scenario,
        programs[document.process],
        programs,
        office_calendar(),
        language,
        facts=facts,
        brand_id=actor.brand_id,
    )


def _played(player: TellingPlayer, language: str) -> tuple[str, dict[str, str]]:
    """Play; the sentence that says why it cannot go on, and what is wrong with which field."""
    try:
        player.play()
    except Refused as refusal:
        told = {name: translate(language, text, **params) for name, (text, params) in refusal.problems.items()}
        return translate(language, refusal.sentence), told
    except WalkError as error:
        return translate(language, error.sentence, **error.params), {}
    except LanguageError as error:
        raise click.UsageError(error.tell(language)) from error
    except ArianeError as error:
        return error.tell(language), {}
    return "", {}


def _moment(written: str | None) -> str:
    if written is None:
        return datetime.now(UTC).isoformat(timespec="seconds")
    try:
        return moment(written).isoformat()
    except ValueError as error:
        raise click.UsageError(f"--at {written}: write a moment with its zone, 2026-03-02T10:00+01:00") from error


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise click.UsageError(f"{each} is not NAME=VALUE")
    return dict(each.split("=", 1) for each in given)


def _answer(written: str) -> Any:
    """Several values, or those of a form, are written as JSON; anything else is what a person typed."""
    if written[:1] not in ("{", "["):
        return written
    try:
        return json.loads(written)
    except ValueError:
        return written


def _json(step: str, written: str) -> Any:
    if written == "never":
        return written
    try:
        return json.loads(written)
    except ValueError as error:
        raise click.UsageError(
            f'--result {step}={written}: write JSON, {{"parcel_number": "6A2"}}, or never'
        ) from error


def _facts(file: Path) -> dict[str, Any]:
    source = file.read_bytes()
    given: Mapping[str, Any] = read_json(source) if file.suffix == ".json" else read_yaml(source).data
    return dict(given)
