"""A real Chromium for the tests.

In this order: the one that ARIANE_CHROMIUM names; a chromium or chrome on the path that answers; the one that
Playwright has, or can fetch. None: browser tests are skipped and say so, except where CI=true, where they fail.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

CURE = "No Chromium was found. Install one, or set ARIANE_CHROMIUM, or run: .venv/bin/playwright install chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_chromium() -> str | None:
    """Path of a browser that runs; None when there is none and none can be fetched."""
    for candidate in _candidates():
        if _answers(candidate):
            return candidate
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(fetch, capture_output=True, timeout=300, check=False)
    path = _of_playwright()
    return path if _answers(path) else None


def must_have_one() -> bool:
    """Whether tests without a browser fail instead of being skipped."""
    return os.environ.get("CI") == "true"


def _candidates() -> Iterator[str]:
    named = os.environ.get("ARIANE_CHROMIUM")
    if named:
        yield named
    yield from filter(None, map(shutil.which, NAMES))
    yield _of_playwright()


def _of_playwright() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _answers(path: str) -> bool:
    try:
        subprocess.run([path, "--version"], capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True
