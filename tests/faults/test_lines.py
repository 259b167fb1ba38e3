"""Lines that are cut: between a robot and the database, and between a robot and a carrier."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from base.database import Database
from processes.connectors.readings import ActAnswer
from tests.faults.proxy import Proxy, to_socket, to_tcp
from tests.faults.story import open_story
from tests.storm.outside import Shop, Weather
from tests.storm.worker import Line


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop in fair weather."""
    weather = Weather(Random(1))
    weather.calm()
    shop = Shop(weather)
    yield shop
    shop.close()


@pytest.mark.postgres
def test_a_robot_cut_off_from_the_database_at_any_point_loses_nothing_and_does_nothing_twice(
    postgresql_database: Database,
) -> None:
    story = open_story(postgresql_database)
    line = Proxy(to_socket(f"{postgresql_database.url.query['host']}/.s.PGSQL.5432"))
    story.line = line
    points = range(len(story.play().passed))
    for at in points:
        played = story.play("cut", at)
        assert played.faults == [], f"cut at {at}, {played.passed[at]}"
    line.close()


def test_a_line_to_the_carrier_cut_after_it_has_shipped_ships_once(database: Database, shop: Shop) -> None:
    story = open_story(database)
    line = Proxy(to_tcp(shop.port))
    services, far = story.company.services, Line(line.port)

    def act(capability: str, inputs: Mapping[str, Any], *, key: str, **more: Any) -> ActAnswer:
        answer = far.act(capability, inputs, key=key, **more)
        services.acts = [(capability, dict(inputs), key) for key in shop.shipped]
        return answer

    services.act = act  # type: ignore[method-assign, assignment]
    line.answers_lost = 2
    assert story.play().faults == []
    assert list(shop.requests.values()) == [3], "asked three times, under one key"
    assert len(shop.shipped) == 1
    line.close()
