"""Processes in the one search: found by their title and by what they say, in every language they are written in."""

import re
from collections.abc import Iterator

from sqlalchemy.orm import Session

from base.languages import pick
from kb.search import Audience, publish_entry, withdraw_entry
from kb.uses import set_links
from processes.language.document import Ask, Document, Say, Wordy

KIND = "process"
"""What search entries and links of passages call a process."""

FOR_CUSTOMERS = frozenset({"customer", "selfcare"})
"""What `only` names where a step speaks to customers by themselves."""

_OTHER_CASE = re.compile(r"\{%-?\s*(?:elif|else)\b.*?%\}", re.DOTALL)
_MARKS = re.compile(r"\{%.*?%\}|\{#.*?#\}|\*\*", re.DOTALL)
_VALUES = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def make_findable(session: Session, brand_id: int, document: Document) -> None:
    """Have the process found by the words of `document`, and its passages know where they are included."""
    audience: Audience = "customer" if "customer" in document.audience else "agent"
    withdraw_entry(session, brand_id=brand_id, kind=KIND, ref=document.process)
    for language in document.written_languages():
        publish_entry(
            session, brand_id=brand_id, kind=KIND, ref=document.process, language=language, audience=audience,
            title=pick(document.title, language), body=said(document, language, audience),
        )  # fmt: skip
    set_links(session, brand_id, KIND, document.process, passages_of(document))


def said(document: Document, language: str, audience: Audience) -> str:
    """What the process says and asks in a language, for those readers: a line each, values left open."""
    lines = (_line(text) for step in document.all_steps() for text in _texts(step, language, audience))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def passages_of(document: Document) -> list[str]:
    """The passages (`article#part`) that the process includes, in reading order."""
    found = (step.passage for step in document.all_steps() if isinstance(step, Wordy))
    return list(dict.fromkeys(passage for passage in found if passage))


def _texts(step: object, language: str, audience: Audience) -> Iterator[str]:
    if not isinstance(step, Say | Ask) or not _is_for(step, audience):
        return
    yield step.text.get(language, "")
    for name, variant in step.texts.items():
        if audience == "agent" or not name.startswith("agent"):
            yield variant.get(language, "")
    for choice in step.choices if isinstance(step, Ask) else ():
        yield choice.label.get(language, "")


def _is_for(step: Wordy, audience: Audience) -> bool:
    only = [step.only] if isinstance(step.only, str) else step.only
    return audience == "agent" or only is None or not FOR_CUSTOMERS.isdisjoint(only)


def _line(text: str) -> str:
    return " ".join(_VALUES.sub("…", _MARKS.sub("", _OTHER_CASE.sub(" … ", text))).split())
