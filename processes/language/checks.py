"""Checks of a whole document: whether a process that can be read also makes sense.

The compiler says what cannot be read; each check here is one mistake that authors really make. They are gathered by
what they look at: names, closed lists, paths, acts, words, robots, calls.
"""

from collections.abc import Callable, Mapping
from typing import Final

from processes.connectors.catalogue import Capability, catalogue
from processes.language.checking import naming
from processes.language.checking.subject import Subject
from processes.language.document import Document
from processes.language.faults import Fault

CHECKS: Final[tuple[Callable[[Subject], None], ...]] = (
    naming.check_names_exist,
    naming.check_names_are_single,
    naming.check_names_are_set,
    naming.check_settings_are_read,
    naming.check_cancels,
)


def check_document(
    document: Document, others: Mapping[str, Document], capabilities: Mapping[str, Capability] | None = None
) -> list[Fault]:
    """Every fault that needs only the document and those it calls (`others`, by key), in reading order.

    What the compiler finds is not among them. A document with faults of the compiler is checked as far as it can be
    read.
    """
    subject = Subject(document, others, catalogue() if capabilities is None else capabilities)
    for check in CHECKS:
        check(subject)
    return sorted(subject.faults, key=subject.order_of)
