"""Words that time has overtaken: translations left behind by the language they follow, passages past their date."""

from collections.abc import Mapping
from difflib import get_close_matches

from base.languages import N_
from processes.language import document as d
from processes.language.checking.subject import Subject
from processes.language.checking.written import texts_of


def check_translations_are_fresh(s: Subject) -> None:
    """A text changed in one language since the live version was published is changed in the others too."""
    if s.beside.live is None:
        return
    before = _texts(s.beside.live)
    for place in s.places:
        for text in s.texts[place.number]:
            left = _left_behind(before.get((place.step.step_id, text.key), {}), text.body)
            if place.step.step_id and left:
                sentence = N_("The words changed in another language only: look at %(languages)s again.")
                s.warn("stale_translation", sentence, place.id, text.key, languages=", ".join(left))


def _texts(document: d.Document) -> dict[tuple[str, str], Mapping[str, str]]:
    """Every text by its step and key."""
    steps = document.all_steps()
    return {(step.step_id, text.key): text.body for step in steps if step.step_id for text in texts_of(step)}


def _left_behind(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Languages whose words stayed when those of another changed. Words that are new have left nobody behind."""
    changed = any(language in before and before[language] != words for language, words in after.items())
    return [language for language, words in after.items() if before.get(language) == words] if changed else []


def check_passages(s: Subject) -> None:
    """A passage of an article is there, and still good."""
    known = s.beside.passages
    if known is None:
        return
    for place in s.places:
        name = getattr(place.step, "passage", None)
        if name is None:
            continue
        if name not in known:
            near = get_close_matches(name, known, 1)
            sentence = N_("No published article has the passage “%(name)s”.")
            if near:
                sentence = N_("No published article has the passage “%(name)s”; did you mean “%(near)s”?")
            s.warn("unknown_passage", sentence, place.id, "passage", name=name, near="".join(near))
            continue
        until = known[name]
        if until is not None and s.beside.today is not None and until < s.beside.today:
            sentence = N_("The passage “%(name)s” was good until %(day)s: have its article looked at.")
            s.warn("expired_passage", sentence, place.id, "passage", name=name, day=until.isoformat())
