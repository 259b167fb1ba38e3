"""The agent's console: one case, one thread, the words to say. Where advisers find customers and walk processes."""

from webui.console import (
    cases,
    checks,
    customers,
    finding,
    keeping,
    panels,
    risk,
    starting,
    task_pages,
    walking,
)
from webui.console.door import blueprint

__all__ = [
    "blueprint",
    "cases",
    "checks",
    "customers",
    "finding",
    "keeping",
    "panels",
    "risk",
    "starting",
    "task_pages",
    "walking",
]
