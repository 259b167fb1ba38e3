"""The sentences of all rooms, and their translations: `make i18n`.

Gathers what `N_`, `translate`, `_` and `gettext` mark in Python, Jinja templates and JavaScript, brings the French
catalogue up to date (what is translated stays, what is no longer said goes) and compiles it. English needs no
catalogue: it is what the marks hold.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from base.languages import DOMAIN, FOLDER

ROOMS = ("base", "kb", "cases", "processes", "robots", "insight", "webui", "ariane")
HOME = Path(__file__).parent.parent
PO = FOLDER / "fr" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
_CALL = re.compile(r'(?<![\w.])(_|gettext|ngettext)\(\s*("(?:[^"\\]|\\.)*")(?:,\s*("(?:[^"\\]|\\.)*"))?')


def from_modules(source: BinaryIO, *_asked: Any, **_options: Any) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Sentences of an ES module, wherever they stand: Babel's own reader loses calls within nested templates."""
    text = source.read().decode()
    for found in _CALL.finditer(text):
        first, second = (json.loads(part) if part else None for part in found.group(2, 3))
        line = text.count("\n", 0, found.start()) + 1
        yield line, found[1], (first, second) if found[1] == "ngettext" else first, []


METHODS: dict[str, Any] = {
    ".py": "python",
    ".html": "jinja2.ext.babel_extract",
    ".txt": "jinja2.ext.babel_extract",
    ".js": from_modules,
}
KEYWORDS: dict[str, Any] = {
    "N_": None,
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "translate": (2,),
}
SILENT_OPTIONS = {"silent": "false"}
_CODE = re.compile(r"(`[^`]*`)")
_TYPOGRAPHY = (
    (re.compile(r" (?=[:;!?%»](?:[\s.,)…»]|$))"), "\u00a0"),
    (re.compile(r"« "), "«\u00a0"),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), "’"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), "\u202f"),
)
"""What French sets otherwise than keyboards do: spaces that never break, apostrophes, thousands."""


def main() -> None:
    """Bring catalogue and compiled catalogue up to date; say how many sentences wait for their French."""
    catalogue = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalogue))
    MO.write_bytes(compiled(catalogue))
    waiting = [str(message.id) for message in untranslated(catalogue)]
    sys.stdout.write(f"{len(catalogue)} sentences, {len(waiting)} without French\n")
    sys.stdout.writelines(f"  {sentence}\n" for sentence in waiting)


def sentences() -> Iterator[tuple[str | tuple[str, ...], str]]:
    """All marked sentences, each with the file that says it; singular and plural together."""
    for file in _files():
        method = METHODS[file.suffix]
        options = SILENT_OPTIONS if method == "jinja2.ext.babel_extract" else {}
        for _line, message, _comments, _context in extract_from_file(method, file, KEYWORDS, options=options):
            yield message, file.relative_to(HOME).as_posix()


def known() -> Catalog:
    """The French catalogue as it is kept. Of two entries for one sentence the later with French counts: entries may
    simply be appended, by hand or by a merge."""
    entries = PO.read_text().strip().split("\n\n") if PO.exists() else []
    entries[1:] = sorted(entries[:0:-1], key=lambda entry: entry.endswith('msgstr ""'))
    return read_po(BytesIO("\n\n".join(entries).encode()), locale="fr", domain=DOMAIN)


def updated() -> Catalog:
    """The kept catalogue with exactly the sentences that are said now."""
    kept, now_said = known(), Catalog(locale="fr", domain=DOMAIN, project="Ariane", fuzzy=False)
    for message, place in sentences():
        old = kept.get(message if isinstance(message, str) else message[0])
        french = None if old is None or not old.string else _typeset(old.string)
        now_said.add(message, french, locations=[(place, None)])  # type: ignore[list-item]
    return now_said


def _typeset(french: str | Sequence[str]) -> str | tuple[str, ...]:
    return tuple(typeset(each) for each in french) if not isinstance(french, str) else typeset(french)


def typeset(french: str) -> str:
    """The sentence as French is printed; what stands between backticks is code and stays."""
    pieces = _CODE.split(french)
    for place in range(0, len(pieces), 2):
        for pattern, sign in _TYPOGRAPHY:
            pieces[place] = pattern.sub(sign, pieces[place])
    return "".join(pieces)


def untranslated(catalogue: Catalog) -> Iterator[Any]:
    """Messages without French, or with French that has other parameters."""
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if not strings or not all(strings) or message.fuzzy or list(message.check(catalogue)):
            yield message


def written(catalogue: Catalog) -> bytes:
    """As a .po file, ordered by sentence, without dates or line numbers: only real changes show as changes."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)
    return _HEADER + buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """As a .mo file."""
    buffer = BytesIO()
    dateless = read_po(BytesIO(written(catalogue)), locale="fr", domain=DOMAIN)
    # Else the minute stands in the file, and it is stale a minute later.
    dateless.creation_date = dateless.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(buffer, dateless)
    return buffer.getvalue()


_HEADER = b"""# The French of Ariane. Kept up to date by `make i18n`.
msgid ""
msgstr ""
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _files() -> Iterator[Path]:
    for room in ROOMS:
        for file in sorted((HOME / room).rglob("*")):
            if file.suffix in METHODS and "vendor" not in file.parts and _holds_sentences(file):
                yield file


def _holds_sentences(file: Path) -> bool:
    return file.suffix in (".py", ".js") or "templates" in file.parts


if __name__ == "__main__":
    main()
