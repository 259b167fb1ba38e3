"""Who counts after the storm: our rows and, first of all, what arrived outside. Pure: evidence in, faults out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SeenEffect:
    """A row of the effect ledger."""

    key: str
    kind: str
    state: str
    order: str
    message_id: str = ""
    has_task: bool = False


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that was found."""

    orders: Sequence[str]
    """Of the follow-ups that were acknowledged to somebody."""
    checks: Sequence[tuple[str, str]]
    """Order and state of every follow-up."""
    woken: Mapping[str, int]
    """How often each order's walk was woken, by its journal."""
    told: Mapping[str, int]
    """How often each order's timeline says that a check was made."""
    effects: Sequence[SeenEffect]
    shipped: Mapping[str, str]
    """The shop's ledger: order by key."""
    requests: Mapping[str, int]
    mails: Mapping[str, int]
    """The mailbox: how often by Message-ID."""
    stale_writes: Sequence[str] = ()
    """Writes of whoever no longer held the row, by the database's own journal."""
    refused_writers: int = 0
    """How many came back too late and were not let in."""
    kills: int = 0
    pauses: int = 0
    restarts: int = 0


@dataclass
class Verdict:
    """What is wrong, in sentences; nothing: the promise was kept."""

    faults: list[str] = field(default_factory=list)

    def unless(self, fine: bool, fault: str) -> None:
        """Note a fault unless all is fine."""
        if not fine:
            self.faults.append(fault)


def check(seen: Evidence) -> list[str]:
    """Every promise that was broken."""
    verdict = Verdict()
    _nothing_lost(seen, verdict)
    _nothing_done_twice_inside(seen, verdict)
    _nobody_stale(seen, verdict)
    _nothing_done_twice_outside(seen, verdict)
    _mails(seen, verdict)
    return verdict.faults


def _nothing_lost(seen: Evidence, verdict: Verdict) -> None:
    states = Counter(state for _, state in seen.checks)
    verdict.unless(set(states) <= {"done"}, f"checks that did not come to an end: {dict(states)}")
    missing = set(seen.orders) - {order for order, _ in seen.checks}
    verdict.unless(not missing, f"{len(missing)} acknowledged checks are gone")
    acts = Counter(effect.order for effect in seen.effects if effect.kind == "act")
    verdict.unless(all(acts[order] == 1 for order in seen.orders), "an order has no act, or several")
    for effect in seen.effects:
        fine = effect.state in ("done", "failed") or (effect.state == "unknown" and effect.has_task)
        verdict.unless(fine, f"{effect.kind} of {effect.order} is {effect.state}, with no task for a person")


def _nothing_done_twice_inside(seen: Evidence, verdict: Verdict) -> None:
    looks = Counter(order for order, state in seen.checks if state == "done")
    for order in seen.orders:
        # One look is the rule; where nobody answered for as long as a robot is patient, it looks again another day.
        woken, told, wanted = seen.woken.get(order, 0), seen.told.get(order, 0), max(1, looks[order])
        verdict.unless(woken == wanted, f"walk of {order} was woken {woken} times, by {wanted} checks")
        verdict.unless(told == wanted, f"{order} has {told} entries of its {wanted} checks")
    keys = Counter(effect.key for effect in seen.effects)
    verdict.unless(all(count == 1 for count in keys.values()), "a key has two rows")


def _nobody_stale(seen: Evidence, verdict: Verdict) -> None:
    some = list(seen.stale_writes[:3])
    verdict.unless(not seen.stale_writes, f"{len(seen.stale_writes)} writes of robots that had lost the row: {some}")
    verdict.unless(not seen.pauses or seen.refused_writers > 0, "robots were frozen, and none came back too late")


def _nothing_done_twice_outside(seen: Evidence, verdict: Verdict) -> None:
    parcels = Counter(seen.shipped.values())
    twice = sorted(order for order, count in parcels.items() if count > 1)
    verdict.unless(not twice, f"{len(twice)} orders were shipped more than once, such as {twice[:3]}")
    known = {effect.key for effect in seen.effects}
    verdict.unless(set(seen.shipped) <= known, f"{len(set(seen.shipped) - known)} parcels left without our knowing")
    for effect in seen.effects:
        if effect.kind == "act":
            there = effect.key in seen.shipped
            verdict.unless(effect.state != "done" or there, f"{effect.order} is said to be shipped, and is not")
            verdict.unless(effect.state != "failed" or not there, f"{effect.order} is said to have failed, and left")


def _mails(seen: Evidence, verdict: Verdict) -> None:
    ours = {effect.message_id: effect for effect in seen.effects if effect.kind == "message"}
    verdict.unless(set(seen.mails) <= set(ours), "a mail nobody knows of has arrived")
    for message_id, effect in ours.items():
        count = seen.mails.get(message_id, 0)
        wanted = {"done": (1,), "unknown": (0, 1), "failed": (0,)}.get(effect.state, ())
        verdict.unless(count in wanted, f"mail of {effect.order} is {effect.state} and arrived {count} times")
