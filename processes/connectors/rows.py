"""Rows of the connectors: how services speak, where a brand reaches them, what goes where, and how they are doing.

Definitions and connections are changed by people through `installing`; health, calls and unknown codes are written by
`service` alone, each in a short transaction of its own.
"""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, Id, Json, Moment, PublicId


class DefinitionRow(Base):
    """A definition installed here; it wins over a ready-made one of the same key."""

    __tablename__ = "connector_definition"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    document: Mapped[Json]
    content_hash: Mapped[str] = mapped_column(String(64))
    installed_at: Mapped[Moment]
    installed_by: Mapped[Json]


class Connection(Base):
    """A brand's use of a service: where it is, with which secret, within which limits. Never exported."""

    __tablename__ = "connector_connection"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(String(60))
    """Also its lane: robots take work per connection."""
    definition_key: Mapped[str] = mapped_column(String(60))
    base_url: Mapped[str]
    secret_name: Mapped[str] = mapped_column(String(120))
    networks: Mapped[list[str]]
    """Networks that are not public and yet allowed."""
    authority_file: Mapped[str | None]
    """Certificates to trust instead of the usual ones."""
    enabled: Mapped[bool] = mapped_column(default=True)
    calls_per_day: Mapped[int | None]
    calls_per_second: Mapped[int | None]
    changed_at: Mapped[Moment]
    changed_by: Mapped[Json]

    @property
    def lane(self) -> str:
        """What robots call it: two brands may each have a connection of one name."""
        return f"{self.brand_id}.{self.name}"


class Route(Base):
    """Which operation answers a capability for a brand, for one carrier or for all that have no route of their own."""

    __tablename__ = "connector_route"
    __table_args__ = (UniqueConstraint("brand_id", "capability", "carrier"),)

    id: Mapped[Id]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    capability: Mapped[str] = mapped_column(String(120))
    carrier: Mapped[str] = mapped_column(String(60), default="")
    """A carrier's key; empty: any."""
    connection_id: Mapped[int] = mapped_column(ForeignKey("connector_connection.id", ondelete="CASCADE"), index=True)
    operation: Mapped[str] = mapped_column(String(60))


class StoredSecret(Base):
    """A secret, sealed: written, never shown again."""

    __tablename__ = "connector_secret"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    sealed: Mapped[str]
    changed_at: Mapped[Moment]


class ConnectorHealth(Base):
    """How a connection is doing. A connection that never failed has no row."""

    __tablename__ = "connector_health"

    connection_id: Mapped[int] = mapped_column(
        ForeignKey("connector_connection.id", ondelete="CASCADE"), primary_key=True
    )
    failures: Mapped[int] = mapped_column(default=0)
    """Within the window that began at `window_from`."""
    window_from: Mapped[Moment]
    open_until: Mapped[Moment | None]
    """Nobody calls before; real time. Set and past: half open, one probe at a time."""
    probe_until: Mapped[Moment | None]
    """Somebody is probing until then."""
    last_reason: Mapped[str] = mapped_column(String(40), default="")
    last_failed_at: Mapped[Moment]


class CallCount(Base):
    """Calls made within the current day or second, by all processes together; only where a limit is set."""

    __tablename__ = "connector_call_count"

    connection_id: Mapped[int] = mapped_column(
        ForeignKey("connector_connection.id", ondelete="CASCADE"), primary_key=True
    )
    seconds: Mapped[int] = mapped_column(primary_key=True)
    """Length of the window: a day or a second."""
    window_from: Mapped[Moment]
    used: Mapped[int] = mapped_column(default=0)


class UnknownCode(Base):
    """A code that no table holds, with how often it was met: the unknown-status alert."""

    __tablename__ = "connector_unknown_code"
    __table_args__ = (UniqueConstraint("connection_id", "operation", "field", "code"),)

    id: Mapped[Id]
    connection_id: Mapped[int] = mapped_column(ForeignKey("connector_connection.id", ondelete="CASCADE"))
    operation: Mapped[str] = mapped_column(String(130))
    field: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(200))
    seen: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
