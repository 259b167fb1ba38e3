"""Statements that SQLite and PostgreSQL write alike, but SQLAlchemy offers per dialect."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, Insert, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from base.database.columns import Base


def insert_or_ignore(session: Session, table: Table | type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique constraint says that it is there already; whether it was inserted.

    Unlike an insert that fails, it leaves the transaction usable. Keys of `values` are the columns' names.
    """
    target = table if isinstance(table, Table) else cast(Table, inspect(table).local_table)
    statement: Insert
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(target).values(**values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(target).values(**values).on_conflict_do_nothing()
    return cast(CursorResult[Any], session.execute(statement)).rowcount == 1
