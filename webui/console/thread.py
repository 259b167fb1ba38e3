"""The thread of a case, told for an agent: what happened on all channels, and what is planned."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup

from base.languages import LANGUAGES, N_, pick
from cases.telling import said
from cases.telling import tell as told
from cases.timeline import TimelineEntry
from processes.decisions import LINK
from webui.console.files import CaseFile
from webui.console.words import capital, why_unread
from webui.i18n import language, tell, zone
from webui.looks import look
from webui.requests import now

ICONS = {
    "note": "note",
    "case.opened": "flag",
    "case.closed": "circle-check",
    "case.reopened": "history",
    "case.handed_over": "users",
    "case.brought_back": "corner-down-right",
    "case.linked": "link",
    "case.waiting": "clock-pause",
    "walk.started": "player-play",
    "walk.said": "quote",
    "walk.told": "quote",
    "walk.answered": "message",
    "walk.went_back": "arrow-back-up",
    "walk.facts_read": "database",
    "walk.fact_unavailable": "alert-triangle",
    "follow_up.planned": "clock",
    "message.done": "mail",
    "message.received": "mail",
    "contact.summed_up": "note",
}
FAMILY_ICONS = {
    "act": "bolt",
    "call": "phone",
    "case": "flag",
    "contact": "headset",
    "file": "file-text",
    "follow_up": "robot",
    "incident": "alert-triangle",
    "message": "send",
    "promise": "calendar-event",
    "task": "checkbox",
    "walk": "route",
}
TONES = {
    "act.done": "good",
    "act.happened": "good",
    "act.failed": "bad",
    "act.unknown": "warn",
    "case.closed": "good",
    "follow_up.parked": "warn",
    "message.failed": "bad",
    "message.unknown": "warn",
    "note": "warn",
    "promise.broken": "bad",
    "promise.kept": "good",
    "task.done": "good",
    "walk.fact_unavailable": "warn",
}
LEFT_OUT = frozenset({"case.waiting", "act.decided", "message.decided", "follow_up.planned"})
"""Entries of which the next one, or the plan itself, says the same and better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """A place on the thread."""

    at: datetime | None
    text: str
    icon: str
    tone: str = ""
    words: tuple[str, ...] = ()
    """What was said, written or noted, as it was."""
    words_language: str = ""
    state: str = "past"


def in_html(knot: Knot) -> Markup:
    """A place on the thread as the page draws it. Kept: every step shows the same past again."""
    return _drawn(knot, language(), zone(), now().astimezone(zone()).date())


_LINK = re.compile(rf"\s*[^\n]*{LINK}\s*\Z|{LINK}")
"""Where a mail tells its link: the address is the customer's alone."""


@lru_cache(5_000)
def _drawn(knot: Knot, _language: str, _zone: ZoneInfo, _today: date) -> Markup:
    macros: Any = current_app.jinja_env.get_template("console/knots.html").module
    return cast(Markup, macros.one_knot(knot))


def past(entries: Iterable[TimelineEntry]) -> Iterator[Knot]:
    """What happened, oldest first; entries of which the next one says the same are left out."""
    for entry in entries:
        sentence = None if entry.kind in LEFT_OUT else _sentence(entry)
        if sentence is None:
            continue
        words, spoken = _words(entry.words)
        yield Knot(at=entry.at, text=sentence, icon=_icon(entry), tone=_tone(entry), words=words, words_language=spoken)


def _sentence(entry: TimelineEntry) -> str | None:
    if entry.kind == "walk.fact_unavailable":
        fact = said(entry.params.get("fact", ""), language(), str(zone()))
        why = why_unread(str(entry.params.get("because", "")))
        return capital(tell(N_("%(fact)s could not be read: %(because)s."), fact=fact, because=why))
    return told(entry, language(), str(zone()))


def planned(file: CaseFile) -> Iterator[Knot]:
    """What the robots will do, next one first."""
    title = pick(file.case.title or {}, language())
    for check in file.checks:
        if check.state == "parked":
            continue
        label = pick(check.label or {}, language())
        if label == title:
            label = ""
        yield Knot(
            at=check.due_at,
            text=tell(N_("The robot looks: %(label)s"), label=label) if label else tell(N_("The robot looks")),
            icon="robot",
            tone="robot",
            state="next",
        )


def _icon(entry: TimelineEntry) -> str:
    if entry.kind.startswith("contact.") and entry.kind not in ICONS:
        channel = str(entry.params.get("channel", ""))
        return look("channel", channel).icon if channel else "headset"
    return ICONS.get(entry.kind) or FAMILY_ICONS.get(entry.kind.partition(".")[0], "circle-dashed")


def _tone(entry: TimelineEntry) -> str:
    if entry.kind in TONES:
        return TONES[entry.kind]
    return "robot" if entry.actor.get("kind") == "robot" else "info" if entry.actor.get("kind") == "customer" else ""


def _words(words: Any) -> tuple[tuple[str, ...], str]:
    """What was said, mailed, noted, promised (by language) or filled into a form; and its language where known."""
    match words:
        case str():
            return (words,), ""
        case {"text": str(text), **rest}:
            return (_LINK.sub("", text).rstrip(),), str(rest.get("language", ""))
        case dict() if words and words.keys() <= set(LANGUAGES):
            spoken = language() if language() in words else next(iter(words))
            return (pick(words, spoken),), spoken
        case dict():
            return tuple(f"{name} : {value}" for name, value in words.items() if isinstance(value, str)), ""
        case list():
            texts = [each for each in words if isinstance(each, dict) and each.get("text")]
            return tuple(str(each["text"]) for each in texts), str(texts[0].get("language", "")) if texts else ""
        case _:
            return (), ""
