"""Call, start, cancel, go to, close: where the path leads, and where it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processes.walk.program import STOP, Expression, Node, TextRef
from processes.walk.state import Frame
from processes.walk.turn import CancelStep, CloseCase, Ended, StartWalk
from processes.walk.values import MISSING, UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine

Inputs = tuple[tuple[str, Expression], ...]


@dataclass(slots=True, kw_only=True, eq=False)
class Call(Node):
    """Walk another process here and take its outcome."""

    kind = "call"
    process: str
    inputs: Inputs
    items: Mapping[str, str]
    """Inputs that hand on a live item: the name whose key is passed instead of the item."""
    outcomes: Mapping[str, int]
    """Place by outcome; empty for `then: close`."""
    unknown: int

    def run(self, m: "Machine") -> int:
        program = m.world.programs.get(self.process)
        if program is None:
            m.note(self.id, "no_process", self.process)
            return self.unknown
        needs = handed_on(m, self.inputs, self.items)
        m.note(self.id, "called", self.process)
        m.frame.position = self.id
        path = f"{m.frame.path}{self.id}/"
        m.push(Frame(program.process, program.version, "", path, needs, dict.fromkeys(needs, m.now)), program)
        return program.start

    def ended(self, m: "Machine", outcome: str, solved: bool, given: dict[str, object]) -> int:
        """The called process ended; `m` looks at the caller again."""
        m.put(self.id, {"outcome": outcome, **given})
        if not self.outcomes:
            return end(m, self, outcome, solved)
        return self.outcomes.get(outcome, self.unknown)

    def view(self, m: "Machine") -> Ended:
        """Only a call that closes with the called process is ever stood at."""
        waiting = m.walk.waiting or {}
        return Ended(step=self.id, outcome=waiting.get("outcome", ""), solved=bool(waiting.get("solved")))


@dataclass(slots=True, kw_only=True, eq=False)
class Start(Node):
    """Start another process in a linked case and go on."""

    kind = "start"
    process: str
    inputs: Inputs
    items: Mapping[str, str]
    """As for a call."""

    def run(self, m: "Machine") -> int:
        needs = handed_on(m, self.inputs, self.items)
        visit = m.visit(self.id)
        m.effects.append(
            StartWalk(
                key=m.key(self.id, visit, "start"), step=self.id, path=m.frame.path, visit=visit,
                process=self.process, needs=needs,
            )
        )  # fmt: skip
        m.note(self.id, "started", self.process)
        return self.next


@dataclass(slots=True, kw_only=True, eq=False)
class Cancel(Node):
    """Take back the open task or promise of an earlier step."""

    kind = "cancel"
    target: str

    def run(self, m: "Machine") -> int:
        visit = m.visit(self.id)
        m.effects.append(
            CancelStep(
                key=m.key(self.id, visit, "cancel"), step=self.id, path=m.frame.path, visit=visit, target=self.target
            )
        )
        return self.next


@dataclass(slots=True, kw_only=True, eq=False)
class GoTo(Node):
    """Go on with a section; backwards only so many times."""

    kind = "go_to"
    section: str
    target: int = STOP
    at_most: int | None = None
    too_often: int

    def run(self, m: "Machine") -> int:
        if self.at_most is not None:
            loop = m.frame.loops.setdefault(self.id, {"count": 0})
            loop["count"] += 1
            if loop["count"] > self.at_most:
                m.note(self.id, "too_often", self.section)
                return self.too_often
        m.note(self.id, "goes_to", self.section)
        m.leave_loops()
        return self.target


@dataclass(slots=True, kw_only=True, eq=False)
class Close(Node):
    """End the path with an outcome."""

    kind = "close"
    outcome: str
    solved: bool
    text: TextRef | None = None
    cause: str = ""
    survey: str = ""

    def run(self, m: "Machine") -> int:
        if self.text is not None:
            values = m.printed(self.text)
            if values is not None:
                m.words.append(m.say(self, "close", m.visit(self.id), self.text, values))
            else:
                m.note(self.id, "unknown")
        m.note(self.id, "closed", self.outcome)
        return end(m, self, self.outcome, self.solved, self.cause, self.survey)

    def view(self, m: "Machine") -> Ended:
        return Ended(step=self.id, outcome=self.outcome, solved=self.solved)


def handed_on(m: "Machine", inputs: Inputs, items: Mapping[str, str]) -> dict[str, Any]:
    """What another process is told: what is known, and of a live item its key."""
    needs = {name: value(m) for name, value in inputs}
    needs |= {name: m.frame.scope[item] for name, item in items.items() if item in m.frame.scope}
    return {name: value for name, value in needs.items() if value is not MISSING and value is not UNKNOWN}


def end(m: "Machine", node: Node, outcome: str, solved: bool, cause: str = "", survey: str = "") -> int:
    """End the innermost process: the caller goes on, or the walk is over."""
    given = {name: value(m) for name, value in m.program.gives.items()}
    if len(m.walk.frames) > 1:
        m.pop()
        caller = m.position()
        assert isinstance(caller, Call)
        return caller.ended(m, outcome, solved, {name: value for name, value in given.items() if value is not MISSING})
    m.walk.ended = True
    m.effects.append(
        CloseCase(
            key=m.key(node.id, m.visits_of(node.id) or 1, "close"), step=node.id, path=m.frame.path, outcome=outcome,
            solved=solved, cause=cause, survey=survey,
        )
    )  # fmt: skip
    return m.stop(node, {"kind": "ended", "outcome": outcome, "solved": solved})
