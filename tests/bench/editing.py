"""The editor in Chromium: how soon a tree stands there, how long an edit takes, how smoothly a card is dragged.

Milliseconds of wall time in a headless browser, medians; the server's save with its checks beside them. The peers are
two libraries for trees, measured with trees of the same size on the same kind of machine.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, sync_playwright

from base.clock import real_now
from base.config import load
from base.database import Database
from processes.drafts import new_process
from tests import schema
from tests.bench.measure import Figure
from tests.browser import find_chromium
from tests.company import MONDAY, Company, open_company
from tests.webui.live import served
from webui.accounts.rows import SignIn
from webui.app import create_app
from webui.requests import Workings

READY = {25: 100, 500: 150, 1000: 500, 2000: 1000}
PEER = {
    25: "103 to 197 and 499 to 612",
    500: "715 to 883 and 2065 to 2123",
    1000: "1806 to 1821 and 2714 to 5070",
    2000: "",
}
READY_AFTER = (
    "performance.getEntriesByName('editor-shown')[0].startTime"
    " - performance.getEntriesByType('navigation')[0].responseEnd"
)
TIMED = (Path(__file__).parent / "editing.js").read_text()
FRAMES = """
() => {
  window.frames = [];
  let last = performance.now();
  const next = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}
"""


def figures() -> Iterator[Figure]:
    """Every figure of the editor; none where there is no browser."""
    with tempfile.TemporaryDirectory() as folder:
        company, app = _open(Path(folder))
        yield _saving(company, app)
        chromium = find_chromium()
        if chromium is None:
            return
        with served(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
            )
            context = browser.new_context(base_url=address, viewport={"width": 1366, "height": 844}, locale="en")
            _enter(company, app, context, address)
            for size, goal in READY.items():
                yield from _ready(context, size, goal)
            yield from _working(context)
            browser.close()


def _ready(context: BrowserContext, size: int, goal: int) -> Iterator[Figure]:
    page = context.new_page()
    spent = []
    for _ in range(5):
        _go(page, size)
        spent.append(float(page.evaluate(READY_AFTER)))
    value = round(statistics.median(spent[1:]), 1)
    yield _figure(f"editor, {size} steps, ready", value, goal, PEER[size])
    if size == 500:
        elements = page.evaluate("document.querySelectorAll('#ed-canvas *').length")
        yield Figure(
            name="editor, elements at 500", value=elements, unit="", goal="≤ 6000", met=elements <= 6000,
            peer="8300 and 6300",
        )  # fmt: skip
    page.close()


def _working(context: BrowserContext) -> Iterator[Figure]:
    page = context.new_page()
    _go(page, 500)
    for name, goal, peer in (("edit", 20, ""), ("insert", 70, ""), ("drop", 100, "1918 and 38 (+ 900)")):
        yield _figure(f"editor, one {name} at 500", round(page.evaluate(TIMED, [name, 15]), 1), goal, peer)
    _go(page, 500)
    frames = sorted(_dragged(page))
    yield _figure("editor, dragging at 500, frame median", round(statistics.median(frames), 1), 18, "18.2 and 17.7")
    yield _figure("editor, dragging at 500, frame p95", round(frames[int(len(frames) * 0.95)], 1), 60, "61 and 66")
    page.close()


def _dragged(page: Page) -> list[float]:
    box = page.locator(".ed-card").nth(3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.evaluate(FRAMES)
    for turn in range(120):
        page.mouse.move(box["x"] + 20 + turn % 40 * 4, box["y"] + 8 + turn * 3 % 400)
    frames: list[float] = page.evaluate("window.frames.slice(2)")
    page.keyboard.press("Escape")
    page.mouse.up()
    return frames


def _saving(company: Company, app: Flask) -> Figure:
    client = app.test_client()
    _sign_in(company, client)
    token = (
        client.get("/studio/made-500/edit").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]
    )
    spent = []
    for turn in range(6):
        body = json.dumps({**_document(500), "title": {"en": f"Turn {turn}"}})
        headers = {"If-Match": f'"{turn + 1}"', "X-CSRFToken": token, "Accept": "application/json"}
        start = time.perf_counter()
        answer = client.put("/studio/made-500/draft", data=body, headers=headers)
        spent.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.get_data(as_text=True)
    return _figure("editor, server: save and checks of 500 steps", round(statistics.median(spent[1:]), 1), 150, "")


def _figure(name: str, value: float, goal: float, peer: str) -> Figure:
    return Figure(name=name, value=value, unit="ms", goal=f"≤ {goal:g} ms", met=value <= goal, peer=peer)


def _go(page: Page, size: int) -> None:
    page.goto(f"/studio/made-{size}/edit")
    page.wait_for_timeout(100)
    page.locator("html[data-editor=ready]").wait_for()
    page.wait_for_timeout(300)


def _document(size: int) -> dict[str, Any]:
    """That many steps, in sections of 25: decisions within decisions, on up to four levels, and words."""
    numbers = count()

    def say() -> dict[str, Any]:
        number = next(numbers)
        return {"say": f"say_{number}", "text": {"en": f"Words number {number} for the customer, as they are said."}}

    def block(depth: int) -> list[dict[str, Any]]:
        inner = block(depth - 1) if depth else [say()]
        case = {"id": "a", "when": 'order.status = "shipped"', "steps": inner}
        return [say(), {"decide": f"way_{next(numbers)}", "cases": [case], "otherwise": [say()]}, say()]

    # A block of depth n holds 4 n + 5 steps: 17 and 5 and three by themselves are 25.
    sections: list[dict[str, Any]] = [
        {"section": f"part_{place}", "steps": [*block(3), *block(0), *(say() for _ in range(3))]}
        for place in range(size // 25)
    ]
    sections[-1]["steps"][-1] = {"close": "done"}
    return {
        "ariane": 1, "process": f"made-{size}", "title": {"en": f"Made of {size}"}, "reason": "delivery.late",
        "audience": ["agent", "customer"], "outcomes": {"done": "solved"},
        "needs": {"order_number": {"kind": "order_number", "label": {"en": "Order"}}},
        "facts": {"order": {"from": "shop.order", "with": {"number": "order_number"}}}, "sections": sections,
    }  # fmt: skip


def _open(folder: Path) -> tuple[Company, Flask]:
    database = Database(f"sqlite:///{folder / 'ariane.db'}")
    schema.build(database)
    company = open_company(database, [])
    with database.unit() as session:
        for size in READY:
            new_process(session, company.sofia.actor(), MONDAY, _document(size))
    configuration = load(data_folder=folder, database_url=f"sqlite:///{folder / 'ariane.db'}")
    workings = Workings(walks=company.walks, porter=company.porter, connectors=company.services)  # type: ignore[arg-type]
    return company, create_app(configuration, database, workings)


def _sign_in(company: Company, client: Any) -> None:
    with company.database.unit() as rows:
        now = real_now(rows)
        token = SignIn.begin(rows, company.sofia.id, now, address="127.0.0.1", browser="bench")
    with client.session_transaction() as session:
        session.update(sign_in=token, seen=int(now.timestamp()), _user_id=company.sofia.fs_uniquifier, _fresh=True)


def _enter(company: Company, app: Flask, context: BrowserContext, address: str) -> None:
    client = app.test_client()
    _sign_in(company, client)
    cookie = client.get_cookie("ariane")
    assert cookie is not None
    context.add_cookies([{"name": "ariane", "value": cookie.value, "url": address}])
