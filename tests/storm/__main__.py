"""`make storm`: ten minutes of it, half in each mode, then the mutations that the checker has to notice."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ariane import migrations
from base.database import Database
from tests.cases.test_follow_ups_machine import race
from tests.faults.story import Fault, open_story
from tests.storm.storm import Plan, rage


def main() -> int:
    """Rage, print the figures, and exit with 1 when a promise was broken or a mutation went unnoticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["embedded", "procrastinate"], action="append")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--restarts", type=int, default=10)
    parser.add_argument("--kills-per-s", type=float, default=1.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", type=float, default=20)
    parser.add_argument("--calm", type=float, default=600)
    parser.add_argument("--mutation", choices=["no_token", "no_key"])
    parser.add_argument("--cuts", type=float, default=0.10, help="part of the calls that are done and then cut")
    parser.add_argument("--every-fault", action="store_true", help="each fault at each point of the story, on SQLite")
    parser.add_argument("--interleavings", type=int, help="so many orders of claim, run, sweep, cancel and close")
    asked = parser.parse_args()
    if asked.every_fault:
        return _every_fault()
    if asked.interleavings:
        return _interleavings(asked.interleavings)
    broken = False
    for engine in asked.engine or ["embedded", "procrastinate"]:
        outcome = rage(
            Plan(
                engine=engine, cases=asked.cases, seconds=asked.seconds, restarts=asked.restarts, seed=asked.seed,
                kills_per_s=asked.kills_per_s, clock=asked.clock, calm_s=asked.calm, mutation=asked.mutation or "",
                cuts=asked.cuts,
            )
        )  # fmt: skip
        print(json.dumps({"engine": engine, **outcome.figures()}, indent=2, ensure_ascii=False), flush=True)
        broken |= bool(outcome.faults) != bool(asked.mutation)
    return int(broken)


def _every_fault() -> int:
    """Kill after every statement, every other fault between any two transactions; how many broke something."""
    broken = 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/ariane.db")
        migrations.upgrade(database)
        story = open_story(database)
        kinds: tuple[Fault, ...] = ("kill", "freeze", "hour back", "day ahead")
        wanted: list[tuple[Fault, bool]] = [(kind, False) for kind in kinds] + [("kill", True)]
        for fault, inside in wanted:
            points = story.play(inside=inside).passed
            for at, name in enumerate(points):
                if faults := story.play(fault, at, inside=inside).faults:
                    broken += 1
                    print(fault, at, name, faults, flush=True)
            print(f"{fault}: {len(points)} points", flush=True)
        database.dispose()
    return min(broken, 1)


def _interleavings(orders: int) -> int:
    """Raises with the smallest order that broke something."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "ariane.db"
        database = Database(f"sqlite:///{template}")
        migrations.upgrade(database)
        with database.engine.connect() as connection:
            for statement in ("COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN"):
                connection.exec_driver_sql(statement)
        database.dispose()
        race(template, orders)
    print(f"{orders} orders, nothing after an acknowledged cancel", flush=True)
    return 0


sys.exit(main())
