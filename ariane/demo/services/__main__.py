"""``python -m ariane.demo.services --folder var/demo``: the imaginary shop, its carriers and the mail sink."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from ariane.demo.services.running import Ports, run, say_ready


def main() -> int:
    """Serve until told to stop; exit code 3 when a port is taken."""
    parser = argparse.ArgumentParser(prog="python -m ariane.demo.services", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the services keep their data")
    parser.add_argument("--follow-stdin", action="store_true", help="stop when the standard input is closed")
    for field in fields(Ports):
        parser.add_argument(f"--{field.name}", type=int, default=0, metavar="PORT")
    given = parser.parse_args()
    ports = Ports(**{field.name: getattr(given, field.name) for field in fields(Ports)})
    try:
        run(given.folder, ports, say_ready, follow=sys.stdin.fileno() if given.follow_stdin else None)
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
