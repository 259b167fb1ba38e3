"""Calendars edited by administrators: several periods a day, holidays of a region, closures, and what cannot be."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from base.business_time import Delay, add
from base.calendars import CalendarRow, calendar_named
from base.database import Database
from cases.cases import Case
from robots.retiming import move_dates
from tests.company import Company, open_company
from tests.walking import WATCH, begin, tiny
from tests.webui.admin.test_admin import ada, admin, post
from tests.webui.conftest import Enter

__all__ = ["ada", "admin"]


@pytest.fixture
def shop(database: Database, brand: object) -> str:
    """The key of a calendar that is open from nine to six."""
    with database.unit() as session:
        CalendarRow.create(session, "desk", "Desk")
    return "desk"


def change(admin: FlaskClient, key: str, **form: str):  # type: ignore[no-untyped-def]
    days = {f"day-{day}": "09:00-12:30, 14:00-18:00" if day < 5 else "" for day in range(7)}
    given = {"name": "Desk", "zone": "Europe/Paris", "region": "FR", "closures": "", **days, **form}
    return post(admin, f"/admin/calendars/{key}", **given)


def test_several_periods_a_day_count_and_lunch_does_not(database: Database, admin: FlaskClient, shop: str) -> None:
    assert change(admin, shop).status_code == 303
    with database.reading() as session:
        calendar = calendar_named(session, shop)
    monday_noon = datetime(2026, 3, 2, 11, tzinfo=UTC)  # noon in Paris
    assert add(calendar, monday_noon, Delay.parse("1 business hours")) == datetime(2026, 3, 2, 13, 30, tzinfo=UTC)


def test_closures_and_a_regions_holidays_close_days(database: Database, admin: FlaskClient, shop: str) -> None:
    change(admin, shop, region="FR-57", closures="2026-08-03 2026-08-14\n2026-12-24")
    with database.reading() as session:
        row = session.scalars(select(CalendarRow).where(CalendarRow.key == shop)).one()
    assert row.closures == [["2026-08-03", "2026-08-14"], ["2026-12-24", "2026-12-24"]]
    assert row.calendar().open_on(date(2026, 12, 26)) is False
    assert "2026-08-03 2026-08-14" in admin.get("/admin/calendars").text


@pytest.mark.parametrize(
    "form",
    [
        {f"day-{day}": "" for day in range(7)},
        {"day-0": "nine to five"},
        {"day-0": "14:00-09:00"},
        {"day-0": "09:00-12:00, 11:00-15:00"},
        {"zone": "Mars/Olympus"},
        {"region": "NOWHERE"},
        {"closures": "in August"},
        {"closures": "2026-02-31"},
    ],
)
def test_what_cannot_be_used_is_told_and_changes_nothing(
    database: Database, admin: FlaskClient, shop: str, form: dict[str, str]
) -> None:
    reply = change(admin, shop, **form)
    assert reply.status_code == 422
    assert "This calendar cannot be used" in reply.text
    with database.reading() as session:
        row = session.scalars(select(CalendarRow).where(CalendarRow.key == shop)).one()
    assert (row.hours[0], row.zone, row.region, row.closures) == ([["09:00", "18:00"]], "Europe/Paris", "FR", [])


def test_another_calendar_is_added_once(database: Database, admin: FlaskClient, shop: str) -> None:
    assert post(admin, "/admin/calendars", key="laposte", name="La Poste").status_code == 303
    assert post(admin, "/admin/calendars", key="laposte", name="Again").status_code == 422
    assert post(admin, "/admin/calendars", key="Not a key", name="X").status_code == 422
    assert "La Poste" in admin.get("/admin/calendars").text


@pytest.fixture
def company(database: Database) -> Company:
    """The company with a case that a robot looks at on Tuesday evening."""
    made = open_company(database, [tiny(WATCH)])
    made.parcel("6A1")
    begin(made.walks, made.agent, made.case().id)
    return made


def test_what_a_change_would_move_is_shown_first_and_moved_when_people_say_so(
    client: FlaskClient, enter: Enter, company: Company
) -> None:
    sofia = enter(client, company.sofia)
    closed = {"closures": "2031-03-04 2031-03-05"}
    shown = change(sofia, "shop", **closed)
    assert shown.status_code == 200
    assert "1 planned look of a robot" in shown.text
    assert "2031-03-04 2031-03-05" in shown.text, "what was entered is still there"
    with company.database.reading() as session:
        assert session.scalars(select(CalendarRow)).one().closures == []
        reference = session.scalars(select(Case)).one().spoken_reference
    assert reference in shown.text
    assert change(sofia, "shop", **closed, dates="move").status_code == 303
    assert "Robots are moving" in sofia.get("/admin/calendars").text
    move_dates(company.robots)
    assert "Moved: 1; left where somebody had put them: 0." in sofia.get("/admin/calendars").text


def test_what_is_planned_may_stay(client: FlaskClient, enter: Enter, company: Company) -> None:
    assert change(enter(client, company.sofia), "shop", closures="2031-03-04", dates="leave").status_code == 303
    assert move_dates(company.robots) == 0
    with company.database.reading() as session:
        assert session.scalars(select(CalendarRow)).one().closures == [["2031-03-04", "2031-03-04"]]
