"""One guided step over HTTP: an agent answers, a 20 ms service is read, the state stored durably, the page rendered.

Our server and the peer's run one after the other under the same gunicorn (two processes of eight threads), on SQLite
with full durability, against the same service. CPU is that of the server's processes.
"""

import http.client
import itertools
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import requests
from pydantic import SecretStr

from ariane import migrations
from base.actors import Actor, Role, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.clock import business_now
from base.config import Configuration, load
from base.people import Person
from cases.cases import open_case
from processes.connectors import installing
from processes.language.document import Document
from processes.versions import publish
from tests.bench import stub
from tests.bench.measure import Figure, at_most, times_faster
from webui.accounts.passwords import hash_password

STEADY = {
    "ariane": 1, "process": "steady", "title": {"fr": "Toujours", "en": "Steady"}, "reason": "bench",
    "audience": ["agent"], "outcomes": {"done": "solved"},
    "needs": {"order_number": {"kind": "order_number", "label": {"fr": "Commande", "en": "Order"}}},
    "facts": {"order": {"from": "shop.order", "with": {"number": "order_number"}, "max_age": "0 seconds"}},
    "in_doubt": [{"hand_over": "team", "because": "in_doubt", "text": {"fr": "Un conseiller.", "en": "A person."}}],
    "sections": [{"section": "loop", "steps": [
        {"repeat": "again", "at_most": 1000, "until": "order is missing", "if_never": "go_on", "steps": [
            {"ask": "asked", "kind": "yes_no", "text": {"fr": "Est-il arrivé ?", "en": "Has it come?"}},
            {"decide": "which", "cases": [{"when": "order.paid", "steps": [
                {"say": "late", "text": {"fr": "En retard.", "en": "Late."}}]}]},
        ]},
        {"close": "done"}]}],
}  # fmt: skip
"""A process of one question that never ends: each answer reads the order anew."""
EMAIL, PASSWORD = "bench@example.test", "a long bench password"
PORT = 8931
CASES = 8
"""Of each agent."""


def figures() -> Iterator[Figure]:
    """All figures of the guided step."""
    with tempfile.TemporaryDirectory() as folder, stub.running() as service:
        ours_alone, ours_8, ours_32 = _measure_ours(Path(folder), service)
        _, theirs_8, _ = _measure_peer(Path(folder), service)
    yield at_most("a guided step over HTTP, server CPU", round(ours_alone.cpu_ms, 2), "ms", 6)
    yield times_faster(
        "guided steps a second at 8 connections",
        1 / ours_8.rate,
        1 / theirs_8.rate,
        "SpiffWorkflow + Flask + SQLite",
        1.3,
    )
    yield at_most("a guided step at 32 connections, p95", round(ours_32.p95_ms, 1), "ms", 250)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What a load came to."""

    rate: float
    """Steps a second."""
    cpu_ms: float
    """CPU of the server a step."""
    p95_ms: float


def _load(pid: int, walkers: list[Callable[[], object]], steps: int) -> Load:
    """Every walker makes `steps` steps, all at once."""
    times: list[float] = []
    failures: list[BaseException] = []

    def walk(step: Callable[[], object]) -> None:
        try:
            for _ in range(steps):
                start = time.perf_counter()
                step()
                times.append(time.perf_counter() - start)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=walk, args=[walker]) for walker in walkers]
    before, start = _cpu(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, spent = time.perf_counter() - start, _cpu(pid) - before
    if failures:
        raise failures[0]
    times.sort()
    return Load(rate=len(times) / took, cpu_ms=1000 * spent / len(times), p95_ms=1000 * times[int(len(times) * 0.95)])


def _loads(pid: int, walker: Callable[[], Callable[[], object]]) -> tuple[Load, Load, Load]:
    """Alone, at 8 and at 32 connections; the first steps warm up."""
    _load(pid, [walker()], 20)
    alone = _load(pid, [walker()], 100)
    return alone, _load(pid, [walker() for _ in range(8)], 60), _load(pid, [walker() for _ in range(32)], 20)


def _cpu(pid: int) -> float:
    """CPU seconds of a process and its children so far."""
    total = 0.0
    for each in [pid, *_children(pid)]:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# --- ours -------------------------------------------------------------------------------------------------------------


def _measure_ours(folder: Path, service: str) -> tuple[Load, Load, Load]:
    configuration = load(data_folder=folder, database_url=SecretStr(f"sqlite:///{folder / 'bench.db'}"))
    actor = _company(configuration, service)
    environment = {
        "ARIANE_DATA_FOLDER": str(folder), "ARIANE_DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "ARIANE_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "ariane.cli", "serve", "--port", str(PORT), "--no-robots"]
    with _server(command, environment, f"http://127.0.0.1:{PORT}/healthz") as pid:
        return _loads(pid, lambda: _agent(configuration, actor))


def _company(configuration: Configuration, service: str) -> Actor:
    database = configuration.open_database()
    migrations.upgrade(database)
    hashed = hash_password(PASSWORD)
    with database.unit() as session:
        now = business_now(session)
        brand = Brand.create(session, "bench", "Bench", CalendarRow.create(session, "bench", "Bench"))
        actor = system_actor(brand.id)
        Person.create(
            session, actor, now, name="Bench", email=EMAIL, roles=frozenset({Role.AGENT}),
            password_hash=hashed,
        )  # fmt: skip
        installing.install_connection(
            session, actor, now, definition="shopify", secret={"key": "bench"}, base_url=service,
            networks=("127.0.0.1/32",), keys=configuration.encryption_keys, routes=[("shop.order", "order", None)],
        )  # fmt: skip
        publish(session, actor, now, Document.model_validate(STEADY), note="bench", override="bench")
    database.dispose()
    return actor


def _agent(configuration: Configuration, actor: Actor) -> Callable[[], None]:
    """An agent signed in, with cases of his own: calling answers the next question of one of them in turn."""
    address = f"http://127.0.0.1:{PORT}"
    browser = requests.Session()
    page = browser.get(f"{address}/sign-in").text
    browser.post(
        f"{address}/sign-in", {"csrf_token": _hidden(page)["csrf_token"], "email": EMAIL, "password": PASSWORD}
    )
    pages = {case: _started(browser, address, case) for case in _cases(configuration, actor)}
    turns = itertools.cycle(pages)
    post = _poster(
        PORT,
        {"HX-Request-Type": "partial", "HX-Request": "true", "HX-Target": "div#guide", "Cookie": _cookies(browser)},
    )

    def answer() -> None:
        case = next(turns)
        form = _hidden(_form(pages[case], "answer"))
        form[f"answer-{form['step']}"] = _value(form["step"])
        pages[case] = post(f"/console/cases/{case}/answer", form)

    return answer


def _cookies(browser: requests.Session) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


def _poster(port: int, headers: dict[str, str]) -> Callable[[str, dict[str, str]], str]:
    """Posts forms over one connection that is kept. Plain, so that the load costs little beside what is measured."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}

    def post(address: str, form: dict[str, str]) -> str:
        connection.request("POST", address, urlencode(form), headers)
        reply = connection.getresponse()
        page = reply.read().decode()
        assert reply.status == 200, page[:500]
        return page

    return post


