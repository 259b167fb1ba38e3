"""The tables of the distributed engine's carrier: procrastinate's own schema, brought up to date by its own steps.

They stand beside ours in the same database and are none of our rows: nothing of ours reads them, and the comparison of
our schema leaves them out by their prefix. Which steps were applied is noted in a table of the same prefix.
"""

from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

from base.errors import Invalid, Unavailable
from base.languages import N_

_NOTED = "procrastinate_steps_of_ariane"


class NeedsPostgreSQL(Invalid):
    """The distributed engine was asked for on a SQLite file."""

    sentence = N_("Robots on several machines need PostgreSQL. With a SQLite file there is one robots process.")


class CarrierMissing(Unavailable):
    """The distributed engine's tables are not there, or older than the library."""

    sentence = N_("The robots' carrier is not set up. Run: ariane db upgrade --engine procrastinate")


def bring_up(connection: Connection) -> int:
    """Create or bring up to date the carrier's tables, in the caller's transaction; how many steps were taken.

    Raises `NeedsPostgreSQL`.
    """
    if connection.dialect.name != "postgresql":
        raise NeedsPostgreSQL
    steps, known = _steps(), _known(connection)
    if known is None:
        _play(connection, SchemaManager.get_schema())
        connection.execute(text(f"CREATE TABLE {_NOTED} (name text PRIMARY KEY, at timestamptz DEFAULT now())"))
        fresh = list(steps)
    else:
        fresh = [name for name in steps if name not in known]
        for name in fresh:
            _play(connection, steps[name].read_text(encoding="utf-8"))
    for name in fresh:
        connection.execute(text(f"INSERT INTO {_NOTED} (name) VALUES (:name)"), {"name": name})  # noqa: S608 - a constant
    return len(fresh)


def require_up(connection: Connection) -> None:
    """Go on only where the carrier's tables fit the library. Raises `NeedsPostgreSQL`, `CarrierMissing`."""
    if connection.dialect.name != "postgresql":
        raise NeedsPostgreSQL
    known = _known(connection)
    if known is None or set(_steps()) - known:
        raise CarrierMissing


def _play(connection: Connection, script: str) -> None:
    # Given to the driver without parameters: it then takes several statements at once, and leaves per cents alone.
    driver: Any = connection.connection.driver_connection
    driver.execute(script)


def _known(connection: Connection) -> set[str] | None:
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": _NOTED}) is None:
        return None
    return set(connection.scalars(text(f"SELECT name FROM {_NOTED}")))  # noqa: S608 - a constant


def _steps() -> dict[str, Path]:
    folder = Path(SchemaManager.get_migrations_path())
    return {path.name: path for path in sorted(folder.glob("*.sql"))}
