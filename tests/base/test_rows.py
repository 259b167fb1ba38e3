"""Brands, calendars, people, teams and settings, as they are kept."""

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from base import settings
from base.actors import Actor, Role
from base.brands import HAND_OVER_WORDS, Brand, brand_named, first_brand
from base.calendars import CalendarRow, UnknownCalendar, UnusableCalendar, calendar_named
from base.database import Database
from base.errors import NotFound
from base.people import AddressTaken, Person, UnknownTeam, person_by_email, team_named, teams_of
from base.permissions import NotPermitted
from base.settings import Difference, Proposal, UnknownSetting


def test_a_brand_speaks_for_itself(database: Database, brand: Brand) -> None:
    with database.reading() as session:
        kept = brand_named(session, "rue-colibri")
        assert kept == first_brand(session)
        assert kept.default_language == "fr"
        assert kept.hand_over_sentence("en") == HAND_OVER_WORDS["en"]
        assert kept.hand_over_sentence("de") == HAND_OVER_WORDS["fr"]
        assert kept.calendar.zone == "Europe/Paris"
        with pytest.raises(NotFound):
            brand_named(session, "other")


def test_before_set_up_there_is_no_brand(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        first_brand(session)


def test_a_calendar_knows_the_holidays_of_its_region(database: Database) -> None:
    with database.unit() as session:
        CalendarRow.create(session, "metz", "Metz", region="FR-57", closures=[["2026-08-03", "2026-08-14"]])
        CalendarRow.create(session, "robots", "Robots", region=None, hours=[[["00:00", "24:00"]]] * 7)
    with database.reading() as session:
        metz, robots = calendar_named(session, "metz"), calendar_named(session, "robots")
        with pytest.raises(UnknownCalendar):
            calendar_named(session, "mars")
    assert not metz.open_on(date(2026, 4, 3)) and not metz.open_on(date(2026, 8, 5)) and metz.open_on(date(2026, 4, 7))
    assert robots.open_on(date(2026, 12, 25))


@pytest.mark.parametrize(
    "broken",
    [
        {"hours": [[]] * 7},
        {"hours": [[["18:00", "09:00"]]] * 7},
        {"hours": [[["9h", "18h"]]] * 7},
        {"zone": "Europe/Nowhere"},
        {"region": "ZZ"},
        {"closures": [["yesterday", "today"]]},
    ],
)
def test_a_calendar_that_cannot_be_used_is_not_kept(database: Database, broken: dict[str, str]) -> None:
    with pytest.raises(UnusableCalendar), database.unit() as session:
        CalendarRow.create(session, "broken", "Broken", **broken)  # type: ignore[arg-type]


def test_a_person_has_roles_teams_and_an_address_of_his_own(
    database: Database, brand: Brand, administrator: Actor, now: datetime
) -> None:
    with database.unit() as session:
        desk = team_named(session, brand.id, "carriers_desk")
        marc = Person.create(
            session,
            administrator,
            now,
            name="Marc",
            email=" Marc@Rue-Colibri.example ",
            roles=frozenset({Role.AGENT, Role.EXPERT}),
            teams=(desk,),
        )
        assert [team.key for team in teams_of(session, brand.id)] == ["carriers_desk", "delivery_team"]
        assert desk.name("en") == "Carriers"
        with pytest.raises(UnknownTeam):
            team_named(session, brand.id, "nobody")
    with database.reading() as session:
        kept = person_by_email(session, "MARC@rue-colibri.example")
        assert kept is not None and kept.id == marc.id
        assert kept.role_names == {Role.AGENT, Role.EXPERT} and kept.team_keys == {"carriers_desk"}
        assert kept.actor().person_id == marc.id and kept.actor().kind == "agent"
        assert kept.has_role("expert") and not kept.has_role("author")
    with pytest.raises(AddressTaken), database.unit() as session:
        Person.create(session, administrator, now, name="M", email="marc@rue-colibri.example", roles=frozenset())


def test_roles_come_and_go_by_an_administrator_only(
    database: Database, anne: Person, administrator: Actor, agent: Actor, now: datetime
) -> None:
    with database.unit() as session:
        kept = session.get_one(Person, anne.id)
        kept.grant(administrator, now, Role.AUTHOR)
        kept.grant(administrator, now, Role.AUTHOR)
        kept.revoke(administrator, Role.AGENT)
        with pytest.raises(NotPermitted):
            kept.grant(agent, now, Role.ADMINISTRATOR)
        with pytest.raises(NotPermitted):
            kept.revoke(agent, Role.AUTHOR)
    with database.reading() as session:
        assert session.get_one(Person, anne.id).role_names == {Role.AUTHOR}
        assert session.get_one(Person, anne.id).roles[0].granted_at == now


def test_two_teams_of_a_brand_do_not_share_a_key(database: Database, brand: Brand) -> None:
    from base.people import Team

    with pytest.raises(IntegrityError), database.unit() as session:
        Team.create(session, brand.id, "delivery_team", {})


def test_the_companys_own_setting_wins_over_what_a_document_proposes(
    database: Database, brand: Brand, administrator: Actor, now: datetime
) -> None:
    law = Proposal(value="14 days", source="C. conso. L216-7", certainty="summary", checked_on=date(2026, 11, 2))
    with database.unit() as session:
        assert (
            settings.propose(session, administrator, now, {"refund_delay": law, "cap": Proposal(value="150 EUR")}) == []
        )
        settings.write(session, administrator, now, "cap", Proposal(value="100 EUR", source="house"))
        proposals = {"refund_delay": Proposal(value="10 days"), "cap": Proposal(value="200 EUR")}
        kept = settings.propose(session, administrator, now, proposals)
    assert kept == [Difference(key="cap", kept="100 EUR", proposed="200 EUR")]
    with database.reading() as session:
        assert settings.values_of(session, brand.id) == {"refund_delay": "10 days", "cap": "100 EUR"}
        cap = settings.setting_named(session, brand.id, "cap")
        assert cap.own and cap.source == "house" and cap.written_by["name"] == "Ariane"
        with pytest.raises(UnknownSetting):
            settings.setting_named(session, brand.id, "nothing")


def test_an_agent_writes_no_settings(database: Database, agent: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted), database.unit() as session:
        settings.write(session, agent, now, "cap", Proposal(value=1))
