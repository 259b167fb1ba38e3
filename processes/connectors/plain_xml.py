"""XML as plain records, so that one mapping language reads both kinds of answer.

Namespaces are dropped. An element with children becomes a record, one without its text; an attribute becomes the key
`@name` (and the text of such an element `#text`). An element met several times becomes a list; one that a definition
declares in `lists` is a list even when it stands alone. No document type, no entity, at most 100 levels.
"""

from collections.abc import Collection
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from processes.connectors.strict_json import DEEPEST, Garbage, refuse_texts

_TEXT_KEY: Final = "#text"


def read_xml(body: bytes, lists: Collection[str] = ()) -> dict[str, Any]:
    """The document as a record of its one root. `lists`: ends of paths, such as `listEventInfoComp.events`.

    Raises `Garbage`.
    """
    builder = _RecordBuilder(frozenset(lists))
    try:
        parser = DefusedXMLParser(target=builder, forbid_dtd=True)
        parser.feed(body)
        record: Any = parser.close()
    except Garbage:
        raise
    except (ParseError, DefusedXmlException, ValueError, LookupError, AttributeError) as error:
        raise Garbage("not XML, or XML with a document type") from error
    refuse_texts(record)
    return dict(record)


class _RecordBuilder:
    """Target of the parser: builds records while it reads, so that depth is refused before memory is spent."""

    def __init__(self, lists: frozenset[str]) -> None:
        self._lists = lists
        self._path: list[str] = []
        self._open: list[tuple[dict[str, Any], list[str]]] = [({}, [])]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= DEEPEST:
            raise Garbage(f"more than {DEEPEST} levels")
        self._path.append(_local(tag))
        self._open.append(({f"@{_local(name)}": value for name, value in attributes.items()}, []))

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, _tag: str) -> None:
        record, texts = self._open.pop()
        text = "".join(texts).strip()
        if record and text:
            record[_TEXT_KEY] = text
        self._put(record or text)
        self._path.pop()

    def close(self) -> dict[str, Any]:
        return self._open[0][0]

    def _put(self, value: Any) -> None:
        parent, name = self._open[-1][0], self._path[-1]
        if name in parent:
            before = parent[name]
            parent[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            parent[name] = [value] if self._always_a_list() else value

    def _always_a_list(self) -> bool:
        path = ".".join(self._path)
        return any(path == end or path.endswith(f".{end}") for end in self._lists)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
