"""The database: rows' base class and column types, the engine made safely, and units of work.

Rows are plain SQLAlchemy classes below `Base`. Whoever changes something opens a `Database.unit()`, whoever only looks
a `Database.reading()`; nobody commits, and nobody opens a session otherwise. SQLite and PostgreSQL differ in this
folder and nowhere else.
"""

from base.database.columns import Base, Id, Json, JsonType, Moment, PublicId, UTCDateTime, new_public_id
from base.database.engine import DATABASE, Database, DatabaseBusy, DatabaseFull, UnsupportedDatabase
from base.database.guard import InsideWriteUnit, NestedUnit, ReadUnitWrites, inside_unit, refuse_inside_unit
from base.database.kept import Kept, as_stored
from base.database.sqlite import OldSQLite
from base.database.statements import insert_for_good, insert_or_ignore, loose, table_of

__all__ = [
    "DATABASE",
    "Base",
    "Database",
    "DatabaseBusy",
    "DatabaseFull",
    "Id",
    "InsideWriteUnit",
    "Json",
    "JsonType",
    "Kept",
    "Moment",
    "NestedUnit",
    "OldSQLite",
    "PublicId",
    "ReadUnitWrites",
    "UTCDateTime",
    "UnsupportedDatabase",
    "as_stored",
    "insert_for_good",
    "insert_or_ignore",
    "inside_unit",
    "loose",
    "new_public_id",
    "refuse_inside_unit",
    "table_of",
]
