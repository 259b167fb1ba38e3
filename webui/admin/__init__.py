"""Administration: people, teams, partners, reasons, the brand's look. For administrators alone."""

from webui.admin import audit, look, partners, people, reasons, teams
from webui.admin.door import blueprint

__all__ = ["audit", "blueprint", "look", "partners", "people", "reasons", "teams"]
