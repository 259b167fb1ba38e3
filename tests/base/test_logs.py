"""Logs say what happened and no secret."""

import json
import logging
from io import StringIO

import pytest
import structlog

from base import logs


@pytest.fixture(autouse=True)
def restored() -> object:
    """Other tests log as before."""
    kept, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = kept
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_of_json_with_its_room() -> None:
    stream = StringIO()
    logs.set_up("INFO", "json", stream)
    logs.logger("robots.sweep").info("walk_woken", walk="abc", milliseconds=12)
    logs.logger("robots.sweep").debug("too_quiet")
    event = json.loads(stream.getvalue())
    assert event["event"] == "walk_woken" and event["room"] == "robots.sweep" and event["milliseconds"] == 12


def test_what_is_named_like_a_secret_is_masked() -> None:
    stream = StringIO()
    logs.set_up("INFO", "json", stream)
    logs.logger("x").info("called", api_key="hunter2", Authorization="hunter2", access_token="hunter2", status=200)
    assert "hunter2" not in stream.getvalue() and '"status": 200' in stream.getvalue()


def test_on_a_console_it_reads_like_words() -> None:
    stream = StringIO()
    logs.set_up("WARNING", "console", stream)
    logs.logger("x").warning("sqlite_too_old", version="3.40.1")
    assert "sqlite_too_old" in stream.getvalue() and "3.40.1" in stream.getvalue()
