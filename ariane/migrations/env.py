"""Run by Alembic with the connection that `ariane.migrations` gives it; the command line gives none."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from ariane.migrations import ours
from ariane.wiring import load_rows
from base.database import UTCDateTime


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """A step names types of its own: it must mean the same when those of the rows have changed."""
    names = {UTCDateTime: "MOMENT", sa.BigInteger: "NUMBER", sa.JSON: "JSON"}
    if kind == "type" and type(item) in names:
        return names[type(item)]
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=load_rows(),
    transactional_ddl=True,
    render_as_batch=True,
    compare_type=True,
    include_name=ours,
    render_item=render_item,
)
context.run_migrations()
