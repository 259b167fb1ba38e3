"""From a file to a document, with every fault found on the way.

The file is read under limits before anything is built; then come the models, the compiler and the checks. Each fault
names its step and its key, and the line of the file where it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import ValidationError

from processes.language.checks import check_document
from processes.language.compile import compile_document
from processes.language.document import STEP_KINDS, Document
from processes.language.errors import LanguageError
from processes.language.faults import Fault
from processes.language.json import read_json
from processes.language.shape_faults import id_of, shape_faults
from processes.language.yaml import FaultyYaml, Manuscript, read_yaml

Path = tuple[str | int, ...]


def read_document(
    source: str | bytes, form: Literal["yaml", "json"], others: Mapping[str, Document] | None = None
) -> tuple[Document | None, list[Fault]]:
    """The document, None when it has no shape at all, and its faults: errors first, then in the order of the file.

    `others` are the documents it may call, by key; without them calls are not looked at. Never raises for what a file
    may hold.
    """
    try:
        manuscript = read_yaml(source) if form == "yaml" else Manuscript(read_json(source))
    except LanguageError as error:
        return None, [_unreadable(each) for each in (error.faults if isinstance(error, FaultyYaml) else [error])]
    try:
        document = Document.model_validate(manuscript.data)
    except ValidationError as error:
        manuscript = _with_lines(manuscript, source)
        problems = error.errors(include_url=False)
        found = shape_faults(manuscript.data, problems)
        return None, _sorted([replace(fault, line=manuscript.line_of(path)) for fault, path in found])
    faults = compile_document(document).faults + check_document(document, others or {})
    if not faults:
        return document, []
    lines = Lines(_with_lines(manuscript, source))
    return document, _sorted([replace(fault, line=fault.line or lines.of(fault)) for fault in faults])


def _unreadable(error: LanguageError) -> Fault:
    return Fault(code="cannot_be_read", sentence=error.sentence, params=dict(error.params), line=error.line or None)


def _with_lines(manuscript: Manuscript, source: str | bytes) -> Manuscript:
    """JSON is read for its lines only when there is something to say."""
    if manuscript.lines:
        return manuscript
    try:
        return Manuscript(manuscript.data, read_yaml(source).lines)
    except LanguageError:
        return manuscript


def _sorted(faults: list[Fault]) -> list[Fault]:
    """Each once: errors first, then in the order of the file."""
    single = {(fault.code, fault.step, fault.key, fault.sentence, str(fault.params)): fault for fault in faults}
    return sorted(single.values(), key=lambda fault: (fault.level == "warning", fault.line or 0))


class Lines:
    """Where the steps and keys of a document stand in its file."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        data = manuscript.data
        self.steps: dict[str, Path] = {}
        for top in ("sections", "in_doubt"):
            for path, step in _steps(data.get(top), (top,)):
                self.steps.setdefault(step, path)
        for top in ("facts", "needs"):
            for name in data.get(top) or ():
                self.steps.setdefault(name, (top, name))

    def of(self, fault: Fault) -> int | None:
        """The line of a fault: of its key where that is written, else of its step."""
        if fault.step and fault.step not in self.steps:
            return None
        place: Path = self.steps.get(fault.step, ())
        data: Any = self.manuscript.data
        for part in place:
            data = data[part]
        for word in fault.key.split(".") if fault.key else ():
            if isinstance(data, Mapping) and word in data:
                data, place = data[word], (*place, word)
            elif isinstance(data, list) and word.isdecimal() and 0 < int(word) <= len(data):
                data, place = data[int(word) - 1], (*place, int(word) - 1)
            else:
                break
        return self.manuscript.line_of(place) if place else None


def _steps(data: Any, top: Path) -> Iterator[tuple[Path, str]]:
    """Every step with its path, in the order of the file."""
    waiting: list[tuple[Any, Path]] = [(data, top)]
    while waiting:
        held, path = waiting.pop()
        if isinstance(held, Mapping):
            if path and isinstance(path[-1], int):
                kind = next((key for key in held if key in STEP_KINDS), None)
                if kind is not None and (step := id_of(kind, held)):
                    yield path, step
            waiting += [(held[key], (*path, key)) for key in reversed(held)]
        elif isinstance(held, list):
            waiting += [(each, (*path, place)) for place, each in reversed(list(enumerate(held)))]
