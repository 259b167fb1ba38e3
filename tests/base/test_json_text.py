"""What JSON columns hold: JSON and nothing else, whole."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from base.database.columns import json_text


@pytest.mark.parametrize(
    "value", [{"a": [1, "é", None, True, 1.5]}, 10**30, -(2**70), "\ud800", {"a": "\ud800" * 3}, []]
)
def test_what_is_written_is_read_the_same(value: Any) -> None:
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize("value", [date(2026, 3, 2), Decimal(1), {"at": [date(2026, 3, 2)]}, {1, 2}, object()])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        json_text(value)
