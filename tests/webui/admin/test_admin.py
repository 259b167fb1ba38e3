"""Administration: people invited, changed, suspended; teams, partners, reasons, look; for administrators alone."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from base.actors import Actor, Role, system_actor
from base.brands import Brand
from base.causes import causes
from base.database import Database
from base.people import LastAdministrator, Partner, Person, Skills, team_named
from base.reasons import reason_names
from base.settings import Proposal, values_of, write
from tests.webui.conftest import Enter, Look
from tests.webui.test_sign_in import PASSWORD, quick_passwords, sign_in, token_of
from webui.accounts.rows import running

__all__ = ["quick_passwords"]
ADDRESSES = (
    "/admin",
    "/admin/people/new",
    "/admin/teams",
    "/admin/partners",
    "/admin/reasons",
    "/admin/causes",
    "/admin/look",
    "/admin/audit",
)


@pytest.fixture
def ada(database: Database, brand: Brand, now) -> Person:  # type: ignore[no-untyped-def]
    """Ada, the administrator."""
    with database.unit() as session:
        return Person.create(
            session, system_actor(brand.id), now, name="Ada", email="ada@example.test", language="en",
            roles=frozenset({Role.ADMINISTRATOR}),
        )  # fmt: skip


@pytest.fixture
def admin(client: FlaskClient, enter: Enter, ada: Person) -> FlaskClient:
    return enter(client, ada)


def post(client: FlaskClient, address: str, **form: object):  # type: ignore[no-untyped-def]
    return client.post(address, data={"csrf_token": token_of(client.get("/").text), **form})


def test_somebody_invited_chooses_a_password_and_comes_in(app: Flask, admin: FlaskClient, database: Database) -> None:
    form = {"name": "Léa", "email": "Lea@example.test", "language": "en", "zone": "Europe/Paris"}
    reply = post(admin, "/admin/people/new", roles=["agent", "expert"], teams=["delivery_team"], **form)
    assert reply.status_code == 303
    page = admin.get(reply.location).text
    link = re.search(r"/account/l/[\w-]+", page)
    assert link, page
    lea = app.test_client()
    assert lea.get(link[0]).status_code == lea.get(link[0]).status_code == 200, "looking consumes nothing"
    assert post(lea, link[0], password="short").status_code == 422
    assert post(lea, link[0], password=PASSWORD).status_code == 303
    assert lea.get(link[0]).status_code == 410
    assert sign_in(lea, email="lea@example.test").status_code == 303
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.name == "Léa")).one()
        assert person.role_names == {Role.AGENT, Role.EXPERT}
        assert person.team_keys == {"delivery_team"}


def test_a_newer_link_ends_the_older_one(admin: FlaskClient, anne: Person) -> None:
    address = f"/admin/people/{anne.public_id}"
    links = []
    for _ in range(2):
        assert post(admin, f"{address}/reset").status_code == 303
        links += re.findall(r"/account/l/[\w-]+", admin.get(address).text)
    assert admin.get(links[0]).status_code == 410
    assert admin.get(links[1]).status_code == 200


def test_a_suspended_person_is_out_at_the_next_request(
    app: Flask, admin: FlaskClient, anne: Person, enter: Enter, database: Database
) -> None:
    hers = enter(app.test_client(), anne)
    assert hers.get("/account").status_code == 200
    assert post(admin, f"/admin/people/{anne.public_id}/suspend").status_code == 303
    assert "/sign-in" in hers.get("/account").location
    with database.reading() as session:
        assert running(session, anne.id, anne.created_at) == []
    assert "Let in again" in admin.get(f"/admin/people/{anne.public_id}").text
    assert post(admin, f"/admin/people/{anne.public_id}/reinstate").status_code == 303


def test_the_last_administrator_stays_one(admin: FlaskClient, ada: Person, database: Database) -> None:
    address = f"/admin/people/{ada.public_id}"
    form = {"name": "Ada", "language": "en", "zone": "Europe/Paris", "roles": ["agent"]}
    for reply in (post(admin, address, **form), post(admin, f"{address}/suspend")):
        assert reply.status_code == 409
        assert "only administrator" in reply.text
    with database.unit() as session, pytest.raises(LastAdministrator):
        session.get_one(Person, ada.id).suspend(session, ada.actor())


def test_a_form_with_faults_says_them_and_keeps_what_was_typed(admin: FlaskClient, anne: Person) -> None:
    reply = post(admin, "/admin/people/new", name="", email="nobody", language="en", zone="Mars/Olympus")
    assert reply.status_code == 422
    assert 'value="Mars/Olympus"' in reply.text
    for field in ("name", "email", "zone", "roles"):
        assert f'href="#field-{field}"' in reply.text
    taken = post(
        admin, "/admin/people/new", name="Anne", email=anne.email, language="en", zone="Europe/Paris", roles=["agent"]
    )
    assert taken.status_code == 422
    assert "already signs in" in taken.text


def test_teams_and_partners_are_made_and_changed(admin: FlaskClient, anne: Person, database: Database) -> None:
    assert post(admin, "/admin/partners", key="atlantic", name="Atlantic", kind="outsourcer").status_code == 303
    assert post(admin, "/admin/partners", key="atlantic", name="Again").status_code == 422
    names = {"name-fr": "Nuit", "name-en": "Night"}
    assert post(admin, "/admin/teams", key="night", **names).status_code == 303
    assert post(admin, "/admin/teams", key="night", **names).status_code == 422
    assert post(admin, "/admin/teams", key="Bad Key", **names).status_code == 422
    change = {**names, "partner": "atlantic", "members": [anne.public_id]}
    assert post(admin, "/admin/teams/night", **change).status_code == 303
    assert post(admin, "/admin/partners/atlantic", name="Atlantic 2", kind="carrier", reach="brand").status_code == 303
    assert admin.get("/admin/teams/nothing").status_code == 404
    with database.reading() as session:
        team = team_named(session, anne.brand_id, "night")
        partner = session.get_one(Partner, team.partner_id)
        assert (partner.name, partner.kind, partner.reach) == ("Atlantic 2", "carrier", "brand")
        assert "night" in session.get_one(Person, anne.id).team_keys


def test_reasons_are_named_added_and_taken_off(admin: FlaskClient, ada: Person, database: Database) -> None:
    new = {"key": "delivery.late", "name-fr-": "En retard", "name-en-": "Late"}
    assert post(admin, "/admin/reasons", **new).status_code == 303
    assert post(admin, "/admin/reasons", **new).status_code == 422
    changed = {"name-fr-delivery.late": "Retard", "name-en-delivery.late": "Late"}
    assert post(admin, "/admin/reasons", **changed).status_code == 303
    with database.reading() as session:
        assert reason_names(session, ada.brand_id, "fr") == {"delivery.late": "Retard"}
    gone = {"name-fr-delivery.late": "", "name-en-delivery.late": ""}
    assert post(admin, "/admin/reasons", **gone).status_code == 303
    with database.reading() as session:
        assert reason_names(session, ada.brand_id, "fr") == {}


def test_root_causes_are_a_usual_list_until_they_are_edited(
    admin: FlaskClient, ada: Person, database: Database
) -> None:
    assert "carrier" in admin.get("/admin/causes").text
    names = {"name-fr-carrier": "le camion", "name-en-carrier": "the lorry", "team-carrier": "nobody"}
    new = {"key": "late_truck", "name-fr-": "camion en retard", "name-en-": "late truck"}
    assert post(admin, "/admin/causes", **names, **new).status_code == 303
    with database.reading() as session:
        found = {cause.key: cause for cause in causes(session, ada.brand_id, "fr")}
    assert (found["carrier"].name, found["carrier"].team) == ("le camion", "")
    assert found["late_truck"].name == "camion en retard" and len(found) == 12


def test_a_colour_nobody_can_read_is_refused_with_the_nearest(admin: FlaskClient) -> None:
    reply = post(admin, "/admin/look", name="Rue Colibri", accent="#ffee00")
    assert reply.status_code == 422
    near = re.search(r"nearest that works: (#[0-9a-f]{6})", reply.text)
    assert near
    assert post(admin, "/admin/look", name="Rue Colibri", accent=near[1]).status_code == 303
    assert near[1] in admin.get("/brand/rue-colibri.css").text


def test_a_brand_names_the_addresses_that_customers_write_to(
    admin: FlaskClient, ada: Person, database: Database
) -> None:
    look = {"name": "Rue Colibri", "accent": "#0b5d7a"}
    assert post(admin, "/admin/look", **look, mail_addresses="nobody").status_code == 422
    typed = "bonjour@colibri.example\n@colibri.test"
    assert post(admin, "/admin/look", **look, mail_addresses=typed).status_code == 303
    with database.reading() as session:
        assert values_of(session, ada.brand_id)["mail_addresses"] == ["bonjour@colibri.example", "@colibri.test"]
    assert "@colibri.test" in admin.get("/admin/look").text


def test_administration_is_for_administrators(app: Flask, enter: Enter, sofia: Person) -> None:
    client = enter(app.test_client(), sofia)
    for address in ADDRESSES:
        assert client.get(address).status_code == 403, address


def test_another_brands_people_do_not_exist(admin: FlaskClient, database: Database, administrator: Actor, now) -> None:  # type: ignore[no-untyped-def]
    with database.unit() as session:
        calendar = session.get_one(Brand, administrator.brand_id).calendar_row
        other = Brand.create(session, "other", "Other", calendar)
        eve = Person.create(
            session, system_actor(other.id), now, name="Eve", email="eve@example.test", roles=frozenset({Role.AGENT})
        )
    assert admin.get(f"/admin/people/{eve.public_id}").status_code == 404
    assert post(admin, f"/admin/people/{eve.public_id}/suspend").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_can_be_used_by_everybody(
    look: Look, ada: Person, anne: Person, language: str, width: int, sqlite_database: Database, request
) -> None:  # type: ignore[no-untyped-def]
    if "sqlite" not in request.node.name:
        pytest.skip("one database is enough for the eyes")
    eyes = look(ada, language=language, width=width)
    for address in (*ADDRESSES, f"/admin/people/{anne.public_id}", "/admin/teams/delivery_team", "/account"):
        eyes.go(address)
        assert eyes.faults() == [], address


def test_the_trail_tells_who_changed_what(admin: FlaskClient, anne: Person) -> None:
    assert post(admin, f"/admin/people/{anne.public_id}/suspend").status_code == 303
    page = admin.get("/admin/audit").text
    assert "person.changed" in page
    assert "Ada" in page
    assert "may sign in" in page
    assert 'lang="fr"' in (french := admin.get("/admin/audit?lang=fr").text)
    assert "peut se connecter" in french
    assert "person.changed" in admin.get("/admin/audit?about=personne&lang=fr").text
    assert "person.changed" not in admin.get("/admin/audit?about=nothing-like-it").text
    assert admin.get("/admin/audit?before=1").status_code == 200


def test_skills_are_ticked_and_kept(
    admin: FlaskClient, database: Database, anne: Person, brand: Brand, now: datetime
) -> None:
    with database.unit() as session:
        write(session, system_actor(brand.id), now, "reasons", Proposal(value=[{"key": "a.late", "en": "Late"}]))
    address = f"/admin/people/{anne.public_id}"
    form = {"name": "Anne", "language": "en", "zone": "Europe/Paris", "roles": ["agent"]}
    assert post(admin, address, **form, speaks=["en", "xx"], masters=["a.late", "made.up"]).status_code == 303
    with database.reading() as session:
        skills = session.get_one(Person, anne.id).skills
    assert skills == Skills(speaks=("en",), masters=("a.late",))
    page = admin.get(address).text
    assert re.search(r'name="masters" value="a.late" checked', page)
