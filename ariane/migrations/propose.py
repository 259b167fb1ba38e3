"""`make migration NAME=words`: write the next step from the difference between the rows and the history."""

import sys
import tempfile
from pathlib import Path
from typing import cast

from alembic import command
from alembic.script import Script

from ariane.migrations import configuration, newest, upgrade
from base.database import Database


def main(words: str) -> None:
    """Bring an empty SQLite file to the end of the history, then compare it with the rows."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'history.db'}")
        upgrade(database)
        number = f"{int(newest() or 0) + 1:04}"
        with database.engine.begin() as connection:
            written = command.revision(configuration(connection), message=words, autogenerate=True, rev_id=number)
        database.dispose()
    step = Path(cast(Script, written).path)
    lines = step.read_text().splitlines(keepends=True)
    step.write_text("".join(line for line in lines if not line.strip().startswith("# ###")))


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "unnamed")
