"""Robots whose work goes through the distributed engine: the embedded ones' verbs, for the same tests."""

from robots.dispatching import BATCH, Kind, Room
from robots.distributed import Dispatcher, Worker
from robots.rounds import Robots, Round


class Carried(Robots):
    """Each phase of a round is dispatched, and carried out by a worker that ends when nothing lies ready."""

    def _phase(self, done: Round, kind: Kind) -> int:
        taken = Dispatcher(self).dispatch(Room(total=500, per_lane=BATCH), (kind,))
        done.by_lane.update(ticket.lane for ticket in taken)
        if taken:
            Worker(self, places=1, name="worker of the tests").run(wait=False)
        return len(taken)
