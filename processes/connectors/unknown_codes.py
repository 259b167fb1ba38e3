"""Codes that no table holds: counted, never dropped. The unknown-status alert is made of these rows."""

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from base.clock import real_now
from base.database import insert_or_ignore
from processes.connectors.rows import UnknownCode

_PLACE: Final = re.compile(r"\[\d+\]")


def count_unknown_codes(session: Session, connection_id: int, operation: str, codes: Mapping[str, str]) -> None:
    """Count each code of a reading, by the path of its field; places in lists do not matter."""
    now = real_now(session)
    for field, code in {(_PLACE.sub("[]", path), code) for path, code in codes.items()}:
        key = {"connection_id": connection_id, "operation": operation, "field": field[:200], "code": code[:200]}
        insert_or_ignore(session, UnknownCode, {**key, "seen": 0, "first_seen_at": now, "last_seen_at": now})
        session.execute(
            update(UnknownCode)
            .filter_by(**key)
            .values(seen=UnknownCode.seen + 1, last_seen_at=now)
            .execution_options(synchronize_session=False)
        )
