"""History of another system is imported once, with the same result on both databases."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from base.actors import Actor
from base.audit import AuditEntry
from base.database import Database
from cases import finding
from cases.alerts import Alert
from cases.cases import Case
from cases.contacts import Contact
from cases.customers import Customer, Identifier
from cases.doubts import Doubt
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.importing.mapping import Mapping
from cases.importing.rows import ImportRun
from cases.importing.running import Run, run
from cases.orders import Order
from insight.figures import figures

Import = Callable[..., Run]

CONTACTS: dict[str, Any] = {
    "kind": "contacts", "source": "old-crm", "delimiter": ";",
    "columns": {"external_id": "id", "at": "date", "channel": "canal", "reason": "motif", "first_name": "prénom",
                "name": "nom", "mail": "mail", "phone": "tél"},
    "words": {"reason": {"Colis en retard": "delivery.late"}, "channel": {"Téléphone": "phone"}},
}  # fmt: skip
HEADING = "id;date;canal;motif;prénom;nom;mail;tél\n"
CASES: dict[str, Any] = {
    "kind": "cases", "source": "old-crm",
    "columns": {name: name for name in ("external_id", "opened_at", "closed_at", "reason", "outcome", "solved",
                                        "order", "customer_id", "name")},
    "words": {"reason": {"late": "delivery.late"}},
}  # fmt: skip


@pytest.fixture
def bring(database: Database, administrator: Actor, now: datetime, tmp_path: Path) -> Import:
    """Import a text as a file."""

    def bring(content: str | bytes, mapping: dict[str, Any], **options: Any) -> Run:
        file = tmp_path / "file"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        options.setdefault("language", "en")
        return run(database, administrator, now, file, Mapping.model_validate(mapping), **options)

    return bring


def count(database: Database, what: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_customer_writes_twice_and_has_one_file(bring: Import, database: Database, administrator: Actor) -> None:
    done = bring(
        HEADING + "1;12/02/2026 09:30;Téléphone;Colis en retard;Léa;Martin;lea@example.org;06 12 34 56 78\n"
        "2;2026-02-13T10:00:00+01:00;mail;Autre;Léa;Martin;LEA@example.org;\n",
        CONTACTS,
    )
    assert (done.counts.read, done.counts.new, done.counts.customers) == (2, 2, 1)
    with database.reading() as session:
        first, second = session.scalars(select(Contact).order_by(Contact.started_at))
        assert (first.started_at, first.channel, first.reason) == (
            datetime(2026, 2, 12, 8, 30, tzinfo=UTC), "phone", "delivery.late",
        )  # fmt: skip
        assert (second.started_at, second.reason) == (datetime(2026, 2, 13, 9, tzinfo=UTC), None)
        assert first.customer_id == second.customer_id
        for typed in ("0612345678", "lea@example.org", "martin léa"):
            assert [hit.customer and hit.customer.full_name for hit in finding.find(session, administrator, typed)] == [
                "Léa Martin"
            ]


def test_a_second_run_adds_nothing_and_doubles_are_known(bring: Import, database: Database) -> None:
    row = "1;12/02/2026;mail;;Léa;Martin;lea@example.org;\n"
    without_id = ";13/02/2026;mail;;Léa;Martin;lea@example.org;\n"
    first = bring(HEADING + row + row + without_id + without_id, CONTACTS)
    again = bring(HEADING + row + without_id, CONTACTS)
    assert (first.counts.new, first.counts.known) == (2, 2)
    assert (again.counts.new, again.counts.known, count(database, Contact), count(database, Customer)) == (0, 2, 2, 1)


def test_one_weak_key_merges_nobody_and_the_pair_is_doubted(bring: Import, database: Database) -> None:
    bring(
        HEADING + "1;12/02/2026;mail;;Léa;Martin;home@example.org;\n2;12/02/2026;mail;;Paul;Martin;home@example.org;\n",
        CONTACTS,
    )
    assert (count(database, Customer), count(database, Doubt)) == (2, 1)


def test_a_trial_writes_nothing(bring: Import, database: Database, tmp_path: Path) -> None:
    done = bring(
        HEADING + "1;12/02/2026;mail;;Léa;Martin;lea@example.org;\n2;never;mail;;;;a@b.org;\n", CONTACTS, dry=True
    )
    assert (done.counts.new, done.counts.rejected) == (1, 1)
    assert done.first_rejects[0].tell("fr") == "«\u00a0never\u00a0» n’est pas une date lisible."
    assert (count(database, Contact), count(database, Customer), count(database, ImportRun)) == (0, 0, 0)
    assert [each.name for each in tmp_path.iterdir() if "reject" in each.name] == []


def test_rejects_keep_their_line_and_say_why_and_may_be_corrected(bring: Import, tmp_path: Path) -> None:
    refused = tmp_path / "rejects.csv"
    bring(
        HEADING + '1;12/02/2026;mail;"two\nlines";Léa;Martin;lea@example.org;\n'
        "2;12/02/2026;mail;;=1+1;B;no mail;\n3;x\n",
        CONTACTS, language="fr", rejects=refused,
    )  # fmt: skip
    rows = list(csv.reader(refused.open(encoding="utf-8-sig"), delimiter=";"))
    assert rows[0][:3] == ["ligne", "pourquoi", "id"]
    assert rows[1][:2] == ["4", "«\u00a0no mail\u00a0» n’est pas une adresse électronique."]
    assert rows[1][6] == "'=1+1"
    assert rows[2][:2] == ["5", "La ligne a 2 cellules, l’en-tête en a 8."]
    corrected = refused.read_text("utf-8-sig").replace("no mail", "b@example.org").splitlines()[:2]
    assert bring("\n".join(corrected), CONTACTS).counts.new == 1


def test_closed_cases_count_and_start_nothing(
    bring: Import, database: Database, administrator: Actor, now: datetime
) -> None:
    heading = ",".join(CASES["columns"]) + "\n"
    done = bring(
        heading + "T1,2026-02-10,2026-02-12 18:00,late,found,yes,RC-1,C9,Martin\n"
        "T2,2026-02-11,2026-02-10,late,found,yes,RC-1,C9,Martin\nT3,2026-02-11,,late,,,,C9,Martin\n",
        CASES,
    )  # fmt: skip
    assert (done.counts.new, done.counts.rejected) == (1, 2)
    contacts = CONTACTS | {"delimiter": ",", "columns": {"at": "at", "channel": "channel", "case": "case"}}
    more = bring("at,channel,case\n2026-02-10,mail,T1\n2026-02-11,phone,T1\n2026-02-11,phone,T9\n", contacts)
    assert (more.counts.new, more.counts.rejected, more.counts.customers) == (2, 1, 0)
    with database.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.state, case.inbound, case.solved, case.reason) == ("closed", 2, True, "delivery.late")
        assert case.order is not None and case.order.number == "RC-1"
        assert figures(session, administrator, now).closed == 1 and figures(session, administrator, now).contacts == 2
        assert [hit.by for hit in finding.find(session, administrator, "RC-1")] == ["order"]
    assert [count(database, what) for what in (Alert, FollowUp, Effect)] == [0, 0, 0]


def test_orders_are_found_and_learn_whose_they_are(bring: Import, database: Database, administrator: Actor) -> None:
    orders = {"kind": "orders", "source": "shop", "form": "jsonl",
              "columns": {"number": "name", "mail": "customer.email", "name": "customer.name",
                          "customer_id": "customer.id"}}  # fmt: skip
    bring('{"name": "#RC-7"}\n', orders)
    done = bring(
        '{"name": "rc-7", "customer": {"id": 12, "email": "lea@example.org", "name": "Martin"}}\nnonsense\n[1]\n',
        orders,
    )
    assert (done.counts.known, done.counts.rejected, done.counts.customers) == (1, 2, 1)
    with database.reading() as session:
        order = session.scalars(select(Order)).one()
        assert order.customer is not None and order.customer.mail == "lea@example.org"
        found = session.scalars(select(Identifier).where(Identifier.kind == "external")).one()
        assert (found.source, found.value) == ("shop", "12")


def test_an_unknown_reason_is_rejected_where_the_mapping_says_so(bring: Import, database: Database) -> None:
    done = bring(HEADING + "1;12/02/2026;mail;Autre;L;M;l@example.org;\n", CONTACTS | {"unknown_reason": "reject"})
    assert done.counts.rejected == 1 and count(database, Contact) == 0


def test_a_run_is_audited_once_and_keeps_its_mapping(bring: Import, database: Database) -> None:
    bring(HEADING + "".join(f"{n};12/02/2026;mail;;L;M{n};l{n}@example.org;\n" for n in range(20)), CONTACTS)
    with database.reading() as session:
        told = session.scalars(select(AuditEntry.what).where(AuditEntry.what.startswith("import."))).all()
        kept = session.scalars(select(ImportRun)).one()
    assert sorted(told) == ["import.begun", "import.ended"]
    assert kept.mapping["columns"]["phone"] == "tél" and kept.counts["new"] == 20 and kept.ended_at is not None
