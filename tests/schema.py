"""The tables that tests work on."""

import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from ariane import migrations
from ariane.wiring import ROW_MODULES
from base.database import Base, Database

ROOMS = ("base", "kb", "cases", "processes", "robots", "insight", "webui", "ariane")
REPOSITORY = Path(__file__).parent.parent


def build(database: Database) -> None:
    """All tables, empty, as the migrations make them; while there is none yet, as the rows are declared."""
    if migrations.newest():
        migrations.upgrade(database)
        return
    for module in sorted({*ROW_MODULES, *modules_with_tables()}):
        try:
            import_module(module)
        except Exception as error:
            warnings.warn(f"{module} cannot be imported, its tables are missing: {error!r}", stacklevel=1)
    known = Base.metadata.tables
    whole = [
        table
        for table in known.values()
        if all(key.target_fullname.rpartition(".")[0] in known for key in table.foreign_keys)
    ]
    Base.metadata.create_all(database.engine, tables=whole)


def modules_with_tables() -> Iterator[str]:
    """The modules of all rooms that declare a table."""
    for room in ROOMS:
        for file in sorted((REPOSITORY / room).rglob("*.py")):
            if "__tablename__ =" in file.read_text():
                yield ".".join(file.relative_to(REPOSITORY).with_suffix("").parts)
