"""`make bench`: every figure against its goal, as a table and as build/bench.json. Quote medians and ratios."""

import argparse
import json
import platform
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import bounds, editing, importing, jobs, robots, scale, serving, studio, walking
from tests.bench.measure import Figure

GROUPS = {
    "walk": walking.figures,
    "bounds": bounds.figures,
    "robots": robots.figures,
    "jobs": jobs.figures,
    "http": serving.figures,
    "editor": editing.figures,
    "studio": studio.figures,
    "scale": scale.figures,
    "import": importing.figures,
}


def main() -> None:
    """Measure the groups asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", choices=[*GROUPS, []], help="which groups; all by default")
    wanted = parser.parse_args().groups or list(GROUPS)
    figures = [figure for name in wanted for figure in GROUPS[name]()]
    _write(figures)
    _show(figures)


def _write(figures: list[Figure]) -> None:
    machine = {"python": platform.python_version(), "machine": platform.machine(), "date": date.today().isoformat()}  # noqa: DTZ011
    folder = Path("build")
    folder.mkdir(exist_ok=True)
    body = {"machine": machine, "figures": [figure.to_json() for figure in figures]}
    (folder / "bench.json").write_text(json.dumps(body, indent=2))


def _show(figures: list[Figure]) -> None:
    table = Table("figure", "value", "goal", "peer", "met")
    for each in figures:
        table.add_row(
            each.name, f"{each.value:g} {each.unit}", each.goal, each.peer, "yes" if each.met else "[red]no[/]"
        )
    Console().print(table)


main()
