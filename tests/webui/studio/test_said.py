"""What a document writes is read in the reader's language."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from processes.scenarios import Happening
from webui.studio.said import day_said, deed_said, figure_said, place_said, source_said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2 business days", "2 jours ouvrés"),
        ("150 EUR", "150,00\xa0€"),
        (True, "oui"),
        (None, "un barème"),
        ("x", "x"),
    ],
)
def test_a_figure_is_told_in_french(app: Flask, value: object, said: str) -> None:
    with app.test_request_context("/?lang=fr"):
        assert figure_said(value) == said


def test_places_deeds_and_sources_have_words(app: Flask) -> None:
    with app.test_request_context("/?lang=fr"):
        assert place_said("needs/order_number/label") == "nécessaire au départ › order number › nom"
        assert deed_said(Happening("ask", ("still_missing",), datetime(2026, 11, 24, tzinfo=UTC))).startswith("demande")
        assert source_said("house") == "choix de l’entreprise"
        assert day_said("soon") == "soon"
