"""A brand's colours are its own, as far as they can be read."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from base.brands import Brand
from base.database import Database
from webui.colours import contrast, is_colour, readable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_measured_as_everybody_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@given(COLOURS, st.sampled_from(["#ffffff", "#161d24"]))
def test_any_colour_becomes_readable(colour: str, background: str) -> None:
    assert contrast(readable(colour, background), background) >= 4.5


def test_a_readable_colour_stays_as_it_is() -> None:
    assert readable("#0f6b4f", "#ffffff") == "#0f6b4f"


def test_only_plain_colours_are_colours() -> None:
    assert is_colour("#0F6b4f")
    assert not any(map(is_colour, ["red", "#fff", "#0f6b4f;}body{display:none", "#0f6b4f\n"]))


def test_a_brand_has_its_sheet(client: FlaskClient, database: Database, brand: Brand) -> None:
    with database.unit() as session:
        session.merge(brand).colours = {"accent": "#ffdd00}</style>"}
    sheet = client.get("/brand/rue-colibri.css")
    assert sheet.mimetype == "text/css"
    assert "style" not in sheet.text
    assert client.get("/brand/rue-colibri.css", headers={"If-None-Match": sheet.headers["ETag"]}).status_code == 304
    assert client.get("/brand/nobody.css").status_code == 404
