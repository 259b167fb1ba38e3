"""Dates, spans and amounts as readers write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask, g

from base.money import Money
from webui import formats, i18n

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest, app: Flask) -> Iterator[str]:
    """A page in that language, in Paris, on Monday 2 March 2026 at 10:00."""
    with app.test_request_context("/"):
        i18n.speak(request.param)
        g.now = AT
        yield request.param


def test_a_moment_near_is_told_in_words(language: str) -> None:
    told = [formats.when(AT + timedelta(days=days)) for days in (-1, 0, 1, 3, 400)]
    assert (
        told
        == {
            "fr": ["hier 10:00", "aujourd’hui 10:00", "demain 10:00", "jeu. 5 mars 10:00", "mar. 6 avr. 2027 11:00"],
            "en": ["yesterday 10:00", "today 10:00", "tomorrow 10:00", "Thu 5 Mar 10:00", "Tue 6 Apr 2027 11:00"],
        }[language]
    )


def test_today_is_the_readers_day_not_greenwichs(language: str) -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert formats.when(late) == {"fr": "demain 00:30", "en": "tomorrow 00:30"}[language]


def test_a_whole_day(language: str) -> None:
    assert (
        formats.day(date(2026, 11, 22))
        == {"fr": "dimanche 22 novembre 2026", "en": "Sunday 22 November 2026"}[language]
    )


def test_an_age(language: str) -> None:
    told = [formats.ago(AT - timedelta(seconds=seconds)) for seconds in (2, 12, 3 * 3600)]
    assert (
        told
        == {
            "fr": ["à l’instant", "il y a 12 secondes", "il y a 3 heures"],
            "en": ["just now", "12 seconds ago", "3 hours ago"],
        }[language]
    )


def test_a_span(language: str) -> None:
    spans = [timedelta(minutes=45), timedelta(hours=3, minutes=12), timedelta(days=2, hours=1), -timedelta(hours=5)]
    assert [formats.span(each) for each in spans] == {
        "fr": ["45 min", "3 h 12", "2 j", "5 h 00"],
        "en": ["45 min", "3 h 12", "2 d", "5 h 00"],
    }[language]


def test_an_amount(language: str) -> None:
    assert formats.money(Money(8490, "EUR")) == {"fr": "84,90\u00a0€", "en": "€84.90"}[language]
