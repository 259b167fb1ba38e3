"""Sentences to translators and back: CSV for spreadsheets, XLIFF 1.2 and 2.0 for translation tools.

Reading never raises: it returns what the file wants, and every problem with its line. Whoever imports takes all of it
or nothing. XML is read without entities, DTDs or network.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from lxml import etree

from base.languages import N_
from processes.sentences import Problem, Sentence, Wanted, languages_of, sentences

Form = Literal["csv", "xliff12", "xliff20"]
MOST_BYTES = 5_000_000
HEAD = ("id", "step", "where", "when")
FORMULAS = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would calculate: such a cell goes out behind an apostrophe."""
OLD = "urn:oasis:names:tc:xliff:document:1.2"
NEW = "urn:oasis:names:tc:xliff:document:2.0"
Found = tuple[list[Wanted], list[Problem]]


def export(document: Mapping[str, Any], form: str, source: str, target: str) -> bytes:
    """Every sentence of a document (its JSON), as a file. `source` and `target` matter for XLIFF only."""
    found = sentences(document, source)
    if form == "xliff12":
        return _xliff12(str(document["process"]), found, source, target)
    if form == "xliff20":
        return _xliff20(str(document["process"]), found, source, target)
    return _csv(found, languages_of(document))


def read(file: bytes, language: str) -> Found:
    """What a file wants changed, and what is wrong with it, by its line."""
    if len(file) > MOST_BYTES:
        return [], [Problem(sentence=N_("The file is larger than %(number)s MB."), params={"number": 5})]
    if file.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _read_xml(file)
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.count(b"\n", 0, error.start) + 1
        return [], [Problem(sentence=N_("The file is not in UTF-8."), line=line)]
    return _read_csv(text)


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv(found: list[Sentence], languages: list[str]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([*HEAD, *languages])
    for each in found:
        row = [each.id, each.step, each.place, " › ".join(each.when), *(each.texts.get(name, "") for name in languages)]
        writer.writerow([cell(value) for value in row])
    return sheet.getvalue().encode("utf-8-sig")


def cell(value: str) -> str:
    """A cell of a file for spreadsheets, which must not take it for a formula."""
    return f"'{value}" if value.startswith((*FORMULAS, "'")) else value


def _read_csv(text: str) -> Found:
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        return [], [Problem(sentence=N_("The file holds a character that no text has."), line=line)]
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    try:
        head = next(reader, [])
        languages = [name.strip() for name in head if name.strip() not in HEAD]
        if not head or head[0].strip() != "id" or not languages:
            said = N_("The first line names the columns: id, step, where, when, then the languages.")
            return [], [Problem(sentence=said, line=1)]
        _rows(reader, head, wanted, problems)
    except csv.Error:
        problems.append(Problem(sentence=N_("The line cannot be read: a quote is missing."), line=reader.line_num))
    if not wanted and not problems:
        problems.append(Problem(sentence=N_("The file holds no sentence.")))
    return wanted, problems


def _rows(reader: Any, head: list[str], wanted: list[Wanted], problems: list[Problem]) -> None:
    line = reader.line_num + 1
    for row in reader:
        if row and len(row) != len(head):
            said = N_("The line has %(cells)s cells instead of %(columns)s.")
            problems.append(Problem(sentence=said, params={"cells": len(row), "columns": len(head)}, line=line))
        elif row:
            values = dict(zip((name.strip() for name in head), map(_plain, row), strict=True))
            for name in values.keys() - set(HEAD):
                if values[name]:
                    wanted.append(Wanted(id=values["id"], language=name, text=values[name], line=line))
        line = reader.line_num + 1


def _plain(cell: str) -> str:
    cell = cell.replace("\r\n", "\n")
    return cell[1:] if cell.startswith("'") and cell[1:2] in (*FORMULAS, "'") else cell


# --- XLIFF ------------------------------------------------------------------------------------------------------------


def _xliff12(key: str, found: list[Sentence], source: str, target: str) -> bytes:
    root = etree.Element(f"{{{OLD}}}xliff", nsmap={None: OLD}, version="1.2")
    about = {"original": key, "source-language": source, "target-language": target, "datatype": "plaintext"}
    holder = etree.SubElement(etree.SubElement(root, f"{{{OLD}}}file", about), f"{{{OLD}}}body")
    for each in found:
        unit = etree.SubElement(holder, f"{{{OLD}}}trans-unit", id=each.id)
        etree.SubElement(unit, f"{{{OLD}}}source").text = each.texts.get(source, "")
        etree.SubElement(unit, f"{{{OLD}}}target").text = each.texts.get(target, "")
        etree.SubElement(unit, f"{{{OLD}}}note").text = " › ".join(each.when)
    return _written(root)


def _xliff20(key: str, found: list[Sentence], source: str, target: str) -> bytes:
    root = etree.Element(f"{{{NEW}}}xliff", {"version": "2.0", "srcLang": source, "trgLang": target}, nsmap={None: NEW})
    holder = etree.SubElement(root, f"{{{NEW}}}file", id=key)
    for number, each in enumerate(found, start=1):
        unit = etree.SubElement(holder, f"{{{NEW}}}unit", id=f"u{number}", name=each.id)
        notes = etree.SubElement(unit, f"{{{NEW}}}notes")
        etree.SubElement(notes, f"{{{NEW}}}note").text = " › ".join(each.when)
        segment = etree.SubElement(unit, f"{{{NEW}}}segment")
        etree.SubElement(segment, f"{{{NEW}}}source").text = each.texts.get(source, "")
        etree.SubElement(segment, f"{{{NEW}}}target").text = each.texts.get(target, "")
    return _written(root)


def _written(root: Any) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _read_xml(file: bytes) -> Found:
    if b"<!DOCTYPE" in file or b"<!ENTITY" in file:
        return [], [Problem(sentence=N_("The file declares a document type or entities: that is not accepted."))]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(file, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = int(getattr(error, "lineno", 0) or 0)
        return [], [Problem(sentence=N_("The file is no sound XML."), line=line)]
    if root is None or etree.QName(root).localname != "xliff":
        return [], [Problem(sentence=N_("The file is neither CSV nor XLIFF."), line=1)]
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    for unit, languages in _units(root):
        _read_unit(unit, languages, wanted, problems)
    if not wanted and not problems:
        problems.append(Problem(sentence=N_("The file holds no sentence.")))
    return wanted, problems


def _units(root: Any) -> Iterator[tuple[Any, tuple[str, str]]]:
    """Units of either version, with source and target language."""
    overall = root.get("srcLang", ""), root.get("trgLang", "")
    for file in root.iter("{*}file"):
        languages = file.get("source-language", overall[0]), file.get("target-language", overall[1])
        for unit in file.iter("{*}trans-unit", "{*}unit"):
            yield unit, languages


def _read_unit(unit: Any, languages: tuple[str, str], wanted: list[Wanted], problems: list[Problem]) -> None:
    id_, line = unit.get("name") or unit.get("id") or "", unit.sourceline or 0
    source, target = unit.find(".//{*}source"), unit.find(".//{*}target")
    if source is None or not id_ or not all(languages):
        said = N_("The unit lacks its id, its source or its languages.")
        problems.append(Problem(sentence=said, line=line))
        return
    if len(source) or (target is not None and len(target)):
        problems.append(Problem(sentence=N_("Marks within a sentence are not supported: plain text only."), line=line))
        return
    told = source.text or ""
    if target is not None and (target.text or "").strip():
        wanted.append(Wanted(id=id_, language=languages[1], text=target.text, line=line, source=(languages[0], told)))
