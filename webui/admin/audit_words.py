"""The words an administrator reads for what the audit trail keeps by table and column."""

from collections.abc import Mapping
from typing import Final

from base.audit import AuditEntry
from base.languages import N_
from webui.i18n import tell

KINDS: Final[Mapping[str, str]] = {
    "account_link": N_("Link sent by mail"),
    "admin": N_("Administration"),
    "api_key": N_("API key"),
    "brand": N_("Brand"),
    "calendar": N_("Calendar"),
    "connector_connection": N_("Connection"),
    "connector_definition": N_("Connector"),
    "connector_route": N_("Routing to a connection"),
    "connector_secret": N_("Secret of a connection"),
    "partner": N_("Partner"),
    "password": N_("Password"),
    "person": N_("Person"),
    "person_role": N_("Role of a person"),
    "process": N_("Process"),
    "process_proposal": N_("Proposed publication"),
    "process_rule": N_("Rule of a process"),
    "process_version": N_("Version of a process"),
    "robot_limit": N_("Limit for the robots"),
    "robot_shadow": N_("Robots only watching"),
    "robot_stop": N_("Robots stopped"),
    "second_step": N_("Second step of signing in"),
    "setting": N_("Figure of the company"),
    "target": N_("Target"),
    "team": N_("Team"),
}

VERBS: Final[Mapping[str, tuple[str, str, str]]] = {
    "added": (N_("was added"), "plus", "good"),
    "changed": (N_("was changed"), "pencil", "info"),
    "removed": (N_("was removed"), "x", "warn"),
    "chosen": (N_("was chosen anew"), "pencil", "info"),
    "set_up": (N_("was set up"), "plus", "good"),
    "taken_off": (N_("was taken off"), "x", "warn"),
    "rule": (N_("was changed"), "pencil", "info"),
    "reasons": (N_("was changed"), "pencil", "info"),
}
"""The second half of `what`: word, icon and tone."""

COLUMNS: Final[Mapping[str, str]] = {
    "active": N_("may sign in"), "asked_at": N_("asked on"), "asked_by": N_("asked by"),
    "audience": N_("for whom"), "authority_file": N_("certificate authority"), "base_url": N_("address"),
    "based_on": N_("begun from version"), "begun_at": N_("begun on"), "begun_by": N_("begun by"),
    "calendar_id": N_("calendar"), "calls_per_day": N_("calls a day"), "calls_per_second": N_("calls a second"),
    "capability": N_("data or action"), "carrier": N_("carrier"), "certainty": N_("certainty"),
    "changed_at": N_("changed on"), "changed_by": N_("changed by"), "checked_on": N_("checked on"),
    "closures": N_("own closures"), "colours": N_("colours"), "complexity": N_("complexity"),
    "connection_id": N_("connection"), "contact_budget": N_("contacts allowed"), "content_hash": N_("fingerprint"),
    "currency": N_("currency"), "days": N_("days"), "deadline": N_("time limit"), "decided_at": N_("decided on"),
    "decided_by": N_("decided by"), "default_language": N_("usual language"), "definition_key": N_("connector"),
    "email": N_("mail address"), "enabled": N_("in use"), "ended_at": N_("ended on"), "ended_by": N_("ended by"),
    "expires_at": N_("good until"), "goal": N_("goal"), "grace": N_("grace"),
    "hand_over_words": N_("words that ask for a person"), "hours": N_("opening hours"),
    "installed_at": N_("installed on"), "installed_by": N_("installed by"), "key": N_("key"),
    "key_hash": N_("fingerprint of the key"), "kind": N_("kind"), "language": N_("language"),
    "languages": N_("languages"), "lifted_at": N_("lifted on"), "lifted_because": N_("lifted because"),
    "lifted_by": N_("lifted by"), "live_number": N_("live version"), "logic_hash": N_("fingerprint of the logic"),
    "logo_text": N_("name in the logo"), "most": N_("at most"), "most_minor": N_("amount at most, in cents"),
    "name": N_("name"), "names": N_("names"), "needs_approval": N_("a second person agrees"),
    "networks": N_("networks allowed"), "note": N_("note"), "number": N_("its number"), "operation": N_("action"),
    "override": N_("published although a scenario failed"), "own": N_("the company's own"),
    "partner_id": N_("partner"), "password": N_("password"), "pauses": N_("pauses of the clock"),
    "people_too": N_("holds back people too"), "per": N_("counted by"), "person_id": N_("person"),
    "process": N_("process"), "process_id": N_("process"), "publish_at": N_("to go out on"),
    "published_at": N_("published on"), "published_by": N_("published by"), "purpose": N_("purpose"),
    "reach": N_("what it sees"), "reason": N_("reason"), "region": N_("public holidays of"),
    "revoked_at": N_("revoked on"), "roles": N_("roles"), "scope": N_("what is stopped"), "sealed": N_("secret"),
    "secret_name": N_("secret used"), "set_at": N_("set on"), "set_by": N_("set by"), "source": N_("source"),
    "state": N_("state"), "stopped_at": N_("stopped on"), "stopped_by": N_("stopped by"), "teams": N_("teams"),
    "title": N_("title"), "token_hash": N_("fingerprint of the link"), "used_at": N_("used on"),
    "valid_from": N_("valid from"), "value": N_("value"), "warn_at": N_("warned at"), "why": N_("why"),
    "zone": N_("time zone"), "speaks": N_("serves customers in"), "masters": N_("knows best"),
}  # fmt: skip


def what_of(entry: AuditEntry) -> tuple[str, str, str, str]:
    """The kind of thing, then word, icon and tone of what was done to it."""
    kind, _, verb = entry.what.partition(".")
    word, icon, tone = VERBS.get(verb, (verb, "pencil", "info"))
    return tell(KINDS[kind]) if kind in KINDS else kind, tell(word), icon, tone


def about_of(entry: AuditEntry) -> str:
    """Which one: a version by its number, a routing by what is routed; their rows have no name of their own."""
    kind = entry.what.partition(".")[0]
    told = {key: values[1] or values[0] for key, values in entry.change.items()}
    if kind == "process_version" and told.get("number"):
        return tell(N_("Version %(number)s"), number=told["number"])
    if kind == "connector_route" and told.get("capability"):
        return " · ".join(str(part) for part in (told["capability"], told.get("carrier")) if part)
    return entry.about


def column_of(name: str) -> str:
    return tell(COLUMNS[name]) if name in COLUMNS else name


def value_of(value: object) -> str:
    """A value before or after, as a person writes it."""
    if isinstance(value, bool):
        return tell(N_("yes")) if value else tell(N_("no"))
    if isinstance(value, dict) and set(value) >= {"kind", "name"}:
        return str(value["name"])
    if isinstance(value, dict):
        return " · ".join(f"{key}: {value_of(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(value_of(each) for each in value) or "–"
    return "–" if value in (None, "") else str(value)


def kinds_named(word: str) -> list[str]:
    """The kinds whose words have `word`, as the trail keeps them."""
    return [kind for kind, name in KINDS.items() if word.casefold() in tell(name).casefold()]
