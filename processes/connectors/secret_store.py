"""Connectors' secrets by name: sealed in rows, or given by the environment or a folder of files.

A secret has parts (`{"client_id": …, "client_secret": …}`); a plain text is a secret of one part. Whoever holds a
`Secrets` can open one for a call; none is ever shown, logged, exported or kept opened.
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.connectors.rows import StoredSecret

PREFIX = "CONNECTOR_SECRET_"
"""Of environment variables: `CONNECTOR_SECRET_LAPOSTE` is the secret named `laposte`."""


class Secrets:
    """Opens and seals with the installation's keys, newest first. What the environment gives wins over a row."""

    def __init__(
        self,
        keys: Sequence[SecretStr],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        self._unsealed = lru_cache(200)(self._unseal)
        self._environment = os.environ if environment is None else environment
        self._folder = folder

    def __repr__(self) -> str:
        return "<Secrets>"

    def open(self, name: str, sealed: str | None) -> Mapping[str, str] | None:
        """The parts of a secret, from outside or from its sealed row. None: there is none that can be opened."""
        given = self._given(name)
        if given is not None:
            return _parts(given)
        if sealed is None:
            return None
        return self._unsealed(sealed)

    def _unseal(self, sealed: str) -> Mapping[str, str] | None:
        """The same as long as the row is: it is opened once, not at every call of the service."""
        try:
            return _parts(self._fernet.decrypt(sealed.encode()).decode())
        except (InvalidToken, UnicodeDecodeError):
            return None

    def seal(self, parts: Mapping[str, str]) -> str:
        """What a row may keep."""
        return self._fernet.encrypt(json.dumps(dict(parts)).encode()).decode()

    def put(self, session: Session, name: str, parts: Mapping[str, str], now: datetime) -> None:
        """Keep a secret, in place of an earlier one of that name."""
        session.merge(StoredSecret(name=name, sealed=self.seal(parts), changed_at=now))

    def rotate(self, session: Session) -> int:
        """Seal every row anew with the newest key; how many. Raises `InvalidToken` when one cannot be opened."""
        rows = session.scalars(select(StoredSecret)).all()
        for row in rows:
            row.sealed = self._fernet.rotate(row.sealed.encode()).decode()
        return len(rows)

    def _given(self, name: str) -> str | None:
        word = "".join(letter if letter.isalnum() else "_" for letter in name)
        told = self._environment.get(PREFIX + word.upper())
        if told is None and self._folder is not None:
            file = self._folder / f"connector_secret_{word.lower()}"
            told = file.read_text("utf-8").strip() if file.is_file() else None
        return told or None


def _parts(text: str) -> Mapping[str, str]:
    try:
        parts = json.loads(text) if text.startswith("{") else None
    except ValueError:
        parts = None
    if isinstance(parts, dict) and all(isinstance(value, str) for value in parts.values()):
        return {str(key): value for key, value in parts.items()}
    return {"": text}
