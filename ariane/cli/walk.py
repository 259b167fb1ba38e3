"""`ariane walk`: a process walked without a browser, its proof printed: step, rule, values, words, waiting, effects.

With `--facts` nothing is called. Answers are given by step; acts are done with the results given, or with none. Robots'
waits are passed by waking the walk at their time, so that a whole story can be seen at once.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ariane.cli import terminal_language
from ariane.cli.process import document_named, office_calendar, programs_beside
from base.errors import ArianeError
from processes.language.document import Scenario
from processes.language.json import read_json
from processes.language.yaml import read_yaml
from processes.scenarios import Player
from processes.walk.errors import WalkError
from processes.walk.events import WALKERS
from processes.walk.turn import Turn, Waiting
from processes.walk.values import MISSING, encode
from processes.wording import Reader, tell


@click.command(help="Walk a process without a browser: PROCESS is a file, or the key of a process.")
@click.argument("process")
@click.option("--as", "walker", type=click.Choice(WALKERS), default="agent", show_default=True, help="Who walks.")
@click.option("--set", "needs", multiple=True, metavar="NAME=VALUE", help="What is known at the start.")
@click.option("--answer", "answers", multiple=True, metavar="STEP=VALUE", help="An answer, given when it is asked.")
@click.option(
    "--facts", type=click.Path(exists=True, path_type=Path), help="File of facts by name; the rest is unknown."
)
@click.option("--result", "results", multiple=True, metavar="STEP=JSON", help="What an act or task gives back.")
@click.option("--at", "moment", default=None, metavar="TIME", help="When it begins; default: now.")
@click.option("--language", default=None, help="Language of the words; default: the terminal's.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def command(
    process: str, walker: str, needs: tuple[str, ...], answers: tuple[str, ...], facts: Path | None,
    results: tuple[str, ...], moment: str | None, language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Prints the trace and where the walk stands."""
    document = document_named(process)
    programs = programs_beside(document)
    scenario = Scenario(
        name="walk", walker=walker, at=moment or datetime.now(UTC).isoformat(timespec="seconds"),
        answers=_pairs(needs) | _pairs(answers), facts=_facts(facts),
        results={step: json.loads(value) for step, value in _pairs(results).items()}, expect=[],
    )  # fmt: skip
    player = Player(scenario, programs[document.process], programs, office_calendar())
    problem = ""
    try:
        player.play()
    except (WalkError, ArianeError) as error:
        problem = str(error)
    reader = Reader(walker=walker, channel="", languages=(language or terminal_language(),), zone="Europe/Paris")
    if as_json:
        told = [_turn(player, turn, reader) for turn in player.turns]
        click.echo(json.dumps({"turns": told, "problem": problem}, ensure_ascii=False, indent=2))
    else:
        _print(player, reader, problem)
    sys.exit(1 if problem else 0)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise click.UsageError(f"{each} is not NAME=VALUE")
    return dict(each.split("=", 1) for each in given)


def _facts(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    source = file.read_bytes()
    return read_json(source) if file.suffix == ".json" else dict(read_yaml(source).data)


def _turn(player: Player, turn: Turn, reader: Reader) -> dict[str, Any]:
    return {
        "trace": [
            {"path": path, "step": step, "what": what, "branch": _plain(branch), "values": _plain(values)}
            for path, step, what, branch, values in turn.trace
        ],
        "words": _words(player, turn, reader),
        "wanted": [{"fact": fact.fact, "item": fact.item, "operation": fact.operation} for fact in turn.wanted],
        "effects": [{"kind": effect.kind, "step": effect.step, "key": effect.key} for effect in turn.effects],
        "waiting": _waiting(turn.waiting),
    }


def _words(player: Player, turn: Turn, reader: Reader) -> list[str]:
    programs = player.programs
    return [tell(programs[f"{each.process}@{each.version}"], each, reader).plain for each in turn.words]


def _waiting(waiting: Waiting | None) -> dict[str, Any] | None:
    if waiting is None:
        return None
    wake = waiting.wake_at.isoformat() if waiting.wake_at else None
    return {"kind": waiting.kind, "step": waiting.step, "path": waiting.path, "wake_at": wake}


def _plain(value: Any) -> Any:
    if value is None or value is MISSING:
        return None
    return encode(dict(value) if isinstance(value, dict) else value)


def _print(player: Player, reader: Reader, problem: str) -> None:
    console = Console()
    table = Table("step", "what", "branch", "values", box=None)
    for turn in player.turns:
        for path, step, what, branch, values in turn.trace:
            table.add_row(f"{path}{step}", what, "" if branch is None else str(branch), _short(values))
    console.print(table)
    said: list[str] = []
    for turn in player.turns:
        said += [words for words in _words(player, turn, reader) if words not in said]
    for words in said:
        console.print(f"  « {words} »", markup=False, highlight=False)
    for happening in player.happened:
        console.print(f"{happening.at:%Y-%m-%d %H:%M}  {happening}", highlight=False)
    last = player.turns[-1].waiting if player.turns else None
    console.print(problem or f"stands at: {_waiting(last)}", markup=False, highlight=False)


def _short(values: Any) -> str:
    if values is None:
        return ""
    text = ", ".join(f"{name}={value}" for name, value in values.items()) if isinstance(values, dict) else str(values)
    return text if len(text) <= 100 else f"{text[:99]}…"
