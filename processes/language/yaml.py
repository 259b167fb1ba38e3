"""The process document in YAML, for import, export and git. Strings stay strings; traps are told with their line.

The file is read as a stream of events and built here: size, depth and number of values are checked while it comes in,
and aliases, tags and duplicate keys never become anything. Canonical JSON is `processes.language.json`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from base.languages import N_, translate
from processes.language.errors import LanguageError
from processes.language.json import DEEPEST, check_characters, decoded
from processes.language.plain_scalars import read_plain, refuse_cut, refuse_trap
from processes.language.yaml_faults import explain
from processes.language.yaml_writing import write_yaml

__all__ = ["FaultyYaml", "Manuscript", "read_yaml", "write_yaml"]

MOST_VALUES: Final = 200_000
MOST_FAULTS: Final = 20
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path: TypeAlias = tuple[str | int, ...]


class FaultyYaml(LanguageError):
    """A file that cannot be read; `faults` lists what is wrong with it, in the order of its lines."""

    def __init__(self, faults: Sequence[LanguageError]) -> None:
        first = faults[0]
        super().__init__(first.sentence, line=first.line)
        self.params = first.params
        self.faults = list(faults)

    def tell(self, language: str) -> str:
        """All its sentences, one a line."""
        told = [LanguageError.tell(fault, language) for fault in self.faults]
        if len(told) > MOST_FAULTS:
            told[MOST_FAULTS:] = [translate(language, N_("There are more faults after these."))]
        return "\n".join(told)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document as it was written: dicts, lists, texts, whole numbers and booleans."""

    data: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)
    """The line of each key and each entry of a list, counted from 1."""
    _holders: frozenset[Path] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_holders", frozenset(path[:-1] for path in self.lines))

    def line_of(self, path: Sequence[str | int]) -> int | None:
        """The line of a place; parts of the path that were not written (a model's own words) are passed over."""
        place: Path = ()
        for number, part in enumerate(path, 1):
            # A step's kind is a key of the step and also a model's word; only the last part may hold nothing below it.
            inner = (*place, part)
            if inner in self._holders or (number == len(path) and inner in self.lines):
                place = inner
        return self.lines.get(place)


def read_yaml(source: str | bytes) -> Manuscript:
    """Read a document. Raises `LanguageError`; `FaultyYaml` with all traps of the file when it can be read at all."""
    text = decoded(source)
    check_characters(text, None)
    reader = _Reader(text)
    try:
        for event in _events(text):
            reader.take(event)
    except FaultyYaml:
        raise
    except LanguageError as fault:
        reader.faults.append(fault)
    except yaml.YAMLError as error:
        reader.faults.append(explain(error, text))
    if reader.faults:
        raise FaultyYaml(sorted(reader.faults, key=lambda fault: fault.line))
    if not isinstance(reader.root, dict):
        raise LanguageError(N_("A document begins with keys, such as `ariane: 1`."), line=1)
    return Manuscript(reader.root, reader.lines)


def _place(mark: Any) -> Any:
    """A mark of the reader; every event has one, whatever its type says."""
    return mark


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


class _Level:
    """A dict or list that is still being filled."""

    __slots__ = ("flow", "holder", "key", "path", "waiting")

    def __init__(self, holder: dict[str, Any] | list[Any], path: Path, flow: bool) -> None:
        self.holder = holder
        self.path = path
        self.flow = flow
        self.waiting = isinstance(holder, dict)
        """Whether a key comes next."""
        self.key = ""


