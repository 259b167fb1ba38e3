"""The schema's history: numbered steps from an empty database to the declared rows, and who applies them.

A step once published never changes. Expand, fill in batches, contract later: the code before a step has to work after
it. `make migration NAME=words` proposes the next one from the difference between rows and history; read it before use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ariane.wiring import load_rows
from base.database import Database
from base.errors import Unavailable
from base.languages import N_

LOCK_WAIT = "2s"
"""How long a step may wait for others; they would wait behind it."""


class NotMigrated(Unavailable):
    """The database is older, or newer, than the program."""

    sentence = N_("The database is at %(found)s, the program needs %(needed)s. Run: ariane db upgrade")


def upgrade(database: Database, to: str = "head") -> str:
    """Bring the database up to date, all or nothing; the revision it is at afterwards.

    A SQLite file is copied beside itself first, as `ariane.db.before-0002`.
    """
    with database.engine.connect() as connection, _prepared(database, connection), connection.begin():
        command.upgrade(configuration(connection), to)
        return _found(connection) or ""


def current(database: Database) -> str | None:
    """The revision that the database is at; None when it is empty."""
    with database.engine.connect() as connection:
        return _found(connection)


def newest() -> str:
    """The revision that the program needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def require_migrated(database: Database) -> None:
    """Go on only with a database that fits the program. Raises `NotMigrated`."""
    found, needed = current(database), newest()
    if found != needed:
        raise NotMigrated(found=found or "-", needed=needed)


def differences(database: Database) -> list[object]:
    """What the migrated schema has or lacks against the declared rows; empty when they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        return list(compare_metadata(context, load_rows()))


def configuration(connection: Connection | None = None) -> Config:
    """What Alembic's own commands need to know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is our business: an engine for robots may keep tables of its own in the same database."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


@contextmanager
def _prepared(database: Database, connection: Connection) -> Iterator[None]:
    """What has to be done on a connection outside the transaction of the steps."""
    if not database.is_sqlite:
        connection.execute(text(f"SET lock_timeout = '{LOCK_WAIT}'"))
        connection.commit()
        yield
        return
    driver: Any = connection.connection.driver_connection
    found = current(database)
    if found is not None and found != newest():
        snapshot = Path(f"{database.engine.url.database}.before-{newest()}")
        snapshot.unlink(missing_ok=True)
        driver.execute("VACUUM INTO ?", (str(snapshot),))
    # SQLite changes a table by making it anew: with foreign keys watched, dropping the old one would empty others.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
