"""The base class of all rows, and the column types they share.

Write `id: Mapped[Id]`, `public_id: Mapped[PublicId]`, `at: Mapped[Moment]`, `params: Mapped[Json]`, and `... | None`
where a column may be empty. A plain `int` is a 64-bit integer, a plain `datetime` a `Moment`.
"""

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only for a column that is exactly INTEGER; its integers have 64 bits anyway.
WholeNumber = BigInteger().with_variant(Integer(), "sqlite")

JsonType = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

_NOTHING_BUT_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def json_text(value: Any) -> str:
    """What is stored of a JSON value: ten times faster than `json.dumps`, which still takes what only it can.

    That is a number beyond 64 bits and a text that is no Unicode. A date is refused by both: whoever stores a value has
    to say how it is written. Reading stays with `json.loads`, which keeps such numbers whole.
    """
    try:
        return orjson.dumps(value, option=_NOTHING_BUT_JSON).decode()
    except TypeError:
        return json.dumps(value)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused.

    On SQLite it is text of one width, so that instants compare as text, also with
    `strftime('%Y-%m-%d %H:%M:%f000', 'now')`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_public_id() -> str:
    """128 random bits, for URLs, API and keys: 32 hexadecimal characters."""
    return secrets.token_hex(16)


Id = Annotated[int, mapped_column(WholeNumber, primary_key=True)]
"""A row's own number, inside only."""
PublicId = Annotated[str, mapped_column(String(32), unique=True, default=new_public_id)]
"""What the world outside calls the row."""
Moment = Annotated[datetime, mapped_column(UTCDateTime)]
"""An aware UTC instant."""
Json = Annotated[Any, mapped_column(JsonType)]
"""Plain JSON; None is NULL. Assign a new value to change it: changes inside are not noticed."""


class Base(DeclarativeBase):
    """Every row of every room."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        int: WholeNumber,
        datetime: UTCDateTime(),
        dict[str, Any]: JsonType,
        dict[str, str]: JsonType,
        list[str]: JsonType,
        list[Any]: JsonType,
    }

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id', 'new')}>"
