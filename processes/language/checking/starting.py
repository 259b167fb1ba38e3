"""What a process starts by itself: its rules can be read and use known names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from base.languages import N_
from processes.language import parts
from processes.language.checking.subject import Subject
from processes.language.conditions import parse_condition, parse_delay, parse_value
from processes.language.errors import LanguageError
from processes.language.names import ANYTHING, unknown_names

_READERS: Final[Mapping[str, Any]] = {"condition": parse_condition, "value": parse_value, "delay": parse_delay}


def check_starts(s: Subject) -> None:
    """Rules of `starts`, and values that `parties` name: nothing else reads them before they are used."""
    if s.document.starts:
        sentence = N_("Ariane reads `starts` but runs none: people, other processes and the API start this one.")
        s.warn("starts_not_run", sentence, "", "starts")
    known = {**s.names, "event": None, "last_run": None}
    for place, rule in enumerate(s.document.starts, start=1):
        if (rule.query is None) == (rule.event is None):
            s.error("one_start", N_("A start has `query` or `event`, one of the two."), "", f"starts.{place}")
        for key, holds, source in _sources(rule):
            _check(s, f"starts.{place}.{key}", holds, source, known)
        for name in rule.needs:
            if name not in s.document.needs:
                sentence = N_("This process needs nothing called “%(name)s”.")
                s.error("unknown_input", sentence, "", f"starts.{place}.needs.{name}", name=name)
    for name, source in s.document.parties.items():
        _check(s, f"parties.{name}", "value", source, None)


def _sources(rule: parts.StartRule) -> Iterator[tuple[str, str, str]]:
    yield from ((f"with.{name}", "value", source) for name, source in rule.with_.items())
    yield from ((f"needs.{name}", "value", source) for name, source in rule.needs.items())
    if rule.keep is not None:
        yield "keep", "condition", rule.keep
    if rule.every is not None:
        yield "every", "delay", rule.every


def _check(s: Subject, key: str, holds: str, source: str, known: Mapping[str, Any] | None) -> None:
    try:
        ast = _READERS[holds](source)
    except LanguageError as fault:
        s.error("cannot_be_read", fault.sentence, "", key, **fault.params)
        return
    for error in () if known is None else unknown_names(ast, known, "", ANYTHING):
        s.error("unknown_name", error.sentence, "", key, **error.params)
