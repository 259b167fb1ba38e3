"""`make storm`: ten minutes of it, half in each mode, then the mutations that the checker has to notice."""

import argparse
import json
import sys

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
    asked = parser.parse_args()
    broken = False
    for engine in asked.engine or ["embedded", "procrastinate"]:
        outcome = rage(
            Plan(
                engine=engine, cases=asked.cases, seconds=asked.seconds, restarts=asked.restarts, seed=asked.seed,
                kills_per_s=asked.kills_per_s, clock=asked.clock, calm_s=asked.calm, mutation=asked.mutation or "",
            )
        )  # fmt: skip
        print(json.dumps({"engine": engine, **outcome.figures()}, indent=2, ensure_ascii=False), flush=True)
        broken |= bool(outcome.faults) != bool(asked.mutation)
    return int(broken)


sys.exit(main())
