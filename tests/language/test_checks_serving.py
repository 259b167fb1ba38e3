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
