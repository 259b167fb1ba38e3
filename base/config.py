"""The program's own options, read once from the environment: `ARIANE_DATABASE_URL`, `ARIANE_SECRET_KEY`, …

Not to be confused with a *setting* (`base.settings`), a figure of the business that people edit. All faults are
reported together. Each option may also be a file of that name in the folder that `ARIANE_SECRETS_FOLDER` names.
"""

import os
import secrets
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import EmailStr, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from base.database import Database
from base.errors import Invalid
from base.languages import N_

PREFIX = "ARIANE_"


class ConfigurationFaults(Invalid):
    """Every option that cannot be used, one a line, with the name that sets it."""

    sentence = N_("The configuration cannot be used:\n%(faults)s")


MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")
"""In the clear; encrypted once connected, or not at all; encrypted from the first byte."""


class Configuration(BaseSettings):
    """Frozen; made by `load`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    data_folder: Path = Path("var")
    """Where files of this installation are kept."""
    database_url: SecretStr = SecretStr("")
    """`sqlite:///file` or `postgresql://…`; default: a SQLite file in the data folder."""
    share_old_sqlite: bool = False
    """Let several processes use a SQLite library that may corrupt the file."""
    secret_key: SecretStr = SecretStr("")
    """Signs cookies and links; at least 32 characters. Default: made once and kept in the data folder."""
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Fernet keys for connectors' secrets, newest first, separated by commas. Default: as for the secret key."""
    base_url: str = "http://127.0.0.1:8800"
    """How the world outside reaches this installation; links in mails begin with it."""
    mail_url: str = ""
    """`smtp://host:port`, `smtp+starttls://user:password@host:port`, `smtps://…`; empty: messages wait."""
    mail_from: EmailStr = "ariane@example.com"
    """Sender of mails."""
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks of our own that alerts may be posted to, separated by commas; elsewhere only https to the world."""
    inbox_url: SecretStr = SecretStr("")
    """Mailbox of customers' mails: `imaps://user:password@host/INBOX`; empty: none is read."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies of ours stand before the server; 0: forwarded-for headers are not believed."""
    robots_engine: Literal["embedded", "procrastinate"] = "embedded"
    """Who carries the robots' work: this program alone, or workers on any number of hosts (PostgreSQL only)."""
    robots_hands: int = Field(default=12, ge=1, le=200)
    """How many rows a robots process works on at once."""
    robots_lease_s: float = Field(default=60, ge=1, le=3600)
    """Seconds after which the rows of a robot that fell silent are taken over."""
    metrics_token: SecretStr = SecretStr("")
    """What a monitoring system presents at /metrics; empty: only this machine may read them."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_form: Literal["console", "json"] = "console"
    audit_heads: Path | None = None
    """File to which the head of the audit trail is added every hour; best on another machine. Default: in the data
    folder."""
    demo: bool = False
    """The imaginary company: its clock can be moved and its services live on this machine."""

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value():
            try:
                Database(url.get_secret_value())
            except Exception as error:
                raise ValueError("begins with sqlite:/// and names a file, or begins with postgresql://") from error
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if key.get_secret_value() and len(key.get_secret_value()) < 32:
            raise ValueError("needs at least 32 characters")
        return key

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _networks(cls, written: object) -> object:
        parts = (
            tuple(part.strip() for part in written.split(",") if part.strip()) if isinstance(written, str) else written
        )
        try:
            for part in parts if isinstance(parts, tuple) else ():
                ip_network(part)
        except ValueError:
            raise ValueError("are networks such as 10.1.0.0/16") from None
        return parts

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _separate(cls, keys: object) -> object:
        return tuple(key.strip() for key in keys.split(",") if key.strip()) if isinstance(keys, str) else keys

    @field_validator("encryption_keys")
    @classmethod
    def _fernet_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                Fernet(key.get_secret_value())
            except ValueError:
                raise ValueError("each is 32 bytes in URL-safe base64, as `Fernet.generate_key()` makes them") from None
        return keys

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("is an address such as https://help.example.com")
        return url.rstrip("/")

    @field_validator("mail_url")
    @classmethod
    def _mail_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in MAIL_SCHEMES or not urlsplit(url).hostname):
            raise ValueError("is an address such as smtp+starttls://user:password@mail.example.com:587")
        return url

    @field_validator("inbox_url")
    @classmethod
    def _inbox_address(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if url.get_secret_value() and (parts.scheme not in ("imap", "imaps") or not parts.hostname):
            raise ValueError("is an address such as imaps://user:password@mail.example.com/INBOX")
        return url

    @property
    def files_folder(self) -> Path:
        """Where photos and documents of cases are kept."""
        return self.data_folder.resolve() / "photos"

    @property
    def heads_of_audit(self) -> Path:
        """Where the heads of the audit trail are kept."""
        return self.audit_heads or self.data_folder / "audit-heads"

    def open_database(self) -> Database:
        """The database that this configuration names, not connected yet."""
        return Database(self.database_url.get_secret_value(), share_old_sqlite=self.share_old_sqlite)

    def shown(self) -> dict[str, Any]:
        """All options for a reader, secrets masked."""
        shown = {name: _shown(value) for name, value in self}
        shown["database_url"] = self.open_database().url.render_as_string(hide_password=True)
        shown["mail_url"] = _without_password(self.mail_url)
        return shown


def load(**given: Any) -> Configuration:
    """Read the environment; `given` wins over it. What is secret and not given is made once, in the data folder.

    Raises `ConfigurationFaults`.
    """
    folder = os.environ.get(PREFIX + "SECRETS_FOLDER")
    try:
        configuration = Configuration(_secrets_dir=folder, **given)
    except ValidationError as error:
        faults = (f"  {PREFIX}{_name(fault['loc'])}: {_words(fault['msg'])}" for fault in error.errors())
        raise ConfigurationFaults(faults="\n".join(faults)) from error
    try:
        return configuration.model_copy(update=_missing(configuration))
    except OSError as error:
        fault = f"  {PREFIX}DATA_FOLDER: cannot be written: {configuration.data_folder} ({error.strerror})"
        raise ConfigurationFaults(faults=fault) from error


def _missing(configuration: Configuration) -> dict[str, Any]:
    folder = configuration.data_folder
    filled: dict[str, Any] = {}
    if not configuration.database_url.get_secret_value():
        filled["database_url"] = SecretStr(f"sqlite:///{folder / 'ariane.db'}")
    if not configuration.secret_key.get_secret_value():
        filled["secret_key"] = SecretStr(_kept(folder / "secret_key", secrets.token_hex(32)))
    if not configuration.encryption_keys:
        filled["encryption_keys"] = (SecretStr(_kept(folder / "encryption_key", Fernet.generate_key().decode())),)
    return filled


def _kept(file: Path, new: str) -> str:
    """What the file says; written first, for its owner only, where there is none. Two starts at once agree."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    if not file.exists():
        draft.touch(mode=0o600)
        draft.write_text(new)
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()


def _shown(value: object) -> object:
    if isinstance(value, SecretStr):
        return "***" if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return [_shown(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _without_password(url: str) -> str:
    password = urlsplit(url).password if url else None
    return url.replace(f":{password}@", ":***@") if password else url


def _name(location: tuple[int | str, ...]) -> str:
    return cast(str, location[0]).upper()


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")
