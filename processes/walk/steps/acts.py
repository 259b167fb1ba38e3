"""Act: something done to the world. Its guards, in order: inputs, who may, amount, second person, confirmation.

The walk decides and waits; the effect answers with its key. An act already done before a return to an earlier question
is not done again for the same inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from base.business_time import Delay, add
from base.money import Money
from processes.walk.clash import EvaluationError
from processes.walk.comparison import compare
from processes.walk.events import Confirmed, EffectDone, EffectFailed, EffectUnknown, Event, TaskDone, Woken
from processes.walk.program import Expression, Node, TextRef
from processes.walk.turn import Act as ActEffect
from processes.walk.turn import Acting, Confirming, CreateTask, TaskWaiting, Waiting
from processes.walk.values import MISSING, UNKNOWN, Unknown

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """When a second person must agree, who, and where a refusal leads."""

    when: Expression
    who: str
    within: Expression | None = None
    if_refused: int


@dataclass(slots=True, kw_only=True, eq=False)
class Act(Node):
    """See the module."""

    kind = "act"
    using: str
    inputs: tuple[tuple[str, Expression], ...]
    optional: frozenset[str] = frozenset()
    """Inputs that may be missing."""
    amount: Expression | None = None
    cap: Expression | None = None
    approval: Approval | None = None
    open_to: frozenset[str]
    confirm: TextRef | None = None
    if_fails: int
    unknown: int

    def run(self, m: "Machine") -> int:
        inputs = {name: value(m) for name, value in self.inputs}
        if any(v is UNKNOWN or (v is MISSING and name not in self.optional) for name, v in inputs.items()):
            m.note(self.id, "unknown", None, inputs)
            return self.unknown
        inputs = {name: value for name, value in inputs.items() if value is not MISSING}
        done = m.already_done(self.id, inputs)
        if done is not MISSING:
            m.note(self.id, "already_done", None, inputs)
            m.put(self.id, done)
            return self.next
        if m.walk.walker not in self.open_to:
            m.note(self.id, "not_open", m.walk.walker)
            return self.unknown
        amount = MISSING if self.amount is None else self.amount(m)
        if amount is UNKNOWN or (amount is MISSING and self.amount is not None):
            m.note(self.id, "unknown", None, inputs)
            return self.unknown
        return self._guard(m, inputs, amount)

    def _guard(self, m: "Machine", inputs: dict[str, Any], amount: Any) -> int:
        if self._over_cap(m, amount):
            return self._fail(m, "over_cap")
        visit = m.visit(self.id)
        if self.approval is not None and self.approval.when(m) is not False:
            return self._ask_second_person(m, visit, inputs, amount)
        return self._ask_or_do(m, visit, inputs, amount)

    def _over_cap(self, m: "Machine", amount: Any) -> bool:
        """Whether the amount is above the cap, or cannot be compared with it. A cap may be one amount a currency."""
        if self.cap is None:
            return False
        if not isinstance(amount, Money):
            return True
        try:
            order = compare(amount, self.cap(m))
        except EvaluationError:
            return True
        return isinstance(order, Unknown) or order > 0

    def _ask_second_person(self, m: "Machine", visit: int, inputs: dict[str, Any], amount: Any) -> int:
        approval = self.approval
        assert approval is not None
        delay = approval.within(m) if approval.within is not None else None
        deadline = add(m.calendar, m.now, delay) if isinstance(delay, Delay) else None
        key = m.key(self.id, visit, "approval")
        m.effects.append(
            CreateTask(
                key=key, step=self.id, path=m.frame.path, visit=visit, team=approval.who, words=None, due_at=deadline,
                blocking=True, amount=None if amount is MISSING else amount, purpose="approval",
            )
        )  # fmt: skip
        m.note(self.id, "approval_asked", approval.who, inputs)
        return m.stop(self, {"kind": "approval", "inputs": inputs, "amount": amount, "deadline": deadline, "key": key})

    def _ask_or_do(self, m: "Machine", visit: int, inputs: dict[str, Any], amount: Any) -> int:
        if self.confirm is not None and m.walk.walker != "robot":
            m.note(self.id, "confirmation_asked", None, inputs)
            return m.stop(self, {"kind": "confirming", "inputs": inputs, "amount": amount})
        return self._do(m, visit, inputs, amount)

    def _do(self, m: "Machine", visit: int, inputs: Mapping[str, Any], amount: Any) -> int:
        key = m.key(self.id, visit, "act")
        m.effects.append(
            ActEffect(
                key=key, step=self.id, path=m.frame.path, visit=visit, using=self.using, inputs=inputs,
                amount=None if amount is MISSING else amount,
            )
        )  # fmt: skip
        m.note(self.id, "decided", None, inputs)
        return m.stop(self, {"kind": "acting", "key": key, "inputs": dict(inputs)})

    def view(self, m: "Machine") -> Waiting:
        waiting = m.walk.waiting or {}
        visit = m.visits_of(self.id)
        match waiting.get("kind"):
            case "confirming":
                amount = waiting.get("amount", MISSING)
                return Confirming(
                    step=self.id, path=m.frame.path, visit=visit, using=self.using, inputs=waiting["inputs"],
                    amount=None if amount is MISSING else amount,
                    words=None if self.confirm is None else m.say(self, "confirm", visit, self.confirm),
                )  # fmt: skip
            case "approval":
                return TaskWaiting(
                    step=self.id, path=m.frame.path, visit=visit, key=waiting["key"], purpose="approval",
                    team=self.approval.who if self.approval else "", wake_at=waiting.get("deadline"),
                    deadline=waiting.get("deadline"),
                )  # fmt: skip
            case _:
                return Acting(
                    step=self.id, path=m.frame.path, visit=visit, key=waiting.get("key", ""), using=self.using,
                    uncertain=bool(waiting.get("uncertain")),
                )  # fmt: skip

    # --- going on -------------------------------------------------------------------------------------------------

    def before(self, m: "Machine", event: Event) -> tuple[str, ...]:
        """An agreement may come days after it was asked for: an irreversible act then looks again at its facts."""
        return self.facts if self.fresh and self._agrees(m, event) else ()

    def again(self, m: "Machine", kind: str) -> Event:
        waiting = m.walk.waiting or {}
        said: dict[str, Any] = {"walker": m.walk.walker, "channel": m.walk.channel, "language": m.walk.language}
        if kind == "task_done":
            return TaskDone(key=waiting["key"], answers={"approved": "yes"}, **said)
        return Confirmed(step=self.id, visit=m.visits_of(self.id), **said)

    def _agrees(self, m: "Machine", event: Event) -> bool:
        waiting = m.walk.waiting or {}
        match waiting.get("kind"), event:
            case "confirming", Confirmed():
                return event.yes and event.step == self.id and event.visit == m.visits_of(self.id)
            case "approval", TaskDone():
                return event.key == waiting["key"] and event.answers.get("approved") in (True, "yes")
        return False

    def receive(self, m: "Machine", event: Event) -> int:
        waiting = m.walk.waiting or {}
        visit = m.visits_of(self.id)
        if self._agrees(m, event):
            return self._agreed(m, visit, waiting)
        match waiting.get("kind"), event:
            case "confirming", Confirmed(step=self.id) if event.visit == visit:
                return self._fail(m, "declined")
            case "approval", TaskDone() if event.key == waiting["key"]:
                return self._refuse(m, "refused")
            case "approval", Woken() if waiting.get("deadline") is not None:
                if m.now < waiting["deadline"]:
                    return m.stop(self, waiting)
                return self._refuse(m, "nobody")
            case "acting", EffectDone() if event.key == waiting["key"]:
                m.note(self.id, "done", None, dict(event.result))
                m.put(self.id, dict(event.result))
                return self.next
            case "acting", EffectFailed() if event.key == waiting["key"]:
                return self._fail(m, event.reason)
            case "acting", EffectUnknown() if event.key == waiting["key"]:
                m.note(self.id, "uncertain")
                return m.stop(self, {**waiting, "uncertain": True})
        raise m.stale(self)

    def _agreed(self, m: "Machine", visit: int, waiting: dict[str, Any]) -> int:
        """Do what was agreed to; what has changed meanwhile is another act, to be agreed to anew."""
        inputs, amount = waiting["inputs"], waiting.get("amount", MISSING)
        now = {name: found for name, value in self.inputs if (found := value(m)) is not MISSING}
        if self.fresh and (now != inputs or (self.amount is not None and self.amount(m) != amount)):
            m.note(self.id, "changed_meanwhile", None, now)
            return self.run(m)
        if waiting["kind"] == "confirming":
            return self._do(m, visit, inputs, amount)
        m.note(self.id, "approved")
        return self._ask_or_do(m, visit, inputs, amount)

    def _refuse(self, m: "Machine", why: str) -> int:
        m.note(self.id, "not_approved", why)
        m.put(self.id, {"failure": "not_approved"})
        return self.approval.if_refused if self.approval else self.if_fails

    def _fail(self, m: "Machine", reason: str) -> int:
        m.note(self.id, "failed", reason)
        m.put(self.id, {"failure": reason})
        return self.if_fails
