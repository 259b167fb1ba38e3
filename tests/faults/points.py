"""Points at which something may happen to a robot: after each statement, each commit, around each call outside."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from base.database import Database
from processes.connectors.readings import ActAnswer, Reading
from robots.mail import Letter, Posted
from tests.company import Company


class Killed(BaseException):
    """The process is gone: nothing of ours catches it."""


@dataclass
class Points:
    """Counts the points passed, and lets something happen at one of them, once."""

    inside: bool = False
    """Which points count: those in the middle of a transaction, or those between them."""
    at: int | None = None
    happens: Callable[[str], None] = lambda _: None
    passed: list[str] = field(default_factory=list)
    quiet: bool = True

    def reach(self, name: str, *, inside: bool = False) -> None:
        """The story has come to a point."""
        if self.quiet or inside is not self.inside:
            return
        self.passed.append(name)
        if len(self.passed) - 1 == self.at:
            self.quiet = True
            try:
                self.happens(name)
            finally:
                self.quiet = False

    @contextmanager
    def watching(self, company: Company) -> Iterator[None]:
        """Count while the block runs."""
        services, mailbox = company.services, company.mailbox
        read, act, send = services.read, services.act, mailbox.send

        def watched_read(capability: str, inputs: Mapping[str, Any], **more: Any) -> Reading:
            self.reach(f"before {capability} is read")
            answer = read(capability, inputs, **more)
            self.reach(f"after {capability} was read")
            return answer

        def watched_act(capability: str, inputs: Mapping[str, Any], **more: Any) -> ActAnswer:
            self.reach(f"before {capability}")
            answer = act(capability, inputs, **more)
            self.reach(f"after {capability}, its answer not yet noted")
            return answer

        def watched_send(letter: Letter) -> Posted:
            self.reach("before the mail is handed over")
            posted = send(letter)
            self.reach("after the mail was handed over, not yet noted")
            return posted

        services.read, services.act, mailbox.send = watched_read, watched_act, watched_send  # type: ignore[method-assign, assignment]
        self.quiet = False
        try:
            with self._statements(company.database):
                yield
        finally:
            self.quiet = True
            services.read, services.act, mailbox.send = read, act, send  # type: ignore[method-assign]

    @contextmanager
    def _statements(self, database: Database) -> Iterator[None]:
        unit = database.unit

        def after_statement(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not connection.get_execution_options().get("postgresql_readonly"):
                self.reach(_short(statement), inside=True)

        @contextmanager
        def watched_unit() -> Iterator[Session]:
            with unit() as session:
                yield session
            self.reach("after a commit")

        event.listen(database.engine, "after_cursor_execute", after_statement)
        database.unit = watched_unit  # type: ignore[method-assign]
        try:
            yield
        finally:
            event.remove(database.engine, "after_cursor_execute", after_statement)
            database.unit = unit  # type: ignore[method-assign]


def _short(statement: str) -> str:
    return " ".join(statement.split())[:60]
