"""Checks of who serves a process."""

from processes.language.checking.subject import Beside
from processes.language.checks import check_document
from tests.walking import CANCEL, tiny


def codes(*served: str) -> list[tuple[str, str, str]]:
    faults = check_document(tiny(CANCEL), {}, beside=Beside(served=frozenset(served)))
    return [(fault.level, fault.code, fault.step) for fault in faults if fault.code == "not_connected"]


def test_a_service_nobody_connected_is_told_once_there_are_connections() -> None:
    assert codes("shop.order") == [("warning", "not_connected", "cancelling")]
    assert codes("shop.order", "shop.cancel_order") == []
    assert codes() == []


WAITING = """
- {wait: it, for: 1 business day, calendar: carrier}
- close: done
  text: {fr: "Fait.", en: "Done."}
"""


def test_a_calendar_that_is_not_there_is_told_with_those_that_are() -> None:
    def faults(*known: str) -> list[tuple[str, str, str, str]]:
        found = check_document(tiny(WAITING), {}, beside=Beside(calendars=frozenset(known)))
        named = [fault for fault in found if fault.code == "unknown_calendar"]
        return [(fault.level, fault.step, fault.params["name"], fault.params["known"]) for fault in named]

    assert faults("desk", "shop") == [("error", "it", "carrier", "desk, shop")]
    assert faults("carrier") == []
    assert [f for f in check_document(tiny(WAITING), {}) if f.code == "unknown_calendar"] == [], "nobody knows them"
