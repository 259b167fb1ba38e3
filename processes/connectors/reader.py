"""An answer, read: from HTTP status, headers and bytes to a reading. Pure, and the same for live calls and recordings.

`interpret` gives the reading of what was asked; `interpret_each` all that a batch answer holds. Neither ever raises for
what a service answered: garbage is a reading whose state is unknown.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from processes.connectors.common_rules import complete
from processes.connectors.expressions import Context, plain
from processes.connectors.mapping import Findings, map_fields
from processes.connectors.operations import ItemsReader, Operation, Rule
from processes.connectors.plain_xml import read_xml
from processes.connectors.readings import ActAnswer, ActState, Reading, Safety
from processes.connectors.strict_json import Garbage, read_json
from processes.connectors.times import Unreadable
from processes.walk.values import UNKNOWN

_NO_CONTENT: Final = object()
_UNUSABLE: Final = object()


def interpret(
    operation: Operation,
    http_status: int,
    headers: Mapping[str, str],
    body: bytes,
    inputs: Mapping[str, Any] | None = None,
) -> Reading:
    """The reading of one answer, for what `inputs` asked."""
    answer = _Answer(operation, http_status, headers, body, inputs or {})
    return replace(answer.reading(), http=http_status, operation=operation.name)


def interpret_each(
    operation: Operation,
    http_status: int,
    headers: Mapping[str, str],
    body: bytes,
    inputs: Mapping[str, Any] | None = None,
) -> list[Reading]:
    """A reading of each thing in the answer, in the service's order."""
    answer = _Answer(operation, http_status, headers, body, inputs or {})
    return [replace(one, http=http_status, operation=operation.name) for one in answer.each_reading()]


def interpret_act(
    operation: Operation, http_status: int, headers: Mapping[str, str], body: bytes, inputs: Mapping[str, Any]
) -> ActAnswer:
    """What became of an act, by the service's answer alone."""
    return _Answer(operation, http_status, headers, body, inputs).act_answer()


