"""Checks of a whole document: whether a process that can be read also makes sense.

The compiler says what cannot be read; each check here is one mistake that authors really make. They are gathered by
what they look at: names, closed lists, tables, paths, acts, what is used, words, robots, calls.

An error is what would go wrong for somebody; a warning is what somebody should look at.
"""

from collections.abc import Callable, Mapping
from typing import Final

from processes.connectors.catalogue import Capability, catalogue
from processes.language.checking import (
    acting,
    calling,
    effort,
    freshness,
    lists,
    naming,
    reach,
    retrying,
    robots,
    serving,
    starting,
    tables,
    usage,
    wording,
)
from processes.language.checking.subject import Beside, Subject
from processes.language.document import Document
from processes.language.faults import Fault

CHECKS: Final[tuple[Callable[[Subject], None], ...]] = (
    naming.check_names_exist,
    naming.check_names_are_single,
    naming.check_names_are_set,
    naming.check_settings_are_read,
    naming.check_cancels,
    lists.check_values,
    lists.check_every_value_is_handled,
    lists.check_cases_differ,
    tables.check_tables,
    reach.check_everything_is_reached,
    reach.check_outcomes,
    reach.check_rounds,
    reach.check_loops,
    reach.check_loops_are_short,
    reach.check_items_are_all_done,
    reach.check_waits_can_end,
    acting.check_acts,
    acting.check_facts,
    acting.check_promises,
    retrying.check_blind_acts,
    usage.check_answers_are_used,
    usage.check_sums,
    wording.check_translations,
    wording.check_printed_values,
    wording.check_people_are_told,
    wording.check_variants,
    wording.check_nothing_is_said_twice,
    effort.check_clicks,
    freshness.check_translations_are_fresh,
    freshness.check_passages,
    serving.check_services,
    serving.check_calendars,
    robots.check_robots_get_on,
    calling.check_calls,
    calling.check_circles,
    starting.check_starts,
)


def check_document(
    document: Document,
    others: Mapping[str, Document],
    capabilities: Mapping[str, Capability] | None = None,
    beside: Beside | None = None,
) -> list[Fault]:
    """Every fault of a document and of its calls (`others`, by key): errors first, in reading order.

    `beside`: the house that it is published in; without it only what needs the document is looked at.

    What the compiler finds is not among them. A document with faults of the compiler is checked as far as it can be
    read. Without any `others`, calls are not looked at.
    """
    known = catalogue() if capabilities is None else capabilities
    subject = Subject(document, others, known, beside or Beside())
    for check in CHECKS:
        check(subject)
    return sorted(subject.faults, key=subject.order_of)
