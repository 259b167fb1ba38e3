"""The waiting vocabulary compiled: within, by, every, at, remind."""

from processes.language import document as d
from processes.language import parts
from processes.language.compile import Compiler
from processes.walk.timers import ReminderSpec, Timers


def timers_of(c: Compiler, step: d.Waits | None, *, every: str | None = None, at: str | None = None) -> Timers:
    """The dates of a step that waits; none for a step that does not."""
    if step is None:
        return Timers()
    return Timers(
        within=c.delay("within", step.within),
        by=c.optional_value("by", step.by),
        every=c.delay("every", every),
        at=c.time_of_day("at", at),
        calendar=getattr(step, "calendar", None) or "",
        reminders=tuple(_reminder(c, place, reminder) for place, reminder in enumerate(step.remind, start=1)),
    )


def channels(via: str | list[str] | None) -> tuple[str, ...]:
    """Channels in order of preference; mail where nothing is said."""
    if via is None:
        return ("mail",)
    return (via,) if isinstance(via, str) else tuple(via)


def _reminder(c: Compiler, place: int, reminder: parts.Reminder) -> ReminderSpec:
    return ReminderSpec(
        after=c.delay(f"remind.{place}.after", reminder.after),
        before=c.delay(f"remind.{place}.before", reminder.before),
        to=reminder.to or "",
        via=channels(reminder.via),
        text=None if reminder.text is None else c.text(f"remind.{place}", reminder.text),
    )
