"""Moving a whole company: from SQLite to PostgreSQL, into a backup, and back from it.

Every table is read in one consistent look, written row by row, then read again on both sides: counts and checksums have
to be equal, or it did not work. A backup is a SQLite file whatever the database; restored, it is another installation,
whose robots stand still until a person lets them go.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from ariane import migrations
from ariane.wiring import load_rows
from base.actors import robot_actor
from base.brands import Brand
from base.clock import business_now, real_now
from base.database import Base, Database
from base.errors import Conflict, Invalid
from base.installation import become_a_copy
from base.languages import N_
from cases import stops

BATCH = 1000
RESTORED = N_("Restored from a backup. Make sure that the original no longer works, then let the robots go.")


class NotEmpty(Conflict):
    """Rows would be mixed."""

    sentence = N_("The database that would be written to is not empty (%(table)s).")


class NotEqual(Invalid):
    """The copy differs from what was copied."""

    sentence = N_("The copy differs from the original in %(table)s: do not use it.")


class FileExists(Conflict):
    """A backup is never written over another."""

    sentence = N_("%(file)s exists already: give each backup a name of its own.")


@dataclass(frozen=True)
class Copied:
    """What was copied, by table, with what both sides agree on."""

    rows: Mapping[str, int]
    checksums: Mapping[str, str]


def copy(source: Database, target: Database) -> Copied:
    """Copy every row into an empty database of either kind, brought up to date first, and compare.

    Raises `NotEmpty`, `NotMigrated`, `NotEqual`.
    """
    load_rows()
    migrations.require_migrated(source)
    migrations.upgrade(target)
    tables = Base.metadata.sorted_tables
    with source.reading() as reading:
        with target.unit() as writing:
            connection = writing.connection()
            for table in tables:
                if connection.scalar(select(func.count()).select_from(table)):
                    raise NotEmpty(table=table.name)
            for table in tables:
                _copy_table(reading.connection(), connection, table)
        with target.reading() as copied:
            counts = {table.name: _count(reading.connection(), table) for table in tables}
            sums = {table.name: checksum(reading.connection(), table) for table in tables}
            for table in tables:
                if sums[table.name] != checksum(copied.connection(), table):
                    raise NotEqual(table=table.name)
    return Copied(counts, sums)


def back_up(database: Database, file: Path) -> None:
    """Write everything into a file of its own, while the company works. Raises `FileExists`."""
    if file.exists():
        raise FileExists(file=file.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            connection.exec_driver_sql("COMMIT")
            driver.execute("VACUUM INTO ?", (str(file),))
            connection.exec_driver_sql("BEGIN")
        return
    target = Database(f"sqlite:///{file}")
    copy(database, target)
    target.dispose()


def restore(file: Path, database: Database) -> str:
    """Fill an empty database from a backup of this or an older version; the id of what is now another installation.

    Its robots stand still until a person lets them go. Raises `NotEmpty`, `NotEqual`.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(file, Path(folder) / "backup.db")
        source = Database(f"sqlite:///{folder}/backup.db")
        migrations.upgrade(source)
        copy(source, database)
        source.dispose()
    with database.unit() as session:
        now = business_now(session)
        for brand_id in session.scalars(select(Brand.id)).all():
            stops.trip(session, robot_actor(brand_id), now, "all", reason=RESTORED)
        return become_a_copy(session, real_now(session)).public_id


def checksum(connection: Connection, table: Table) -> str:
    """The same for the same rows, whatever the database."""
    digest = hashlib.sha256()
    for row in _rows(connection, table):
        digest.update(json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def _copy_table(source: Connection, target: Connection, table: Table) -> None:
    inward = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    names = [column.name for column in table.columns]
    later: list[dict[str, Any]] = []
    batch: list[dict[str, Any]] = []
    for row in _rows(source, table):
        values = dict(zip(names, row, strict=True))
        if any(values[name] is not None for name in inward):
            # A row may point to one that comes after it.
            later.append({"row_id": values["id"], **{name: values[name] for name in inward}})
            values |= dict.fromkeys(inward)
        batch.append(values)
        if len(batch) >= BATCH:
            target.execute(insert(table), batch)
            batch = []
    if batch:
        target.execute(insert(table), batch)
    for each in later:
        changed = {name: each[name] for name in inward}
        target.execute(update(table).where(table.c.id == each["row_id"]).values(changed))
    if target.dialect.name == "postgresql":
        _number_on(target, table)


def _number_on(target: Connection, table: Table) -> None:
    """New rows are numbered after the highest there is."""
    for column in table.primary_key.columns:
        sequence = target.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": column.name}
        )
        if sequence:
            highest = select(func.max(column)).scalar_subquery()
            target.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    ordered = select(table).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=BATCH).execute(ordered)


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
