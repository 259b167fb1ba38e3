"""The menu of the staff pages: the doors that exist and that the reader may open."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from base.actors import Role
from base.languages import N_
from base.permissions import Permission, allowed
from webui.requests import signed_in


@dataclass(frozen=True, kw_only=True)
class Entry:
    endpoint: str
    """The door's first page; its blueprint's name comes before the dot."""
    word: str
    icon: str
    permission: Permission

    @property
    def address(self) -> str:
        return url_for(self.endpoint)

    @property
    def here(self) -> bool:
        return request.blueprint == self.endpoint.partition(".")[0]


ENTRIES = (
    Entry(endpoint="console.home", word=N_("Console"), icon="headset", permission=Permission.CUSTOMER_FIND),
    Entry(endpoint="knowledge.home", word=N_("Knowledge"), icon="book", permission=Permission.ARTICLE_READ),
    Entry(endpoint="studio.home", word=N_("Studio"), icon="sitemap", permission=Permission.PROCESS_READ),
    Entry(endpoint="studio.reviews", word=N_("Reviews"), icon="message", permission=Permission.PROCESS_REVIEW),
    Entry(endpoint="insight.home", word=N_("Insight"), icon="chart-bar", permission=Permission.INSIGHT_READ),
    Entry(endpoint="robots.home", word=N_("Robots"), icon="robot", permission=Permission.ROBOTS_RUN),
    Entry(endpoint="admin.home", word=N_("Admin"), icon="settings", permission=Permission.ADMIN),
)


def install(app: Flask) -> None:
    app.jinja_env.globals.update(menu=menu, exists=exists, may=may, start_doors=start_doors, role_word=ROLE_WORDS.get)
    app.jinja_env.filters["initials"] = initials
    app.context_processor(lambda: {"actor_here": signed_in()})


def menu() -> list[Entry]:
    return [entry for entry in ENTRIES if exists(entry.endpoint) and may(entry.permission)]


def exists(endpoint: str) -> bool:
    """Whether this installation has that page."""
    return endpoint in current_app.view_functions


def may(permission: Permission | str) -> bool:
    """Whether the reader has `permission`; for showing a link, never for guarding what is behind it."""
    actor = signed_in()
    return actor is not None and allowed(actor, Permission(permission))


def initials(name: str) -> str:
    """At most two letters: `Nadia Benali` is NB."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


ROLE_WORDS = {
    Role.AGENT: N_("Agent"),
    Role.EXPERT: N_("Expert"),
    Role.AUTHOR: N_("Author"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.PARTNER: N_("Partner"),
}

DOORS = (
    ("selfcare.home", "package", N_("Customers"), N_("Where is my parcel? Help without an account.")),
    ("console.home", "headset", N_("Console"), N_("The adviser’s desk: one case, one thread, the words to say.")),
    ("studio.home", "sitemap", N_("Studio"), N_("Processes as trees, written by the people who know the trade.")),
    ("knowledge.home", "book", N_("Knowledge"), N_("Articles, found in one box and quoted in the processes.")),
    ("insight.home", "chart-bar", N_("Insight"), N_("Was it solved, at the first contact, and what did it cost?")),
    ("admin.home", "settings", N_("Administration"), N_("People, brands, connections, robots.")),
)


def start_doors() -> list[tuple[str, str, str, str]]:
    """The doors of the front page: address, icon, name and sentence."""
    return [(url_for(endpoint), *rest) for endpoint, *rest in DOORS if exists(endpoint)]  # type: ignore[misc]
