"""What the pages of administration share: the blueprint, who may come in, the tabs."""

from dataclasses import dataclass

from flask import Blueprint, current_app, request, url_for

from base.languages import N_
from base.permissions import Permission
from webui.requests import permission_required

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
administrators = permission_required(Permission.ADMIN)


@dataclass(frozen=True)
class Tab:
    """A page of the administration, in the order they are shown."""

    endpoint: str
    word: str
    pages: tuple[str, ...]
    """Endpoints that belong to it."""


TABS = (
    Tab("admin.home", N_("People"), ("admin.home", "admin.person", "admin.new_person")),
    Tab("admin.signing_in", N_("Signing in"), ("admin.signing_in",)),
    Tab("admin.teams", N_("Teams"), ("admin.teams", "admin.team")),
    Tab("admin.partners", N_("Partners"), ("admin.partners", "admin.partner")),
    Tab("admin.reasons", N_("Reasons"), ("admin.reasons",)),
    Tab("admin.causes", N_("Root causes"), ("admin.causes",)),
    Tab("admin.calendars", N_("Calendars"), ("admin.calendars", "admin.change_calendar", "admin.new_calendar")),
    Tab("admin.look", N_("Look"), ("admin.look",)),
    Tab("admin.audit", N_("Audit"), ("admin.audit",)),
)


@blueprint.app_template_global()
def admin_tabs() -> list[tuple[str, str, None, bool]]:
    """The tabs that exist: word, address, no number, whether it is the page in hand."""
    return [
        (tab.word, url_for(tab.endpoint), None, request.endpoint in tab.pages)
        for tab in TABS
        if tab.endpoint in current_app.view_functions
    ]
