"""Administration: people, teams, partners, reasons, calendars, the brand's look. For administrators alone."""

from webui.admin import audit, calendars, look, partners, people, reasons, signing_in, teams
from webui.admin.door import blueprint

__all__ = ["audit", "blueprint", "calendars", "look", "partners", "people", "reasons", "signing_in", "teams"]
