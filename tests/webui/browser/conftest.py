"""A browser sees one database like the other: SQLite serves here."""

import pytest

from base.database import Database


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database
