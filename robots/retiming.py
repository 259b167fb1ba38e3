"""Planned dates found again after a calendar has changed, in small bites, so that nobody waits for it."""

from base.clock import business_now
from processes import retiming
from robots.rounds import Robots


def move_dates(robots: Robots) -> int:
    """Go through the waiting walks for all that was asked for; how many batches."""
    batches = 0
    with robots.database.reading() as session:
        asked = retiming.open_moves(session)
    for id in asked:
        left = True
        while left and not robots.stopping.is_set():
            with robots.database.unit() as session:
                left = retiming.go_on(session, robots.now or business_now(session), id)
            batches += 1
    return batches
