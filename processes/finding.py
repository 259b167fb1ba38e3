"""Find and replace across processes: words and conditions, in the draft of each process, else in what is live.

A replacement is made in drafts only, all at once or not at all; what it led to is compared and published as always.
Names of steps, sections and keys are found and never replaced: others point to them.
"""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from base.actors import Actor
from base.errors import Forbidden, Invalid
from base.languages import N_
from base.permissions import Permission
from processes.drafts import begin_draft, drafts_of, save_draft
from processes.governing import require_author
from processes.language.document import STEP_KINDS
from processes.language.shape_faults import id_of
from processes.sentences import BY_LANGUAGE, VARIANTS
from processes.versions import live_versions

Sort = Literal["words", "condition", "name"]
Path = tuple[str | int, ...]

CONDITIONS = frozenset(
    "if when until keep ends_when hold_until to on with amount cap by due_by in key list attach rows within for due "
    "every after before max_age each from".split()
)
"""Keys that hold a condition, value, cell or delay."""
UNSEEN = frozenset({"scenarios", "ariane"})
MOST = 500
"""Places told at once; a search that finds more is narrowed."""
SHORTEST = 2


class TooShort(Invalid):
    """One letter is everywhere."""

    sentence = N_("Search for at least %(shortest)s characters.")


class NothingChosen(Invalid):
    """No place was ticked that still holds what was searched for."""

    sentence = N_("Nothing was replaced: choose at least one place.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the text was found."""

    process: str
    path: Path
    step: str
    """Empty outside of the steps."""
    sort: Sort
    text: str

    @property
    def id(self) -> str:
        """Names the place in a form."""
        return "/".join(map(str, (self.process, *self.path)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was found in one process."""

    key: str
    title: Mapping[str, str]
    draft: bool
    """Whether it was the draft that was looked through."""
    writable: bool
    """Whether the actor may write this process."""
    places: tuple[Place, ...]


def search(session: Session, actor: Actor, text: str, *, exactly: bool = False) -> list[Searched]:
    """Every process of the brand that holds the text, by key; `exactly`: with these capitals. Raises TooShort."""
    if len(text.strip()) < SHORTEST:
        raise TooShort(shortest=SHORTEST)
    drafts = {draft.key: dict(draft.document) for draft in drafts_of(session, actor.brand_id)}
    live = {version.process.key: dict(version.document) for version in live_versions(session, actor.brand_id)}
    found: list[Searched] = []
    left = MOST
    for key, document in sorted({**live, **drafts}.items()):
        places = tuple(_found(key, document, text, exactly))[:left]
        left -= len(places)
        if places:
            title = document.get("title")
            found.append(
                Searched(
                    key=key, title=title if isinstance(title, dict) else {}, draft=key in drafts,
                    writable=_may_write(session, actor, key), places=places,
                )
            )  # fmt: skip
    return found


def replaced(place: Place, text: str, by: str, *, exactly: bool = False) -> str:
    """What stands at the place afterwards."""
    return by.join(_split(place.text, text, exactly))


def replace_all(
    session: Session, actor: Actor, now: datetime, text: str, by: str, chosen: Collection[str], *, exactly: bool = False
) -> dict[str, int]:
    """Replace the text in the chosen places, in drafts; how many places by process.

    Raises TooShort, NothingChosen, NotYourProcess, DraftMovedOn and NotPermitted; then nothing was changed.
    """
    counts: dict[str, int] = {}
    for each in search(session, actor, text, exactly=exactly):
        places = [place for place in each.places if place.id in chosen and place.sort != "name"]
        if not places:
            continue
        require_author(session, actor, each.key, Permission.PROCESS_WRITE)
        draft = begin_draft(session, actor, now, each.key)
        document = deepcopy(dict(draft.document))
        for place in places:
            node: Any = document
            for part in place.path[:-1]:
                node = node[part]
            node[place.path[-1]] = replaced(place, text, by, exactly=exactly)
        save_draft(session, actor, now, each.key, document, draft.revision)
        counts[each.key] = len(places)
    if not counts:
        raise NothingChosen
    return counts


def _may_write(session: Session, actor: Actor, key: str) -> bool:
    try:
        require_author(session, actor, key, Permission.PROCESS_WRITE)
    except Forbidden:
        return False
    return True


def _found(key: str, document: Mapping[str, Any], text: str, exactly: bool) -> Iterator[Place]:
    for path, step, sort, value in _leaves(document, (), "", "name"):
        if len(_split(value, text, exactly)) > 1:
            yield Place(process=key, path=path, step=step, sort=sort, text=value)


def _split(value: str, text: str, exactly: bool) -> list[str]:
    """The value around each occurrence; letters whose capital has another length are compared as they are."""
    whole, wanted = (value, text) if exactly else (value.lower(), text.lower())
    if len(whole) != len(value):
        whole, wanted = value, text
    pieces, start = [], 0
    while (at := whole.find(wanted, start)) >= 0:
        pieces.append(value[start:at])
        start = at + len(wanted)
    return [*pieces, value[start:]]


def _leaves(node: Any, path: Path, step: str, sort: Sort) -> Iterator[tuple[Path, str, Sort, str]]:
    """Every text of a document with its place, the step around it, and what sort of thing it is."""
    if isinstance(node, str):
        yield path, step, sort, node
    elif isinstance(node, list):
        for place, item in enumerate(node):
            yield from _leaves(item, (*path, place), step, sort)
    elif isinstance(node, dict):
        kind = next((key for key in node if key in STEP_KINDS), None) if path and isinstance(path[-1], int) else None
        step = (id_of(kind, node) if kind else "") or step
        for key, value in node.items():
            if key not in UNSEEN:
                sort_there: Sort = "name" if key == kind else _sort_of(path, str(key), value, sort)
                yield from _leaves(value, (*path, key), step, sort_there)


def _sort_of(path: Path, key: str, value: Any, above: Sort) -> Sort:
    if path[:1] == ("settings",) and key == "value":
        return "condition"
    if key == VARIANTS or (key in BY_LANGUAGE and isinstance(value, dict)):
        return "words"
    if key in CONDITIONS and not _branch(value):
        return "condition"
    return "name" if isinstance(value, list) and _branch(value) else above


def _branch(value: Any) -> bool:
    """Whether it holds steps: what is within says for itself what it is."""
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)
