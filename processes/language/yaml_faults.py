"""What the YAML reader means when it gives up, in the author's words and with the line to look at."""

import re
from typing import Final

import yaml

from base.languages import N_
from processes.language.errors import LanguageError

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_INNER_COLON: Final = re.compile(r":\s.*:(?:\s|$)|\s:\s")
_ODD_START: Final = re.compile(r"(?:^|[:\-\[{,])\s*[@`%]")


def explain(error: yaml.YAMLError, source: str) -> LanguageError:
    """The sentence for an error of the YAML reader."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return LanguageError(N_("This text holds a character that cannot be shown."))
    problem, context = error.problem or "", error.context or ""
    line = error.problem_mark.line
    opened = error.context_mark.line if error.context_mark is not None else line
    lines = source.split("\n")
    written = lines[line] if line < len(lines) else ""
    if "escape" in problem:
        return LanguageError(N_("After the \\ stands a sign that has no meaning there."), line=line + 1)
    if "quoted scalar" in context:
        return LanguageError(N_("This quote is never closed."), line=opened + 1)
    if written[: len(written) - len(written.lstrip())].count("\t"):
        return LanguageError(N_("Indent with spaces, not with tabs."), line=line + 1)
    bare = _QUOTED.sub("''", written)
    if "mapping values" in problem or _INNER_COLON.search(bare):
        return LanguageError(N_("Put quotes around a text that holds a colon."), line=line + 1)
    if "flow" in context:
        return LanguageError(
            N_("A bracket or brace is not closed, or a comma is missing; a text with such signs needs quotes."),
            line=opened + 1,
        )
    if _ODD_START.search(bare):
        return LanguageError(N_("Put quotes around a text that begins with a sign."), line=line + 1)
    if "'" in written or '"' in written:
        return LanguageError(
            N_('The quotes do not fit together; inside of double quotes, write \\" for a quote.'), line=line + 1
        )
    if "block" in context or "entries" in problem:
        return LanguageError(N_("This line is not indented like the ones it belongs to."), line=line + 1)
    return LanguageError(N_("This line cannot be read."), line=line + 1)
