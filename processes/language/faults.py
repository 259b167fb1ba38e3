"""Faults of a document: what is wrong, where, and how bad, in the author's words.

An error blocks publication, a warning is counted. Every fault names its step, so that the page can say "go to step".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from base.errors import Invalid
from base.languages import N_, translate

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a document."""

    code: str
    sentence: str
    """English sentence with `%(name)s` parameters, translated when told."""
    params: dict[str, Any] = field(default_factory=dict)
    level: Level = "error"
    step: str = ""
    key: str = ""
    """Which key of the step: `until`, `text.fr`, `rows`…"""
    line: int | None = None

    def tell(self, language: str) -> str:
        """The sentence in the author's language, its place in front."""
        where = " · ".join(filter(None, (self.step, self.key)))
        sentence = translate(language, self.sentence, **self.params)
        return f"{where} : {sentence}" if where and language == "fr" else f"{where}: {sentence}" if where else sentence

    def to_json(self, language: str) -> dict[str, Any]:
        """For the editor and for scripts."""
        return {
            "step": self.step,
            "key": self.key,
            "level": self.level,
            "code": self.code,
            "text": translate(language, self.sentence, **self.params),
            "line": self.line,
        }


class FaultyDocument(Invalid):
    """A document with errors where one without is needed; `faults` lists them all."""

    sentence = N_("This process has %(number)s errors: %(first)s")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = [fault for fault in faults if fault.level == "error"]
        super().__init__(number=len(self.faults), first=self.faults[0].tell("en") if self.faults else "")

    def tell(self, language: str) -> str:
        first = self.faults[0].tell(language) if self.faults else ""
        return translate(language, self.sentence, number=len(self.faults), first=first)