def _cases(configuration: Configuration, actor: Actor) -> list[str]:
    """Public ids of new cases: so many that each sees a dozen steps, as a real one does."""
    database = configuration.open_database()
    with database.unit() as session:
        now = business_now(session) - timedelta(minutes=1)
        made = [open_case(session, actor, now, reason="bench", language="fr").public_id for _ in range(CASES)]
    database.dispose()
    return made


def _started(browser: requests.Session, address: str, case: str) -> str:
    """The case's page at its first question."""
    page = browser.get(f"{address}/console/cases/{case}").text
    start = {**_hidden(_form(page, "start")), "process": "steady", "channel": "phone"}
    browser.post(f"{address}/console/cases/{case}/start", start)
    return browser.get(f"{address}/console/cases/{case}").text


def _value(step: str) -> str:
    return "RC-1" if step == "order_number" else "yes"


def _form(page: str, verb: str) -> str:
    """The form that posts to `verb`."""
    start = page.rindex("<form", 0, page.index(f'/{verb}"'))
    return page[start : page.index("</form>", start)]


def _hidden(form: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


# --- the peer ---------------------------------------------------------------------------------------------------------


def _measure_peer(folder: Path, service: str) -> tuple[Load, Load, Load]:
    environment = {"BENCH_DATABASE": str(folder / "peer.db"), "BENCH_SERVICE": service}
    command = [
        sys.executable, "-m", "gunicorn", "tests.bench.spiff_app:app", "-b", f"127.0.0.1:{PORT + 1}", "-w", "2",
        "--threads", "8", "-k", "ariane.sharing.SharingWorker", "--log-level", "error",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{PORT + 1}"

    def walker() -> Callable[[], object]:
        browser = requests.Session()
        token = browser.get(f"{address}/sign-in").text
        numbers = [browser.post(f"{address}/start", {"csrf_token": token}).text for _ in range(CASES)]
        turns, post = itertools.cycle(numbers), _poster(PORT + 1, {"Cookie": _cookies(browser)})
        return lambda: post(f"/step/{next(turns)}", {"asked": "yes", "csrf_token": token})

    with _server(command, environment, f"{address}/nothing") as pid:
        return _loads(pid, walker)


@contextmanager
def _server(command: list[str], environment: dict[str, str], healthy: str) -> Iterator[int]:
    """A server process that answers; its process id."""
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                requests.get(healthy, timeout=30)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)
