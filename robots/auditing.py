"""The audit trail's robot: seals what was written every minute, and writes the head outside every hour."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from base import audit
from base.clock import real_now

if TYPE_CHECKING:
    from robots.rounds import Robots

EVERY = timedelta(hours=1)


def seal(robots: "Robots") -> int:
    """Seal all that waits; how many entries."""
    sealed = 0
    while True:
        with robots.database.unit() as session:
            step = audit.seal(session, robots.porter.secret)
            head, now = audit.head_of(session), real_now(session)
        sealed += step
        if step == 0:
            break
    if robots.audit_heads is not None and head[0]:
        keep_head(robots.audit_heads, now, head)
    return sealed


def keep_head(file: Path, now: datetime, head: tuple[int, str]) -> bool:
    """Add the head to the file outside, at most once an hour; whether it was added."""
    lines = file.read_text().splitlines() if file.exists() else []
    if lines:
        at, number, _ = lines[-1].split()
        if number == str(head[0]) or now - datetime.fromisoformat(at) < EVERY:
            return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as kept:
        kept.write(f"{now.isoformat()} {head[0]} {head[1]}\n")
    return True


def kept_heads(file: Path) -> list[tuple[int, str]]:
    """What was written outside: numbers and seals."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [(int(number), seal) for _, number, seal in (line.split() for line in lines if line.strip())]
