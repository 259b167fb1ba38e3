"""Thousands of cases out of one that was really begun: copied in the database, each with its own order and keys."""

from collections.abc import Iterable, Iterator

from sqlalchemy import JSON, Column, String, select, text
from sqlalchemy.orm import Session

from base.database import Base
from processes.rows import FactReading

FIRST = 10_000
TABLES = ("order", "case", "walk", "walk_event", "fact_reading", "follow_up", "timeline_entry", "case_wait")
SHIFTED = ("id", "order_id", "case_id", "walk_id", "front_walk_id")
STRIDE = 1000
"""Apart are the ids of two copies; more than the first case has rows of a table."""
LANES = 4


def number_of(place: int) -> str:
    """The order number of a case."""
    return f"RC-{FIRST + place}"


def lane_of(number: str) -> str:
    """The connection that answers for an order."""
    return f"shop{int(number[-1]) % LANES}"


def copy_case(session: Session, walk_public_id: str, count: int) -> None:
    """Copy everything of the one case there is so many times, under the numbers that follow.

    What a row says of another is said of that one's copy: a walk and its journal name the readings they rest on.
    """
    named = [walk_public_id, *session.scalars(select(FactReading.public_id))]
    given = {"count": count, **{f"named{place}": name for place, name in enumerate(named)}}
    for name in TABLES:
        table = Base.metadata.tables[name]
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_copied(name, table.columns, len(named)))
        session.execute(text(f'INSERT INTO "{name}" ({columns}) SELECT {values} FROM "{name}" t, {_EACH}'), given)
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), (SELECT max(id) FROM \"{name}\"))")
        )


_EACH = "generate_series(1, CAST(:count AS integer)) n"


def _copied(table: str, columns: Iterable[Column[object]], named: int) -> Iterator[str]:
    for column in columns:
        name = f't."{column.name}"'
        if column.name in SHIFTED:
            yield f"{name} + n * {STRIDE}"
        elif column.name == "public_id":
            yield f"md5({name} || n)"
        elif column.name == "reference":
            yield "'S' || lpad(n::text, 8, '0')"
        elif (table, column.name) == ("follow_up", "lane"):
            yield f"'shop' || ((n % 10) % {LANES})"
        elif isinstance(column.type, JSON):
            yield f"CAST({_renumbered(f'CAST({name} AS text)', named)} AS jsonb)"
        elif isinstance(column.type, String):
            yield _renumbered(name, named)
        else:
            yield name


def _renumbered(words: str, named: int) -> str:
    for before, after in ((f"RC-{FIRST}", "'RC-'"), (f"RC{FIRST}", "'RC'"), (f"rc{FIRST}", "'rc'")):
        words = f"replace({words}, '{before}', {after} || ({FIRST} + n))"
    for place in range(named):
        words = f"replace({words}, :named{place}, md5(:named{place} || n))"
    return words
