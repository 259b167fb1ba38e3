"""Closed sets of words in columns, held by the database too."""

from typing import Any, get_args

from sqlalchemy import CheckConstraint, Column, ColumnElement, literal_column
from sqlalchemy.orm import InstrumentedAttribute


def one_of(column: str, words: object, *, empty: bool = False) -> CheckConstraint:
    """A constraint: `column` holds one of the words of the `Literal` type `words`, or is NULL where `empty`."""
    listed = ", ".join(f"'{word}'" for word in get_args(words))
    or_empty = f" OR {column} IS NULL" if empty else ""
    return CheckConstraint(f"{column} IN ({listed}){or_empty}", name=column)


def state_is(column: InstrumentedAttribute[str] | Column[Any], *states: str) -> ColumnElement[bool]:
    """A condition with its words written out: PostgreSQL uses a partial index for words, not for parameters."""
    if len(states) == 1:
        return column == literal_column(f"'{states[0]}'")
    return column.in_([literal_column(f"'{state}'") for state in states])
