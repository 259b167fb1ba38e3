"""The agent's console: one case, one thread, the words to say. Where advisers find customers and walk processes."""

from webui.console import (
    case_life,
    cases,
    checks,
    customers,
    finding,
    identity,
    keeping,
    palette,
    panels,
    remarks,
    replying,
    risk,
    starting,
    task_pages,
    together,
    walking,
)
from webui.console.door import blueprint

__all__ = [
    "blueprint",
    "case_life",
    "cases",
    "checks",
    "customers",
    "finding",
    "identity",
    "keeping",
    "palette",
    "panels",
    "remarks",
    "replying",
    "risk",
    "starting",
    "task_pages",
    "together",
    "walking",
]
