"""Values go into JSON and come back the same; nothing is taken for true or false by accident."""

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.business_time import ALWAYS_OPEN, UNITS, Delay
from base.money import Money
from processes.walk.values import MISSING, UNKNOWN, Age, decode, encode

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)

scalars = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.builds(Money, st.integers(-(10**17), 10**17), st.sampled_from(["EUR", "JPY", "TND"])),
    st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=5))])),  # noqa: DTZ001
    st.dates(),
    st.builds(Delay, st.integers(0, 999_999), st.sampled_from(UNITS)),
    st.just(UNKNOWN),
)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(values)
def test_a_value_survives_json(value: Any) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_each_kind_is_written_as_the_documents_say() -> None:
    assert encode(Money(8490, "EUR")) == {"$money": [8490, "EUR"]}
    assert encode(NOON) == {"$at": "2026-03-03T12:00:00Z"}
    assert encode(date(2026, 11, 20)) == {"$on": "2026-11-20"}
    assert encode(Delay(2, "business days")) == {"$delay": "2 business days"}
    assert encode(Decimal("12.50")) == {"$number": "12.50"}
    assert encode(UNKNOWN) == {"$unknown": None}
    assert decode({"$unknown": "ZZ9"}) is UNKNOWN


def test_a_missing_field_is_an_absent_key() -> None:
    assert encode({"number": "6A1", "delivered_at": MISSING}) == {"number": "6A1"}
    assert decode({"number": "6A1", "delivered_at": None}) == {"number": "6A1"}


def test_a_missing_item_keeps_its_place_in_a_list() -> None:
    assert decode(encode(["a", MISSING])) == ["a", MISSING]


def test_a_dict_that_looks_like_a_tag_stays_a_dict() -> None:
    assert decode(encode({"$money": "none"})) == {"$money": "none"}


def test_an_age_is_kept_as_the_delay_it_is_at_this_moment() -> None:
    age = Age(NOON - timedelta(days=2), NOON, ALWAYS_OPEN)
    assert decode(encode(age)) == Delay(2880, "minutes")
    assert Age(NOON + timedelta(days=2), NOON, ALWAYS_OPEN).delay == Delay(0, "minutes")
    assert Age(NOON - timedelta(days=4000), NOON, ALWAYS_OPEN).delay == Delay(4000, "days")


@pytest.mark.parametrize("foreign", [1.5, object(), {1, 2}, b"x", datetime(2026, 1, 1)])  # noqa: DTZ001
def test_floats_foreign_objects_and_moments_without_zone_are_refused(foreign: object) -> None:
    with pytest.raises(TypeError):
        encode(foreign)


@pytest.mark.parametrize(
    "data",
    [
        1.5,
        {"$what": 1},
        {"$money": ["x", "EUR"]},
        {"$money": [1]},
        {"$at": "2026-01-01T10:00:00"},
        {"$on": "soon"},
        {"$delay": "soon"},
        {"$number": "many"},
        {"$on": 3},
        {"$map": []},
        None,
    ],
)
def test_what_was_not_written_by_us_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):
        decode(data)


@pytest.mark.parametrize("absent", [MISSING, UNKNOWN])
def test_missing_and_unknown_are_neither_true_nor_false(absent: Any) -> None:
    with pytest.raises(TypeError):
        bool(absent)


@pytest.mark.parametrize("absent", [MISSING, UNKNOWN])
def test_missing_and_unknown_stay_themselves_when_copied(absent: Any) -> None:
    assert copy.deepcopy([absent])[0] is absent
    assert pickle.loads(pickle.dumps(absent)) is absent
