"""People write order numbers in many ways; the shop writes them in one."""

from datetime import datetime

import pytest

from base.actors import Actor
from base.database import Database
from cases.order_numbers import as_the_shop_writes
from cases.orders import order_at_first_sight


def seen(database: Database, robot: Actor, now: datetime, *numbers: str) -> None:
    with database.unit() as session:
        for number in numbers:
            order_at_first_sight(session, robot, now, number)


def written(database: Database, robot: Actor, typed: str) -> str:
    with database.reading() as session:
        return as_the_shop_writes(session, robot.brand_id, typed)


ALIKE = (
    *("RC-1001", "rc1001", "RC 1001", " rc - 1001 ", "Rc–1001", "rc_1001"),
    *("#RC-1001", "#1001", "1001", "n°1001", "N° RC1001"),
)


@pytest.mark.parametrize("typed", ALIKE)
def test_all_of_these_are_one_number(database: Database, robot: Actor, now: datetime, typed: str) -> None:
    seen(database, robot, now, "RC-1002", "RC-1003")
    assert written(database, robot, typed) == "RC-1001"


@pytest.mark.parametrize("typed", ["", "AB-7", "2024-RC-7", "RC-10A", "claire", "1" * 30])
def test_what_is_written_otherwise_stays_as_it_is(database: Database, robot: Actor, now: datetime, typed: str) -> None:
    seen(database, robot, now, "RC-1002")
    assert written(database, robot, typed) == typed.upper()


def test_before_any_order_was_seen_a_number_is_taken_as_typed(database: Database, robot: Actor) -> None:
    assert written(database, robot, "rc 1001") == "RC1001"


def test_the_writing_used_most_wins_where_a_shop_has_several(database: Database, robot: Actor, now: datetime) -> None:
    seen(database, robot, now, "OLD-1", "RC1002", "RC1003", "77")
    assert written(database, robot, "1001") == "RC1001"
    assert written(database, robot, "old 5") == "OLD-5"
