"""Two who try the same thing at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy.orm import Session

from base.database import Database
from base.errors import ArianeError


def together(database: Database, *tries: Callable[[Session], Any]) -> list[Any]:
    """What each of `tries` gave in a unit of its own, all begun at once; its error where it had one."""
    barrier = Barrier(len(tries))

    def one(attempt: Callable[[Session], Any]) -> Any:
        barrier.wait(timeout=10)
        try:
            with database.unit() as session:
                return attempt(session)
        except ArianeError as error:
            return error

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(one, tries))
