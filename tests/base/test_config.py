"""Options are read once; what is wrong with them is said all at once; secrets stay secret."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from base.config import ConfigurationFaults, load


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that says nothing but where to keep data."""
    import os

    for name in [name for name in os.environ if name.startswith("ARIANE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ARIANE_DATA_FOLDER", str(tmp_path / "var"))


def test_without_any_option_it_works_on_this_machine(tmp_path: Path) -> None:
    configuration = load()
    assert configuration.open_database().is_sqlite
    assert configuration.base_url == "http://127.0.0.1:8800"
    assert len(configuration.secret_key.get_secret_value()) >= 32


def test_secrets_that_nobody_gave_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    first, second = load(), load()
    assert first.secret_key == second.secret_key
    assert first.encryption_keys == second.encryption_keys
    Fernet(first.encryption_keys[0].get_secret_value())
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_all_faults_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "mysql://nowhere",
        "SECRET_KEY": "short-secret",
        "ENCRYPTION_KEYS": "no-key-at-all",
        "MAIL_URL": "mail.example.com",
        "BASE_URL": "help.example.com",
        "LOG_LEVEL": "LOUD",
    }.items():
        monkeypatch.setenv(f"ARIANE_{name}", value)
    with pytest.raises(ConfigurationFaults) as caught:
        load()
    told = str(caught.value)
    for name in ("DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "MAIL_URL", "BASE_URL", "LOG_LEVEL"):
        assert f"ARIANE_{name}:" in told
    assert "short-secret" not in told and "no-key-at-all" not in told


def test_secrets_are_masked_where_options_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARIANE_SECRET_KEY", "s3cret" * 8)
    monkeypatch.setenv("ARIANE_DATABASE_URL", "postgresql://anne:hunter2@db/ariane")
    monkeypatch.setenv("ARIANE_MAIL_URL", "smtp://anne:hunter3@mail:25")
    configuration = load()
    shown = str(configuration.shown())
    for secret in ("s3cret", "hunter2", "hunter3", configuration.encryption_keys[0].get_secret_value()):
        assert secret not in shown
    assert "hunter2" not in repr(configuration) and "s3cret" not in repr(configuration)


def test_an_option_can_be_a_file_in_a_folder_of_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ariane_secret_key").write_text("f" * 40)
    monkeypatch.setenv("ARIANE_SECRETS_FOLDER", str(tmp_path))
    assert load().secret_key.get_secret_value() == "f" * 40


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARIANE_LOG_LEVEL", "DEBUG")
    assert load(log_level="ERROR").log_level == "ERROR"


def test_keys_are_rotated_by_listing_the_new_one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    monkeypatch.setenv("ARIANE_ENCRYPTION_KEYS", f"{new}, {old}")
    assert [key.get_secret_value() for key in load().encryption_keys] == [new, old]
