"""Statements that SQLite and PostgreSQL write alike, but SQLAlchemy offers per dialect."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Insert, Table, inspect, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_or_ignore(session: Session, table: Table | type[DeclarativeBase], values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique constraint says that it is there already; whether it was inserted.

    Unlike an insert that fails, it leaves the transaction usable. Keys of `values` are the columns' names.
    """
    target = table if isinstance(table, Table) else cast(Table, inspect(table).local_table)
    statement: Insert
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(target).values(**values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(target).values(**values).on_conflict_do_nothing()
    # Not the row count: drivers do not agree on it where a key is returned.
    return session.execute(statement.returning(literal(1))).first() is not None
