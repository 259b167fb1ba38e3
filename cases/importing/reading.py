"""Reading a file line by line, whatever its size: CSV or JSON lines, never more than one line in memory.

A line that cannot be read is handed on with its fault; a file that is not what the mapping says is refused as a whole.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from base.errors import Invalid
from base.languages import N_
from cases.importing.mapping import Mapping

LONGEST = 1_000_000
"""Characters of one line."""
DELIMITERS = (",", ";", "\t", "|")
FORMULAS = ("=", "+", "-", "@", "\t")
"""A spreadsheet takes a cell that begins so for a formula."""


class EmptyFile(Invalid):
    """Nothing to import."""

    sentence = N_("The file is empty.")


class LineTooLong(Invalid):
    """Not a file of rows, or a quote that was never closed."""

    sentence = N_(
        "Line %(line)s is longer than %(most)s characters: this is no file of rows, or a quote is never closed."
    )


class MissingColumns(Invalid):
    """The heading does not have what the mapping takes."""

    sentence = N_("The file has no column %(columns)s. Its columns are: %(heading)s")


class WrongDelimiter(MissingColumns):
    """The heading has it, when another sign separates."""

    sentence = N_("The columns seem to be separated by “%(found)s”, and the mapping says “%(said)s”.")


class UnreadableFile(Invalid):
    """It cannot be opened, or not in this encoding."""

    sentence = N_("The file cannot be read: %(reason)s")


UNREADABLE_SIGNS = N_("It has signs that are not %(encoding)s.")
OTHER_WIDTH = N_("It has %(cells)s cells, the heading has %(columns)s.")
NO_OBJECT = N_("It is no JSON object.")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is not taken."""

    sentence: str
    params: dict[str, object]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file."""

    number: int
    """Of its first line, from 1."""
    cells: Sequence[str]
    """In the order of the mapping's columns."""
    raw: Sequence[str]
    """As they stand in the file; a JSON line is one cell."""
    fault: Fault | None = None


class Source:
    """An open file: its heading, its lines, and how far it was read."""

    def __init__(self, file: IO[str], mapping: Mapping, size: int) -> None:
        self.size = size
        self.heading: list[str] = []
        self._file, self._mapping = file, mapping

    @property
    def bytes_read(self) -> int:
        """How far it was read, of `size`; read-ahead included."""
        position: int = self._file.buffer.tell()  # type: ignore[attr-defined]
        return position

    def lines(self) -> Iterator[Line]:
        """Every row. Raises `EmptyFile`, `LineTooLong`, `MissingColumns`, `UnreadableFile`."""
        try:
            yield from self._csv() if self._mapping.form == "csv" else self._json()
        except UnicodeError as error:
            raise UnreadableFile(reason=str(error)) from error

    def _csv(self) -> Iterator[Line]:
        reader = csv.reader(_bounded(self._file), delimiter=self._mapping.delimiter)
        self.heading = [name.strip() for name in _next(reader, 1) or []]
        if not self.heading:
            raise EmptyFile
        places, width = _places(self.heading, self._mapping), len(self.heading)
        while True:
            number = reader.line_num + 1
            row = _next(reader, number)
            if row is None:
                return
            if len(row) != width:
                if row:
                    yield Line(number, (), row, Fault(OTHER_WIDTH, {"cells": len(row), "columns": width}))
                continue
            yield Line(number, [_plain(row[place]) for place in places], row, self._fault_of(row))

    def _json(self) -> Iterator[Line]:
        paths = [tuple(path.split(".")) for path in self._mapping.columns.values()]
        number = 0
        for number, text in enumerate(_bounded(self._file), 1):
            if not text.strip():
                continue
            raw = [text.rstrip("\r\n")]
            fault = self._fault_of(raw)
            found = None if fault else _object(text)
            if found is None:
                yield Line(number, (), raw, fault or Fault(NO_OBJECT, {}))
            else:
                yield Line(number, [_at(found, path) for path in paths], raw)
        if number == 0:
            raise EmptyFile

    def _fault_of(self, raw: Sequence[str]) -> Fault | None:
        # Bytes that are none of the encoding's were read as half characters; nothing else makes those.
        text = "".join(raw)
        if text.isascii() or not any("\udc80" <= sign <= "\udcff" or sign == "\ufffd" for sign in text):
            return None
        return Fault(UNREADABLE_SIGNS, {"encoding": self._mapping.encoding})


def open_source(path: Path, mapping: Mapping) -> tuple[IO[str], Source]:
    """The file, to be closed by whoever asked, and what reads it. Raises `UnreadableFile`, `EmptyFile`."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if not head:
            raise EmptyFile
        encoding = encoding_of(head, mapping.encoding)
        errors = "replace" if encoding == "utf-16" else "surrogateescape"
        opened = path.open(encoding=encoding, errors=errors, newline="")
        return opened, Source(opened, mapping, path.stat().st_size)
    except OSError as error:
        raise UnreadableFile(reason=error.strerror or str(error)) from error


def encoding_of(head: bytes, said: str) -> str:
    """What the mark at the beginning of a file says, else what was said."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) or said in ("utf-8", "utf_8") else said


def _bounded(file: IO[str]) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise LineTooLong(line=number, most=LONGEST)
        yield line


def _next(reader: Iterator[list[str]], number: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise LineTooLong(line=number, most=csv.field_size_limit()) from error


def _places(heading: list[str], mapping: Mapping) -> list[int]:
    missing = [name for name in mapping.columns.values() if name not in heading]
    if not missing:
        return [heading.index(name) for name in mapping.columns.values()]
    whole = mapping.delimiter.join(heading)
    for other in DELIMITERS:
        if other != mapping.delimiter and {*mapping.columns.values()} <= {*_cut(whole, other)}:
            raise WrongDelimiter(found=other.replace("\t", "TAB"), said=mapping.delimiter.replace("\t", "TAB"))
    raise MissingColumns(columns=", ".join(missing), heading=", ".join(heading)[:500])


def _cut(heading: str, delimiter: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([heading], delimiter=delimiter), [])]


def _plain(cell: str) -> str:
    """Without the sign that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULAS else cell


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _at(found: Any, path: tuple[str, ...]) -> str:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    match found:
        case None:
            return ""
        case bool():
            return "yes" if found else "no"
        case str():
            return found
        case dict() | list():
            return orjson.dumps(found).decode()
        case _:
            return str(found)
