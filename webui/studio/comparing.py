"""Two states of a process side by side: what changed in words, and where on the tree."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from flask import Response, request

from base.languages import N_
from base.permissions import Permission
from processes.comparing import Change, ChangeKind, Comparison, compare
from processes.outline import Outline, outline_of
from webui.i18n import language, tell
from webui.partials import page
from webui.requests import current_actor, database, permission_required
from webui.studio.door import DRAFT, Chosen, blueprint, choose, states_of
from webui.studio.material import words

TONES: dict[ChangeKind, tuple[str, str]] = {
    "added": (N_("new"), "good"),
    "removed": (N_("gone"), "bad"),
    "moved": (N_("moved"), "info"),
    "reworded": (N_("other words"), "neutral"),
    "re-aimed": (N_("leads elsewhere"), "warn"),
    "changed": (N_("changed"), "warn"),
}
PARTS = {
    "step": N_("Steps"), "section": N_("Sections"), "needs": N_("Asked first"),
    "settings": N_("Figures of the business"),
    "facts": N_("Live data"), "outcomes": N_("Outcomes"), "gives": N_("Handed to callers"), "parties": N_("Partners"),
    "scenario": N_("Scenarios"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """A change as the page shows it."""

    change: Change
    sentence: str
    pieces: tuple[tuple[str, str], ...]
    """Words kept, taken out and put in: (`=`, `-` or `+`, words)."""


@blueprint.get("/<key>/compare")
@permission_required(Permission.PROCESS_READ)
def comparison(key: str) -> Response:
    with database().reading() as session:
        states = states_of(session, key)
        before, after = (choose(session, key, which) for which in _ends(states))
        said = words(session, current_actor().brand_id, after.document)
    found = compare(before.document, after.document)
    return page(
        "studio/compare.html", tab="compare", key=key, title=after.title, before=before, after=after, states=states,
        comparison=found, groups=grouped(found), tones=TONES, outline=outline_of(after.document, language(), said),
        marks=marks_of(found), gone=gone_of(found, before),
    )  # fmt: skip


def grouped(found: Comparison) -> list[tuple[str, list[tuple[str, list[Told]]]]]:
    """Changes by part in words, then by name."""
    groups: dict[str, dict[str, list[Told]]] = {}
    for change in found.changes:
        title = tell(PARTS.get(change.part, N_("The whole process")))
        told = Told(
            change=change, sentence=tell(change.sentence, **change.params), pieces=pieces(change.before, change.after)
        )
        groups.setdefault(title, {}).setdefault(change.name, []).append(told)
    return [(title, list(names.items())) for title, names in groups.items()]


def pieces(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts as one, word by word."""
    old, new = before.split(" "), after.split(" ")
    found: list[tuple[str, str]] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("=", " ".join(old[i1:i2])))
            continue
        if i2 > i1 and before:
            found.append(("-", " ".join(old[i1:i2])))
        if j2 > j1 and after:
            found.append(("+", " ".join(new[j1:j2])))
    return tuple(found)


def marks_of(found: Comparison) -> dict[str, list[tuple[str, str]]]:
    """By step: the chips on its card."""
    marks: dict[str, list[tuple[str, str]]] = {}
    for change in found.changes:
        if change.part == "step" and change.kind != "removed":
            chip = (tell(TONES[change.kind][0]), TONES[change.kind][1])
            if chip not in marks.setdefault(change.name, []):
                marks[change.name].append(chip)
    return marks


def gone_of(found: Comparison, before: Chosen) -> dict[str, list[str]]:
    """Steps that are gone, under the section or the branch where they stood."""
    titles = _titles(outline_of(before.document, language()))
    gone: dict[str, list[str]] = {}
    for change in found.changes:
        if change.part == "step" and change.kind == "removed":
            gone.setdefault("/".join(change.place), []).append(titles.get(change.name, change.name))
    return gone


def _titles(outline: Outline) -> dict[str, str]:
    found: dict[str, str] = {}
    stack = [step for section in outline.sections for step in section.steps] + list(outline.in_doubt)
    while stack:
        step = stack.pop()
        found[step.id] = step.title
        stack += [each for branch in step.branches for each in branch.steps]
    return found


def _ends(states: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """What the address asks for; else the draft with the live version, or the live one with that before it."""
    names = [name for name, _ in states]
    numbers = [name for name in names if name != DRAFT]
    after = request.args.get("after") or (names[0] if names else None)
    older = numbers if after == DRAFT else [each for each in numbers if after is None or int(each) < int(after)]
    return request.args.get("before") or (older[0] if older else after), after
