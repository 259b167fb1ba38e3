"""Where the rooms are joined: which modules hold rows. Whoever needs the whole of `Base.metadata` calls `load_rows`.

The list is written out, to be read; a test compares it with the modules that declare a table.
"""

from importlib import import_module

from sqlalchemy import MetaData
from sqlalchemy.orm import configure_mappers

from base.database import Base

ROW_MODULES = (
    "base.account_links",
    "base.audit",
    "base.brands",
    "base.calendars",
    "base.clock",
    "base.installation",
    "base.people",
    "base.settings",
    "cases.alerts",
    "cases.attachments",
    "cases.cases",
    "cases.contacts",
    "cases.customers",
    "cases.doubts",
    "cases.effects",
    "cases.follow_ups",
    "cases.limits",
    "cases.guests",
    "cases.importing.rows",
    "cases.incident_rows",
    "cases.links",
    "cases.mails",
    "cases.matters",
    "cases.merging",
    "cases.notices",
    "cases.orders",
    "cases.past_follow_ups",
    "cases.presence",
    "cases.promises",
    "cases.stops",
    "cases.shares",
    "cases.targets",
    "cases.tasks",
    "cases.timeline",
    "cases.waits",
    "kb.articles",
    "kb.search",
    "kb.uses",
    "processes.connectors.inbox",
    "processes.connectors.rows",
    "processes.drafts",
    "processes.governing",
    "processes.moving",
    "processes.proposals",
    "processes.remarks",
    "processes.retiming",
    "processes.rows",
    "robots.rows",
    "robots.shadow",
    "webui.accounts.factors",
    "webui.accounts.rows",
    "webui.api.keys",
    "webui.attempts",
)


def load_rows() -> MetaData:
    """Import every room's rows; all tables of the installation."""
    for module in ROW_MODULES:
        import_module(module)
    configure_mappers()
    return Base.metadata
