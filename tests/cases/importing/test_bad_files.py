"""Files that are not what they say are refused with a sentence, and bad rows are told one by one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cases.importing import mapping as mappings
from cases.importing.mapping import BadMapping, Mapping
from cases.importing.parsing import moments
from cases.importing.proposing import propose
from cases.importing.reading import (
    LONGEST,
    EmptyFile,
    Line,
    LineTooLong,
    MissingColumns,
    UnreadableFile,
    WrongDelimiter,
    open_source,
)

ORDERS = {"kind": "orders", "source": "shop", "columns": {"number": "number", "name": "name"}}


def read(tmp_path: Path, content: bytes, **mapping: Any) -> list[Line]:
    """The lines of a file."""
    file = tmp_path / "file"
    file.write_bytes(content)
    opened, source = open_source(file, Mapping.model_validate(ORDERS | mapping))
    with opened:
        return list(source.lines())


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", EmptyFile),
        (b"\n\n", EmptyFile),
        (b"number;name\n1;a\n", WrongDelimiter),
        (b"no,name\n1,a\n", MissingColumns),
        (b"number,name\n1," + b"a" * (LONGEST + 1), LineTooLong),
        (b'number,name\n1,"never closed\n' + b"x" * 90 + b"\n" * 200_000, LineTooLong),
    ],
)
def test_a_file_that_is_none_of_rows_is_refused_in_both_languages(
    tmp_path: Path, content: bytes, trouble: type[Exception]
) -> None:
    with pytest.raises(trouble) as refused:
        read(tmp_path, content)
    assert refused.value.tell("fr") != refused.value.tell("en")  # type: ignore[attr-defined]


def test_a_line_of_a_gigabyte_is_refused_after_its_first_megabyte(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with file.open("wb") as opened:
        opened.write(b"number,name\n")
        opened.truncate(1_000_000_000)  # a hole: read, it is a gigabyte of zeros without an end of line
    text, source = open_source(file, Mapping.model_validate(ORDERS))
    with text, pytest.raises(LineTooLong):
        list(source.lines())
    assert source.size == 1_000_000_000


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("number,name\n1,Zoé\n".encode("utf-8-sig"), "utf-8"),
        ("number,name\n1,Zoé\n".encode("utf-16"), "utf-8"),
        ("number,name\n1,Zoé\n".encode("cp1252"), "cp1252"),
        (b"number,name\r\n1,Zo\xc3\xa9\r\n", "utf-8"),
    ],
)
def test_a_mark_at_the_beginning_tells_the_encoding(tmp_path: Path, content: bytes, encoding: str) -> None:
    assert [list(line.cells) for line in read(tmp_path, content, encoding=encoding)] == [["1", "Zoé"]]


def test_a_line_in_another_encoding_steps_aside_and_the_next_is_read(tmp_path: Path) -> None:
    broken, sound = read(tmp_path, b"number,name\n1,Zo\xe9\n2,Zoe\n")
    assert broken.fault is not None and "utf-8" in str(broken.fault.params)
    assert sound.fault is None


def test_quotes_over_lines_count_every_line_and_formulas_are_text(tmp_path: Path) -> None:
    first, second = read(tmp_path, b'name,number\n"a\nb",1\n\'=2+2,=3\n')
    assert (first.number, first.cells) == (2, ["1", "a\nb"])
    assert (second.number, second.cells) == (4, ["=3", "=2+2"])


def test_a_folder_or_nothing_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(UnreadableFile):
            open_source(path, Mapping.model_validate(ORDERS))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-07-14T09:30:00Z", (2025, 7, 14, 9, 30)),
        ("2025-07-14 09:30", (2025, 7, 14, 7, 30)),
        ("14/07/2025 09h30", (2025, 7, 14, 7, 30)),
        ("14.01.2025", (2025, 1, 13, 23, 0)),
        ("14/07/2025 9:30 PM", (2025, 7, 14, 19, 30)),
        ("1752485400", (2025, 7, 14, 9, 30)),
        ("1752485400000", (2025, 7, 14, 9, 30)),
        ("2025/07/14", (2025, 7, 13, 22, 0)),
        ("31/02/2025", None),
        ("yesterday", None),
        ("0001-01-01", None),
    ],
)
def test_moments_are_read_in_several_notations(written: str, meant: tuple[int, ...] | None) -> None:
    expected = None if meant is None else datetime(*meant, tzinfo=UTC)  # type: ignore[misc,arg-type]
    assert moments("Europe/Paris", day_first=True)(written) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "people"}, {"zone": "Mars/Olympus"}, {"encoding": "utf-99"}, {"columns": {"name": "name"}},
        {"columns": {"number": "n", "colour": "c"}}, {"source": ""}, {"surprise": 1},
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_tells_every_fault(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(str(ORDERS | change))
    with pytest.raises(BadMapping):
        mappings.load(file)


def test_a_mapping_is_proposed_from_the_heading_and_can_be_used_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(
        "N° client;Prénom;Nom;E-mail;Téléphone;Date;Canal;Motif\n7;Zoé;B;z@b.fr;;01/02/2025;Appel;Retard\n".encode(
            "cp1252"
        )
    )
    proposed = propose(file, "contacts", source="old", zone="Europe/Paris", reasons={"delivery.late": "Retard"})
    saved = tmp_path / "map.yaml"
    saved.write_text(mappings.as_yaml(proposed), "utf-8")
    mapping = mappings.load(saved)
    assert (mapping.encoding, mapping.delimiter) == ("cp1252", ";")
    assert mapping.columns == {
        "at": "Date", "channel": "Canal", "reason": "Motif", "first_name": "Prénom", "name": "Nom", "mail": "E-mail",
        "phone": "Téléphone", "customer_id": "N° client",
    }  # fmt: skip
    assert mapping.words == {"reason": {"Retard": "delivery.late"}, "channel": {"Appel": "phone"}}
