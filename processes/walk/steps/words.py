"""Say, note, send: words that never stop the walk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processes.walk.program import Expression, Node, TextRef
from processes.walk.timers import as_moment
from processes.walk.turn import MakePromise, Message
from processes.walk.values import UNKNOWN

if TYPE_CHECKING:
    from processes.walk.machine import Machine


@dataclass(slots=True, kw_only=True, eq=False)
class Wording(Node):
    """What the three share: a text, for some walkers or channels only, under a condition."""

    text: TextRef
    when: Expression | None = None
    only: frozenset[str] = frozenset()
    """Walkers, channels or `walker.channel` it is meant for; empty for all."""
    promise: Expression | None = None
    unknown: int
    """Where to go when the condition or a value of the text is unknown."""

    def run(self, m: "Machine") -> int:
        if self.only and not meant_for(m, self.only):
            return self.next
        applies = True if self.when is None else self.when(m)
        if applies is False:
            return self.next
        values = None if applies is UNKNOWN else m.printed(self.text)
        if values is None:
            m.note(self.id, "unknown")
            return self.unknown
        visit = m.visit(self.id)
        self.utter(m, visit, values)
        m.put(self.id, {"at": m.now})
        if self.promise is not None and (by := as_moment(m, self.promise(m))) is not None:
            m.effects.append(
                MakePromise(key=m.key(self.id, visit, "promise"), step=self.id, path=m.frame.path, visit=visit, by=by)
            )
        m.trace.append((m.frame.path, self.id, self.kind, None, None))
        return self.next

    def utter(self, m: "Machine", visit: int, values: dict[str, Any]) -> None:
        """Give the words to whom they are for."""
        m.words.append(m.say(self, self.kind, visit, self.text, values))


@dataclass(slots=True, kw_only=True, eq=False)
class Say(Wording):
    """Words to the customer: said by the agent, shown in selfcare, mailed by the robot."""

    kind = "say"


@dataclass(slots=True, kw_only=True, eq=False)
class Note(Wording):
    """Words to staff."""

    kind = "note"


@dataclass(slots=True, kw_only=True, eq=False)
class Send(Wording):
    """A message of its own."""

    kind = "send"
    to: str = "customer"
    via: tuple[str, ...] = ("mail",)
    subject: TextRef | None = None
    attach: tuple[Expression, ...] = ()

    def utter(self, m: "Machine", visit: int, values: dict[str, Any]) -> None:
        m.effects.append(
            Message(
                key=m.key(self.id, visit, "message"), step=self.id, path=m.frame.path, visit=visit, to=self.to,
                via=self.via, parts=(m.say(self, "send", visit, self.text, values),),
                subject=None if self.subject is None else m.say(self, "send", visit, self.subject),
                attach=attachments(m, self.attach),
            )
        )  # fmt: skip


def meant_for(m: "Machine", only: frozenset[str]) -> bool:
    """Whether a step limited to some walkers or channels is for this one."""
    return not only or bool(only & {m.walk.walker, m.walk.channel, f"{m.walk.walker}.{m.walk.channel}"})


def attachments(m: "Machine", attach: tuple[Expression, ...]) -> tuple[Any, ...]:
    """The files to attach that are really there."""
    return tuple(value for expression in attach if isinstance(value := expression(m), str))
