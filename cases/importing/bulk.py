"""Writing many rows at once: COPY on PostgreSQL, prepared inserts on SQLite; the same rows on both."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    MetaData,
    Table,
    any_,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import BigInteger, String

from base.database.columns import json_text

Row = Mapping[str, Any]
Values = Sequence[int] | Sequence[str]
Condition = ColumnElement[bool]


def reserve(session: Session, rows: type[DeclarativeBase], count: int) -> range | list[int]:
    """So many ids that nobody else has."""
    table = _table(rows)
    if not count:
        return []
    if _is_postgresql(session):
        sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        name = session.get_bind().dialect.identifier_preparer.format_table(table)
        return list(session.scalars(sequence, {"name": name, "count": count}))
    # The unit holds the only pen there is.
    first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
    return range(first, first + count)


def write(session: Session, rows: type[DeclarativeBase], values: Sequence[Row], *, ignoring: bool = False) -> None:
    """Insert rows that have all the same keys; `ignoring` those that a unique constraint refuses."""
    if not values:
        return
    table = _table(rows)
    usual = _defaults(table)
    values = [usual | dict(each) for each in values] if usual else values
    if not _is_postgresql(session):
        statement = insert(table).prefix_with("OR IGNORE") if ignoring else insert(table)
        session.execute(statement, list(values))
        return
    if not ignoring:
        _copy(session, table, values)
        return
    names = list(values[0])
    staged = Table(f"staged_{table.name}", MetaData(), *(Column(name, table.c[name].type) for name in names),
                   prefixes=["TEMPORARY"], postgresql_on_commit="DROP")  # fmt: skip
    connection = session.connection()
    staged.create(connection)
    _copy(session, staged, values)
    fresh = postgresql.insert(table).from_select(names, select(staged)).on_conflict_do_nothing()
    connection.execute(fresh)
    staged.drop(connection)


def among(session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Values) -> Condition:
    """Whether the column is one of so many values, given as one parameter: no statement is too long."""
    if _is_postgresql(session):
        # Not a join with them: of a table that was never analysed, the planner would read all of it for each.
        kind = BigInteger() if values and isinstance(values[0], int) else String()
        return column == any_(sql_cast(list(values), ARRAY(kind)))
    return column.in_(select(literal_column("value")).select_from(func.json_each(json.dumps(list(values)))))


def array(session: Session, values: Sequence[str]) -> Any:
    """The values as the parameter of a statement that is written out."""
    return list(values) if _is_postgresql(session) else json.dumps(list(values))


def _copy(session: Session, table: Table, values: Sequence[Row]) -> None:
    names, quoted = list(values[0]), session.get_bind().dialect.identifier_preparer.quote
    in_json = [place for place, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    into = f"COPY {quoted(table.name)} ({', '.join(map(quoted, names))}) FROM STDIN"
    driver = cast(Any, session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for each in values:
            row = list(each.values())
            for place in in_json:
                row[place] = None if row[place] is None else json_text(row[place])
            copy.write_row(row)


def _defaults(table: Table) -> dict[str, Any]:
    found = {}
    for column in table.c:
        if column.default is not None and column.default.is_scalar:
            found[column.name] = cast(Any, column.default).arg
    return found


def _table(rows: type[DeclarativeBase]) -> Table:
    return cast(Table, inspect(rows).local_table)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
