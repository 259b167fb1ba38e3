"""The audit trail: written with its cause, sealed in order, and every tampering found."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ariane.wiring import load_rows
from base import audit
from base.actors import Role, system_actor
from base.audit import AUDITED, AuditEntry
from base.brands import Brand
from base.database import Database
from base.people import Person, Team, team_named

SECRET = "s" * 40
UNLOCK = {
    "sqlite": ("DROP TRIGGER audit_entry_stays", "DROP TRIGGER audit_entry_is_final"),
    "postgresql": ("ALTER TABLE audit_entry DISABLE TRIGGER ALL",),
}
LOCK = {"sqlite": audit.GUARDS["sqlite"], "postgresql": ("ALTER TABLE audit_entry ENABLE TRIGGER ALL",)}


def entries(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def sealed(database: Database) -> list[str]:
    with database.unit() as session:
        audit.seal(session, SECRET)
    with database.reading() as session:
        return audit.verify(session, SECRET)


def tamper(database: Database, statement: str) -> None:
    """As somebody who owns the database."""
    name = "sqlite" if database.is_sqlite else "postgresql"
    with database.unit() as session:
        for each in (*UNLOCK[name], statement, *LOCK[name]):
            session.execute(text(each))


def test_a_change_is_written_with_who_before_and_after(database: Database, sofia: Person, brand: Brand) -> None:
    boss = sofia.actor()
    audit.acting(lambda: boss)
    try:
        with database.unit() as session:
            team_named(session, brand.id, "delivery_team").names = {"fr": "Nuit", "en": "Night"}
    finally:
        audit.acting(None)
    last = entries(database)[-1]
    assert (last.what, last.about, last.actor["name"], last.brand_id) == (
        "team.changed",
        "delivery_team",
        "Sofia",
        brand.id,
    )
    before, after = last.change["names"]
    assert (before["en"], after["en"]) == ("Deliveries", "Night")


def test_people_put_into_teams_and_roles_are_told_and_secrets_are_not(
    database: Database, brand: Brand, now: datetime
) -> None:
    with database.unit() as session:
        team = team_named(session, brand.id, "delivery_team")
        Person.create(
            session, system_actor(brand.id), now, name="Lou", email="lou@example.test", roles=frozenset({Role.AGENT}),
            teams=(team,), password_hash="a hash that must not be told",
        )  # fmt: skip
    written = entries(database)
    told = {entry.what: entry for entry in written}
    assert told["person.added"].change["teams"] == [[], ["delivery_team"]]
    assert told["person_role.added"].change["name"] == [None, "agent"]
    assert told["person.added"].change["password"] == [None, "***"]
    assert "must not be told" not in str([entry.change for entry in written])


def test_what_was_rolled_back_leaves_no_entry(database: Database, brand: Brand) -> None:
    before = len(entries(database))
    with pytest.raises(RuntimeError), database.unit() as session:
        Team.create(session, brand.id, "ghosts", {"en": "Ghosts"})
        raise RuntimeError
    assert len(entries(database)) == before


def test_a_whole_chain_is_whole_and_grows(database: Database, brand: Brand) -> None:
    assert sealed(database) == []
    numbers = [entry.number for entry in entries(database)]
    assert numbers == list(range(1, len(numbers) + 1))
    with database.unit() as session:
        Team.create(session, brand.id, "late", {"en": "Late"})
    assert sealed(database) == []
    assert entries(database)[-1].number == len(numbers) + 1


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit_entry SET about = 'somebody else' WHERE number = 2", "is not what was sealed"),
        ("DELETE FROM audit_entry WHERE number = 2", "entries are missing"),
        ("DELETE FROM audit_entry WHERE number = (SELECT max(number) FROM audit_entry)", "its tail was cut off"),
        ("DELETE FROM audit_head", "the head of the chain is gone"),
        ("UPDATE audit_head SET seal = 'x'", "kept outside"),
    ],
)
def test_tampering_is_found(database: Database, brand: Brand, statement: str, told: str) -> None:
    assert sealed(database) == []
    tamper(database, statement)
    with database.reading() as session:
        assert told in " ".join(audit.verify(session, SECRET))


def test_a_chain_made_anew_differs_from_the_head_kept_outside(database: Database, brand: Brand) -> None:
    sealed(database)
    with database.reading() as session:
        head = audit.head_of(session)
        faults = audit.verify(session, SECRET, iter([(head[0], "another seal")]))
        assert audit.verify(session, "another secret" * 4) != []
    assert len(faults) == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET about = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_a_change(database: Database, brand: Brand, statement: str) -> None:
    sealed(database)
    with pytest.raises(DBAPIError), database.unit() as session:
        session.execute(text(statement))


def test_eight_sealers_make_one_chain(database: Database, brand: Brand) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            with database.unit() as session:
                Team.create(session, brand.id, f"t{number}_{turn}", {"en": "T"})
            with database.unit() as session:
                audit.seal(session, SECRET)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sealed(database) == []
    assert {entry.number for entry in entries(database)} == set(range(1, len(entries(database)) + 1))


TOLD_ELSEWHERE = frozenset(
    "alert article attachment attempt audit_entry audit_head case case_presence case_share case_wait "
    "clock_offset code_app connector_call_count connector_health connector_unknown_code contact customer "
    "customer_doubt customer_merge date_move dirty_matter effect fact_reading factor_rule follow_up follow_up_past "
    "guest_link heartbeat identifier import_run incident_case imported_row installation link mail notice order "
    "order_line paper_code passage passage_link process_draft process_draft_kept process_draft_reader process_move "
    "process_remark process_review promise revision robot_shadow_turn search_entry search_word service_news "
    "sign_in task team_member timeline_entry walk walk_event".split()
)
"""Tables whose changes stand in a timeline or a journal of their own, are told in words, or decide nothing."""


def test_every_table_is_audited_or_told_elsewhere() -> None:
    tables = set(load_rows().tables)
    assert tables >= AUDITED
    assert not AUDITED & TOLD_ELSEWHERE
    unknown = tables - AUDITED - TOLD_ELSEWHERE
    assert unknown == set(), "say in base.audit.AUDITED, or here, where changes of these tables are told"
