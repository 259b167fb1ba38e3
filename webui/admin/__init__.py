"""Administration: people, teams, partners, reasons, the brand's look. For administrators alone."""

from webui.admin import look, partners, people, reasons, teams
from webui.admin.door import blueprint

__all__ = ["blueprint", "look", "partners", "people", "reasons", "teams"]
