"""The database: rows' base class and column types, the engine made safely, and units of work.

Rows are plain SQLAlchemy classes below `Base`. Whoever changes something opens a `Database.unit()`, whoever only looks
a `Database.reading()`; nobody commits, and nobody opens a session otherwise. SQLite and PostgreSQL differ in this
folder and nowhere else.
"""

from base.database.columns import Base, Id, Json, JsonType, Moment, PublicId, UTCDateTime, new_public_id
from base.database.engine import Database, DatabaseBusy, UnsupportedDatabase
from base.database.guard import InsideWriteUnit, NestedUnit, ReadUnitWrites, inside_unit, refuse_inside_unit
from base.database.sqlite import OldSQLite
from base.database.statements import insert_or_ignore

__all__ = [
    "Base",
    "Database",
    "DatabaseBusy",
    "Id",
    "InsideWriteUnit",
    "Json",
    "JsonType",
    "Moment",
    "NestedUnit",
    "OldSQLite",
    "PublicId",
    "ReadUnitWrites",
    "UTCDateTime",
    "UnsupportedDatabase",
    "insert_or_ignore",
    "inside_unit",
    "new_public_id",
    "refuse_inside_unit",
]
