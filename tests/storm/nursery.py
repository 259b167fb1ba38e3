"""Where robots processes of the storm are born: everything is imported once, each birth is a fork.

Reads a role a line, answers with the process's number. A start from nothing takes two seconds, and a storm kills often.
"""

import json
import os
import signal
import sys

from ariane.wiring import load_rows
from tests.storm import worker


def main() -> None:
    """Fork as asked, until the input ends."""
    site = worker.Site(**json.loads(sys.argv[1]))
    load_rows()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            try:
                worker.run(line.strip(), site)
            finally:
                os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
