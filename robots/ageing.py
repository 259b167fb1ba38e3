"""Moving follow-ups of long ago out of the due list, in small bites, so that nobody waits for it."""

from base.clock import business_now
from cases.past_follow_ups import move_out
from robots.rounds import Robots

MOST_BATCHES = 200
"""Of one round: a hundred thousand rows an hour."""


def move_out_old(robots: Robots) -> int:
    """Move everything that ended more than a month ago, a batch a transaction; how many rows."""
    moved = 0
    for _ in range(MOST_BATCHES):
        with robots.database.unit() as session:
            batch = move_out(session, robots.now or business_now(session))
        moved += batch
        if not batch or robots.stopping.is_set():
            break
    return moved
