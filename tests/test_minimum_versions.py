"""Versions below these have holes that were felt or published: a floor is a test, not a hope."""

from importlib.metadata import version

import pytest
from packaging.version import Version

from base.database import sqlite

FLOORS = {
    "alembic": "1.20",
    "apscheduler": "3.11",
    "cryptography": "50",
    "flask": "3.1.3",
    "flask-security-too": "5.9.2",  # passkey freshness bypass, GHSA-f66q-9rf6-8795
    "gunicorn": "27",
    "jinja2": "3.1.6",  # sandbox escape, CVE-2025-27516
    "nh3": "0.3.8",
    "psycopg": "3.3",
    "sqlalchemy": "2.1.9",
    "urllib3": "2.8",
    "werkzeug": "3.1.9",
}


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_what_is_installed_is_new_enough(package: str, floor: str) -> None:
    assert Version(version(package)) >= Version(floor)


def test_wtforms_still_has_what_flask_security_uses() -> None:
    assert Version(version("wtforms")) < Version("3.4")


def test_sqlite_does_not_corrupt_its_log() -> None:
    assert sqlite.is_fixed(sqlite.library()), "SQLite is too old: see `ariane doctor`"