class _Reader:
    """Builds the document out of events; a trap is noted and reading goes on, what is forbidden stops it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Any = None
        self.lines: dict[Path, int] = {}
        self.faults: list[LanguageError] = []
        self._levels: list[_Level] = []
        self._documents = 0
        self._values = 0

    def take(self, event: yaml.Event) -> None:
        line = _place(event.start_mark).line + 1
        match event:
            case yaml.AliasEvent():
                raise LanguageError(N_("References with * and & are not allowed here."), line=line)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise LanguageError(N_("One file holds one document: remove the second ---."), line=line)
            case yaml.ScalarEvent() | yaml.CollectionStartEvent():
                self._refuse_forbidden(event, line)
                self._note_place(line)
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event, line)
                else:
                    self._open(event, line)
            case yaml.CollectionEndEvent():
                self._levels.pop()

    def _refuse_forbidden(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            raise LanguageError(N_("References with * and & are not allowed here."), line=line)
        if event.tag is not None:
            raise LanguageError(
                N_("Tags with ! are not allowed here; a text that begins with ! needs quotes."), line=line
            )
        self._values += 1
        if self._values > MOST_VALUES:
            raise LanguageError(N_("A document has at most 200,000 values."), line=line)

    def _note_place(self, line: int) -> None:
        level = self._levels[-1] if self._levels else None
        if level is not None and isinstance(level.holder, list):
            self.lines[(*level.path, len(level.holder))] = line

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        level = self._levels[-1] if self._levels else None
        try:
            if level is not None and level.waiting:
                self._key(event, level, line)
                return
            self._put(self._value(event, level, line))
        except LanguageError as fault:
            self._note(fault)
            if level is not None and level.waiting:
                level.key, level.waiting = event.value, False
            else:
                self._put(event.value)

    def _key(self, event: yaml.ScalarEvent, level: _Level, line: int) -> None:
        key = event.value
        if event.style is None or event.style == "":
            if self._followed_by_space(event) and not level.flow:
                raise LanguageError(N_("Put quotes around a text that holds “ ?” or “ :”."), line=line)
            if key not in ("true", "false", "on"):  # `on` is a key of the format itself
                refuse_trap(key, line)
        assert isinstance(level.holder, dict)
        if key in level.holder:
            raise LanguageError(N_("The key `%(key)s` is given twice."), line=line, key=key[:80])
        check_characters(key, line)
        level.key, level.waiting = key, False
        self.lines[(*level.path, key)] = line

    def _followed_by_space(self, event: yaml.ScalarEvent) -> bool:
        end = _place(event.end_mark).index
        return self.source[end : end + 1].isspace()

    def _value(self, event: yaml.ScalarEvent, level: _Level | None, line: int) -> Any:
        word = event.value
        if event.style:
            check_characters(word, line)
            return word
        if word == "" and level is not None and isinstance(level.holder, dict):
            self._refuse_empty(level, line)
        end = _place(event.end_mark)
        refuse_cut(self.source, end.index, line)
        if end.line + 1 != line:
            raise LanguageError(N_("A text on several lines needs quotes, or | and an indented block."), line=line)
        return read_plain(word, line)

    def _refuse_empty(self, level: _Level, line: int) -> None:
        if level.flow:
            raise LanguageError(
                N_("`%(key)s` has no value. Put quotes around a key or a text that holds a comma."),
                line=line,
                key=level.key[:80],
            )
        raise LanguageError(
            N_("`%(key)s` has no value; empty values are not allowed."),
            line=self.lines.get((*level.path, level.key), line),
            key=level.key[:80],
        )

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self._levels) >= DEEPEST:
            raise LanguageError(N_("This is nested more than 100 deep."), line=line)
        level = self._levels[-1] if self._levels else None
        if level is not None and level.waiting:
            raise LanguageError(
                N_("A key is a word, not a list or a block: put quotes around a text in { }."), line=line
            )
        path: Path = ()
        if level is not None:
            path = (*level.path, len(level.holder) if isinstance(level.holder, list) else level.key)
        holder: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(holder)
        self._levels.append(_Level(holder, path, bool(event.flow_style)))

    def _put(self, value: Any) -> None:
        if not self._levels:
            self.root = value
            return
        level = self._levels[-1]
        if isinstance(level.holder, list):
            level.holder.append(value)
        else:
            level.holder[level.key] = value
            level.waiting = True

    def _note(self, fault: LanguageError) -> None:
        self.faults.append(fault)
        if len(self.faults) > MOST_FAULTS:
            raise FaultyYaml(self.faults)