def raw_values(operation: Operation, http_status: int, body: bytes, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of an operation without capability: its values as they are, for another request. None: no usable answer."""
    return _Answer(operation, http_status, {}, body, inputs).values()


class _Answer:
    """One answer on its way to a reading."""

    def __init__(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: bytes, inputs: Mapping[str, Any]
    ) -> None:
        self._operation, self._status, self._inputs = operation, status, inputs
        self._asks_for_patience = any(name.lower() == "retry-after" for name in headers)
        self._content = _parsed(operation, body)

    def reading(self) -> Reading:
        trouble = self._trouble()
        if trouble is not None:
            return trouble
        items = self._operation.items
        return self._of_root(self._picked()) if items is None else self._of_asked(items)

    def each_reading(self) -> list[Reading]:
        trouble, items = self._trouble(), self._operation.items
        if trouble is not None or items is None:
            return [self.reading() if trouble is None else trouble]
        found = self._items(items)
        if found is None:
            return [Reading(state="unknown", reason="content")]
        return [self._of_item(items, item) for item in found]

    def act_answer(self) -> ActAnswer:
        operation, safety = self._operation, self._operation.document.safety
        refusal = self._first_rule(operation.refused)
        if refusal is not None:
            return self._became("failed", refusal.because or "refused")
        if self._first_rule(operation.failed) is not None:
            return self._became(in_doubt(safety), "status")
        if not self._good_status():
            return self._became(_after_status(self._status, self._asks_for_patience, safety), "status")
        if self._content is _UNUSABLE and operation.document.answer != "none":
            return self._became(in_doubt(safety), "content")
        result = self._of_root(self._picked(), is_act=True)
        if result.state != "known":
            return self._became(in_doubt(safety), "content")
        return self._became("done", result=result.value)

    def _became(self, state: ActState, reason: str | None = None, result: Mapping[str, Any] | None = None) -> ActAnswer:
        operation = self._operation
        return ActAnswer(
            state=state,
            safety=operation.document.safety,
            result=result or {},
            reason=reason,
            http=self._status,
            operation=operation.name,
        )

    def values(self) -> dict[str, Any] | None:
        if self._trouble() is not None:
            return None
        root = self._picked()
        return _raw(self._operation, root, self._context(root))

    def _trouble(self) -> Reading | None:
        """The reading of an answer that says nothing of what was asked; None: there is something to map."""
        operation = self._operation
        if self._first_rule(operation.not_found) is not None:
            return self._not_found()
        if not self._good_status():
            return Reading(state="unknown", reason="status")
        if self._content in (_UNUSABLE, _NO_CONTENT) and operation.document.answer != "none":
            return Reading(state="unknown", reason="content")
        if self._first_rule(operation.failed) is not None:
            return Reading(state="unknown", reason="status")
        return None

    def _of_asked(self, items: ItemsReader) -> Reading:
        """Of several things the one that was asked for; the newest when one number stands for several."""
        found = self._items(items)
        if found is None:
            return Reading(state="unknown", reason="content")
        if not found:
            return self._not_found()
        asked = self._inputs.get(self._operation.document.asked)
        if items.key is not None and asked is not None:
            found = [item for item in found if plain(self._key(items, item)) == plain(asked)]
        readings = [self._of_item(items, item) for item in found]
        if not readings:  # only others: a wrong shipment must never pass for the right one
            return Reading(state="unknown", reason="content")
        return max(readings, key=_freshness)

    def _items(self, items: ItemsReader) -> list[Any] | None:
        root = self._picked()
        try:
            found = items.list.of(root, self._context(root))
        except Unreadable:
            return None
        return found if isinstance(found, list) else None

    def _of_item(self, items: ItemsReader, item: Any) -> Reading:
        context = self._context(item)
        if items.not_found is not None and items.not_found.holds(item, context):
            return self._not_found(self._key(items, item))
        if items.failed is not None and items.failed.holds(item, context):
            return Reading(state="unknown", reason="status")
        return self._of_root(item)

    def _key(self, items: ItemsReader, item: Any) -> Any:
        try:
            key = items.key.of(item, self._context(item)) if items.key is not None else None
        except Unreadable:
            return None
        return key if isinstance(key, str | int) else None

    def _of_root(self, root: Any, *, is_act: bool = False) -> Reading:
        operation, context, findings = self._operation, self._context(root), Findings()
        if operation.expects is not None and not operation.expects.holds(root, context):
            return Reading(state="unknown", reason="content")
        for name, expression in operation.let.items():
            try:
                context.named[name] = expression.of(root, context)
            except Unreadable:
                context.named[name] = None
        if operation.capability is None:
            return Reading(state="known", value=_raw(operation, root, context))
        fields = map_fields(operation.fields, root, context, findings)
        if not is_act and self._tells_nothing(fields, findings):
            return Reading(state="unknown", reason="content", unreadable=tuple(findings.unreadable))
        return Reading(
            state="known",
            value=complete(operation.capability.name, fields),
            reason="unmapped" if findings.unmapped else None,
            raw_codes=findings.raw_codes,
            unmapped=tuple(findings.unmapped),
            unreadable=tuple(findings.unreadable),
        )

    def _tells_nothing(self, fields: Mapping[str, Any], findings: Findings) -> bool:
        """Whether a decisive field is not there: neither a value nor a code that somebody may still map."""
        capability = self._operation.capability
        decisive = capability.decisive if capability is not None else ()
        return any(
            name not in fields or (fields[name] is UNKNOWN and name not in findings.raw_codes) for name in decisive
        )

    def _not_found(self, key: Any = None) -> Reading:
        capability = self._operation.capability
        if capability is None or capability.not_found is None:
            return Reading(state="missing", reason="not_found")
        asked = {name: value for name, value in self._inputs.items() if name in capability.fields}
        if key is not None and self._operation.document.asked in capability.fields:
            asked[self._operation.document.asked] = str(key)
        return Reading(state="known", value={**asked, **capability.not_found}, reason="not_found")

    def _picked(self) -> Any:
        content = None if self._content in (_UNUSABLE, _NO_CONTENT) else self._content
        if self._operation.pick is None:
            return content
        try:
            return self._operation.pick.of(content, self._context(content))
        except Unreadable:
            return None

    def _context(self, root: Any) -> Context:
        content = None if self._content in (_UNUSABLE, _NO_CONTENT) else self._content
        operation = self._operation
        return Context(answer=content, root=root, inputs=self._inputs, time=operation.time, tables=operation.tables)

    def _first_rule(self, rules: tuple[Rule, ...]) -> Rule | None:
        return next((rule for rule in rules if self._fits(rule)), None)

    def _fits(self, rule: Rule) -> bool:
        if rule.statuses and self._status not in rule.statuses:
            return False
        if rule.when is None:
            return True
        if self._content in (_UNUSABLE, _NO_CONTENT):
            return False
        return rule.when.holds(self._content, self._context(self._content))

    def _good_status(self) -> bool:
        return self._status in self._operation.document.ok if self._operation.document.ok else 200 <= self._status < 300


def _raw(operation: Operation, root: Any, context: Context) -> dict[str, Any]:
    """Values for another request, those that are there."""
    values: dict[str, Any] = {}
    for name, expression in operation.raw.items():
        try:
            value = expression.of(root, context)
        except Unreadable:
            continue
        if value is not None:
            values[name] = value
    return values


def _parsed(operation: Operation, body: bytes) -> Any:
    if operation.document.answer == "none" or not body.strip():
        return _NO_CONTENT
    try:
        return read_xml(body, operation.document.lists) if operation.document.answer == "xml" else read_json(body)
    except Garbage:
        return _UNUSABLE


def _freshness(reading: Reading) -> tuple[bool, float]:
    last = reading.value.get("last_event_at")
    return reading.reason != "not_found", last.timestamp() if isinstance(last, datetime) else 0.0


def in_doubt(safety: Safety) -> ActState:
    """What an act became when nobody can tell whether it was done."""
    return "retry" if safety == "keyed" else "unknown"


def _after_status(status: int, asks_for_patience: bool, safety: Safety) -> ActState:
    """What an error status means for an act: some refuse before doing anything, other 4xx are a clear no."""
    if status in (401, 403, 408, 425, 429) or (status == 503 and asks_for_patience):
        return "retry"
    return "failed" if 400 <= status < 500 else in_doubt(safety)
