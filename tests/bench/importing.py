"""A million contacts of 300,000 customers, imported into PostgreSQL: wall time, and the memory of the process."""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ariane import migrations
from base.actors import system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.clock import real_now
from base.database import Database
from cases.importing.mapping import Mapping
from cases.importing.running import run
from tests import postgres
from tests.bench.measure import Figure, at_most

ROWS, CUSTOMERS = 1_000_000, 300_000
BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
FIRST_NAMES = "Adèle Arthur Chloé David Eva Florent Gaëlle Henri Iris Jeanne".split()
MAPPING = Mapping.model_validate({
    "kind": "contacts", "source": "old-crm", "delimiter": ";",
    "columns": {"external_id": "id", "at": "date", "channel": "channel", "reason": "reason", "first_name": "first name",
                "name": "name", "mail": "mail", "phone": "phone"},
    "words": {"reason": {"Late": "delivery.late", "Return": "returns.how"}},
})  # fmt: skip


def figures() -> Iterator[Figure]:
    """Seconds and megabytes."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        file = Path(folder) / "contacts.csv"
        write_contacts(file, ROWS)
        url = server.create("ariane_bench_import")
        # A process of its own: its memory is that of the import, and of nothing that was measured before.
        words = [sys.executable, "-m", "tests.bench.importing", url, str(file)]
        told = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        seconds, processor, megabytes = (float(word) for word in told)
        yield at_most("import of 1,000,000 contacts, PostgreSQL, wall time", seconds, "s", 180)
        yield at_most("import of 1,000,000 contacts, processor of the importing process", processor, "s", 180)
        yield at_most("import of 1,000,000 contacts, memory at its highest", megabytes, "MB", 400)


def write_contacts(file: Path, rows: int) -> None:
    """The file: each customer a few times, by mail, telephone and name."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        sheet = csv.writer(opened, delimiter=";")
        sheet.writerow(MAPPING.columns.values())
        for number in range(rows):
            who = number * 7 % CUSTOMERS
            at = BEGINS + timedelta(seconds=number * 50)
            sheet.writerow([
                f"T-{number}", at.strftime("%d/%m/%Y %H:%M:%S"), ("phone", "mail", "chat")[number % 3],
                ("Late", "Return", "Other")[number % 3], FIRST_NAMES[who % 10], f"Nom{who % 3000}",
                f"c{who}@example.test", f"06 {who // 10000 + 50} {who // 100 % 100:02} {who % 100:02} 42",
            ])  # fmt: skip


def main(url: str, file: str) -> None:
    """Import the file; print wall seconds, processor seconds and megabytes."""
    database = Database(url)
    migrations.upgrade(database)
    with database.unit() as session:
        brand = Brand.create(session, "bench", "Bench", CalendarRow.create(session, "bench", "Bench"))
        now = real_now(session)
    start, processor = time.perf_counter(), time.process_time()
    done = run(database, system_actor(brand.id), now, Path(file), MAPPING, language="en")
    took, worked = time.perf_counter() - start, time.process_time() - processor
    counts = done.counts
    if (counts.new, counts.rejected, counts.customers) != (counts.read, 0, min(counts.read, CUSTOMERS)):
        raise SystemExit(f"{counts} {[each.tell('en') for each in done.first_rejects]}")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(round(took, 1), round(worked, 1), round(megabytes))


if __name__ == "__main__":
    main(*sys.argv[1:])
