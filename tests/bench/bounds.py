"""What hostile or large input costs at the most: CPU of the worst one of each sort, and of reading what is large."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from base.brands import Brand
from base.calendars import CalendarRow
from base.database import Base, Database
from kb.markdown import forget, render
from kb.search import find
from processes.connectors.definitions import library
from processes.connectors.reader import interpret
from processes.language.checks import check_document
from processes.language.compile import compile_document
from processes.language.conditions import parse_condition
from processes.language.document import Document
from processes.language.errors import LanguageError
from processes.language.shape import read_document
from processes.language.texts import parse_text, render_html
from processes.language.yaml import read_yaml
from tests.bench.measure import Figure, at_most, cpu_seconds
from tests.bench.walking import big_document
from tests.connectors.corpus import CORPUS
from tests.kb.test_markdown import BOMBS as ARTICLES
from tests.kb.test_search import many_entries, typed_words
from tests.language.test_conditions import HOSTILE as CONDITIONS
from tests.language.test_shape import HOSTILE as DOCUMENTS
from tests.language.test_texts import HEAVY, MARKUP, REGRESSIONS
from tests.language.test_yaml import BOMBS as YAML

PARIS = "Europe/Paris"


def figures() -> Iterator[Figure]:
    """All bounds."""
    yield _worst("hostile YAML, the worst refused", [_refused(read_yaml, text) for text in YAML], 500)
    yield _worst("hostile process document, the worst refused", [_read(text) for text in DOCUMENTS.values()], 100)
    yield _worst("hostile condition, the worst refused", [_refused(parse_condition, text) for text in CONDITIONS], 50)
    yield _worst("hostile text, the worst refused", [_refused(parse_text, text) for text in REGRESSIONS.values()], 200)
    yield _worst("text that asks for too much, the worst refused", [_told(*each) for each in HEAVY.values()], 500)
    yield _worst("endless markup, the worst told", [_told(text, {}) for text in MARKUP], 500)
    yield _worst("hostile article of 100 kB, the worst shown", [partial(_shown, bomb) for bomb in ARTICLES], 5000)
    yield _worst("garbage from a service, the worst read", [_interpreted(body) for body in CORPUS.values()], 1000)
    document = Document.model_validate(big_document(4000))
    compile_document(document).checked()
    yield _worst("a 4,000-step document, checked alone", [lambda: check_document(document, {})], 500)
    large = json.dumps(big_document(10_000))
    yield _worst("a 10,000-step JSON document, read", [lambda: read_document(large, "json")], 2000)
    yield _search()


def _worst(name: str, works: Iterable[Callable[[], object]], goal: float) -> Figure:
    spent = max(cpu_seconds(work, times=1, rounds=3) for work in works)
    return at_most(name, round(spent * 1000, 1), "ms", goal)


def _refused(read: Callable[[str], object], text: str) -> Callable[[], object]:
    def work() -> None:
        with suppress(LanguageError):
            read(text)

    return work


def _read(text: str) -> Callable[[], object]:
    return lambda: (read_document(text, "yaml"), read_document(text, "json"))


def _shown(article: str) -> None:
    forget()
    render(article)


def _told(source: str, values: dict[str, Any]) -> Callable[[], object]:
    parsed = parse_text(source)
    return _refused(lambda _: render_html(parsed, values, "fr", PARIS), source)


def _interpreted(body: bytes) -> Callable[[], object]:
    operation = library()["laposte"].operations["tracking"]
    return lambda: interpret(operation, 200, {}, body, {"number": "6A12345678901"})


def _search() -> Figure:
    """Ten thousand articles in SQLite; the longest of several searches."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'search.db'}")
        Base.metadata.create_all(database.engine)
        with database.unit() as session:
            brand = Brand.create(session, "ricochet", "Ricochet", CalendarRow.create(session, "bench", "Bench"))
            vocabulary = many_entries(session, brand)
        with database.reading() as session:
            looks = [
                lambda typed=typed: find(session, brand.id, typed, language="fr") for typed in typed_words(vocabulary)
            ]
            figure = _worst("search in 10,000 articles, the longest", looks, 500)
        database.dispose()
    return figure
