"""`ariane import`: proposed, tried, done, done again."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from ariane.cli import group
from base.brands import Brand
from base.database import Database
from cases.contacts import Contact


def test_a_file_is_proposed_tried_and_imported_once(
    database: Database, brand: Brand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIANE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    file = tmp_path / "contacts.csv"
    file.write_text(
        "Ticket;Date;Canal;Nom;E-mail\n1;01/02/2025 10:00;Appel;Martin;lea@example.org\n2;demain;Appel;B;b@b.org\n"
    )

    def ariane(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(group, ["import", "contacts", str(file), *words])
        return done.exit_code, done.output

    assert ariane("--propose", "--source", "old-crm")[0] == 0
    code, told = ariane("--dry-run")
    assert (code, "1 nouvelles" in told, "Rien n’a été écrit" in told) == (1, True, True)
    assert "Ligne 3" in told
    assert ariane()[0] == 1
    assert (tmp_path / "contacts.csv.rejects.csv").read_text("utf-8-sig").startswith("ligne;pourquoi;Ticket")
    assert "1 déjà connues" in ariane()[1]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
