"""Connections shared evenly between the server's processes.

A browser keeps its connection, and whoever accepted it serves all that comes over it. All processes hear of a new one
at the same time, and the first to ask gets it: one process may then serve six of eight browsers while the other idles.
"""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HESITATION = 0.0005
"""Seconds for each connection that is held."""
LONGEST = 0.01


class SharingWorker(ThreadWorker):
    """A process of threads; the more connections it holds, the longer it leaves a new one to the others."""

    def accept(self, listener: Any) -> None:
        """Take the connection, if it is still there."""
        time.sleep(min(HESITATION * self.nr_conns, LONGEST))
        super().accept(listener)
