"""Passwords: argon2id, at most two at work at once, and the same work for somebody we do not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from flask_security.utils import verify_and_update_password

from base.database import refuse_inside_unit
from base.errors import Unavailable
from base.people import Person

HASHING: dict[str, Any] = {"type": "ID", "memory_cost": 64 * 1024, "time_cost": 3, "parallelism": 4}
"""64 MiB and a few hundred milliseconds each, hence the two at once."""

AT_ONCE = 2
PATIENCE = 10.0
"""Seconds that a reader waits for his turn."""

_turns = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """What to keep instead of `password`; needs no application, so that the command line can add people."""
    with _turn():
        return _hasher().hash(password)


def matches(person: Person | None, password: str) -> bool:
    """Whether `password` is that person's; takes as long when there is no such person."""
    with _turn():
        if person is None or not person.password:
            verify_and_update_password(password, _nobody())
            return False
        return bool(verify_and_update_password(password, person)) and person.active


@contextmanager
def _turn() -> Iterator[None]:
    refuse_inside_unit("password")
    if not _turns.acquire(timeout=PATIENCE):
        raise Unavailable
    try:
        yield
    finally:
        _turns.release()


def _hasher() -> PasswordHasher:
    return PasswordHasher(**{name: value for name, value in HASHING.items() if name != "type"})


@cache
def _nobody() -> Person:
    return Person(password=_hasher().hash("nobody has this password"))
