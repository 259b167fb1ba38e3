"""Statements that SQLite and PostgreSQL write alike, but SQLAlchemy offers per dialect."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any, TypeVar, cast

from sqlalchemy import Insert, Table, inspect, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

Row = TypeVar("Row", bound=DeclarativeBase)


def table_of(row: type[DeclarativeBase]) -> Table:
    """The table of such rows. A statement on it that is made once, with its parameters left open, costs a fifth of one
    that is made on the class at each call; nothing that the session holds back is written before it."""
    return cast(Table, inspect(row).local_table)


def loose(kind: type[Row], /, **values: Any) -> Row:
    """A row object of all its values, for `insert_for_good` or read already. It belongs to no session, is not told of
    changes, and costs a tenth of one that does and is."""
    row = cast(Row, inspect(kind).class_manager.new_instance())
    row.__dict__.update(values)
    return row


def insert_or_ignore(session: Session, table: Table | type[DeclarativeBase], values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique constraint says that it is there already; whether it was inserted.

    Unlike an insert that fails, it leaves the transaction usable. Keys of `values` are the columns' names.
    """
    target = table if isinstance(table, Table) else table_of(table)
    # Not the row count: drivers do not agree on it where a key is returned.
    return session.execute(_insert_new(target, session.get_bind().dialect.name), dict(values)).first() is not None


@cache
def _insert_new(target: Table, dialect: str) -> Insert:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return cast(Insert, insert(target).on_conflict_do_nothing().returning(literal(1)))


def insert_for_good(session: Session, rows: Iterable[DeclarativeBase]) -> None:
    """Insert rows that nobody changes and nobody asks for again in this transaction, in the order given.

    A third of what `session.add` costs: one statement for those of a kind. The rows stay outside of the session, and
    do not learn their own numbers. What the session holds back goes in before them, so that numbers tell the order.
    """
    if session.new:
        session.flush()
    connection = session.connection()
    for kind, same in groupby(rows, type):
        connection.execute(_insert(kind), [_values(row) for row in same])


@cache
def _insert(kind: type[DeclarativeBase]) -> Insert:
    return table_of(kind).insert()


def _values(row: DeclarativeBase) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if name != "_sa_instance_state"}
