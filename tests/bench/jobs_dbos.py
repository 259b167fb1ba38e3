"""The jobs of `tests.bench.jobs` as durable workflows of DBOS. Called with its own database, ours, a role, a number."""

import sys
import threading

import psycopg
from dbos import DBOS, DBOSConfig

from tests.bench.jobs import CASES, PLACES, STAMP, TELL

QUEUE = "jobs"
_here = threading.local()


@DBOS.step()
def stamp(number: int) -> None:
    """One UPDATE, one INSERT, in one transaction."""
    if not hasattr(_here, "plain"):
        _here.plain = psycopg.connect(sys.argv[2].replace("+psycopg", ""), autocommit=True)
    plain = _here.plain
    with plain.transaction():
        [case] = plain.execute("SELECT id FROM bench_case WHERE place = %s", (number % CASES,)).fetchone()
        plain.execute(STAMP, (case,))
        plain.execute(TELL.replace("follow_up.done", "peer"), (case,))


@DBOS.workflow()
def job(number: int) -> None:
    """A job, durable."""
    stamp(number)


def main(own: str, url: str, role: str, number: str) -> None:
    """Enqueue so many jobs, or work as the executor of that number until killed."""
    config: DBOSConfig = {
        "name": "peer", "system_database_url": own.replace("+psycopg", ""), "application_version": "1",
        "executor_id": f"{role}-{number}", "log_level": "WARNING", "run_migrations": True,
    }  # fmt: skip
    DBOS(config=config)
    if role == "enqueue":
        DBOS.listen_queues(["none"])
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=PLACES, polling_interval_sec=0.1)
    if role == "enqueue":
        for each in range(int(number)):
            DBOS.enqueue_workflow(QUEUE, job, each)
        DBOS.destroy()
        return
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
