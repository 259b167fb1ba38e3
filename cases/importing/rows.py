"""What is kept of imports: each run with the mapping it used, and each row that was taken, so that none is twice."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Base, Id, Json, Moment, PublicId
from cases.customers import Folded


class ImportRun(Base):
    """A file that was imported, or begun to be."""

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "brand_id", "began_at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """contacts, orders or cases."""
    file: Mapped[str]
    """Its name, without the folder."""
    mapping: Mapped[Json]
    """As it was used."""
    counts: Mapped[Json]
    """How many rows were read, new, known and rejected, and how many customers were made."""
    actor: Mapped[Json]
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    """None: interrupted; what was taken stays, and the file is simply imported again."""


class ImportedRow(Base):
    """A row that was taken: the same one of the same system is never taken again."""

    __tablename__ = "imported_row"

    # First in the primary key: ten thousand keys are looked up at once, and all else is the same in every row.
    key: Mapped[str] = mapped_column(Folded, primary_key=True)
    """Its id there, or "#" and a hash of what the mapping takes of it."""
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    """The system it comes from."""
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    row_id: Mapped[int]
    """The contact or case made of it; opaque."""
