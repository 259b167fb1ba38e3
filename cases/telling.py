"""What each kind of timeline entry says, to an agent and to a customer.

A kind has sentences by reader; of several, the first whose parameters are all there is told. A reader for whom there is
none does not see the entry. `%(actor)s` is who did it, in words; parameters by language are told in the reader's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from base.languages import LANGUAGES, N_, pick, translate, writing
from base.money import Money

if TYPE_CHECKING:
    from cases.timeline import TimelineEntry

Reader = Literal["agent", "customer"]


@dataclass(frozen=True)
class Telling:
    """The sentences of one kind, most detailed first."""

    agent: tuple[str, ...]
    customer: tuple[str, ...] = ()


def _says(*agent: str, customer: str | tuple[str, ...] = ()) -> Telling:
    return Telling(agent, (customer,) if isinstance(customer, str) else customer)


KINDS: Mapping[str, Telling] = {
    # The case
    "case.opened": _says(N_("%(actor)s opened the case."), customer=N_("Your request was opened.")),
    "case.waiting": _says(
        N_("The case waits until %(until)s."),
        N_("The case waits."),
        customer=N_("We look again on %(until)s."),
    ),
    "case.handed_over": _says(
        N_("%(actor)s handed the case over to %(team)s, to be answered by %(by)s."),
        N_("%(actor)s handed the case over to %(team)s."),
        customer=(
            N_("A person of our team takes over and answers you by %(by)s."),
            N_("A person of our team takes over."),
        ),
    ),
    "case.brought_back": _says(N_("%(actor)s brought the case back into the guided path.")),
    "case.closed": _says(
        N_("%(actor)s closed the case: %(outcome)s."),
        N_("%(actor)s closed the case."),
        customer=N_("Your request is closed."),
    ),
    "case.reopened": _says(N_("%(actor)s reopened the case."), customer=N_("Your request was reopened.")),
    "case.linked": _says(N_("%(actor)s opened the linked case %(reference)s.")),
    "case.customer_known": _says(N_("The customer is known: %(customer)s.")),
    "case.reason_changed": _says(N_("%(actor)s changed the reason to %(reason)s.")),
    "case.cause": _says(N_("%(actor)s said what the root cause is: %(cause)s.")),
    "clock.paused": _says(
        N_("%(actor)s parked the case until %(until)s: %(because)s."),
        N_("%(actor)s stopped the clock: %(because)s."),
        customer=N_("We look again on %(until)s."),
    ),
    "alert.raised": _says(N_("Alert: %(what)s (%(detail)s)."), N_("Alert: %(what)s.")),
    "alert.acknowledged": _says(N_("%(actor)s takes care of the alert: %(what)s.")),
    "alert.escalated": _says(N_("Nobody took care of the alert, those above are told: %(what)s.")),
    "incident.joined": _says(N_("The case belongs to the incident “%(name)s”.")),
    "note": _says(N_("%(actor)s noted:")),
    # Contacts
    "contact.inbound": _says(
        N_("The customer contacted us (%(channel)s)."), customer=N_("You contacted us (%(channel)s).")
    ),
    "contact.outbound": _says(
        N_("%(actor)s contacted the customer (%(channel)s)."), customer=N_("We contacted you (%(channel)s).")
    ),
    "contact.internal": _says(N_("%(actor)s had an internal contact (%(channel)s).")),
    "contact.summed_up": _says(N_("%(actor)s summed up the contact:")),
    "contact.moved_away": _says(N_("%(actor)s moved a contact (%(channel)s) to the case %(reference)s.")),
    "contact.moved_here": _says(
        N_("%(actor)s moved a contact (%(channel)s) here from the case %(reference)s."),
        N_("%(actor)s attached a contact (%(channel)s) to this case."),
    ),
    "contact.courtesy": _says(N_("%(actor)s: this contact (%(channel)s) only said thank you, it does not count.")),
    "contact.counts": _says(N_("%(actor)s: this contact (%(channel)s) counts after all.")),
    # Walks
    "walk.started": _says(
        N_("%(actor)s started the guided path “%(process)s”, version %(version)s."),
        N_("%(actor)s started the guided path “%(process)s”."),
    ),
    "walk.told": _says(N_("%(actor)s told the customer:"), customer=N_("We told you:")),
    "walk.said": _says(N_("%(actor)s was told:"), customer=N_("We told you:")),
    "walk.asked": _says(N_("Asked: %(question)s"), customer=N_("We asked you: %(question)s")),
    "walk.answered": _says(
        N_("%(actor)s answered “%(question)s”: %(answer)s."),
        customer=N_("You were asked “%(question)s” and answered: %(answer)s."),
    ),
    "walk.went_back": _says(N_("%(actor)s went back to “%(question)s”."), N_("%(actor)s went back.")),
    "walk.facts_read": _says(N_("Read from %(source)s: %(facts)s."), N_("Read: %(facts)s.")),
    "walk.fact_unavailable": _says(N_("%(fact)s could not be read: %(because)s."), N_("%(fact)s could not be read.")),
    "walk.decided": _says(N_("Decided at “%(step)s”: %(branch)s.")),
    "walk.moved": _says(N_("%(actor)s moved the guided path to version %(version)s.")),
    "walk.ended": _says(N_("The guided path ended: %(outcome)s.")),
    # Robots
    "follow_up.planned": _says(
        N_("The robot looks again on %(due)s: %(label)s."),
        N_("The robot looks again on %(due)s."),
        customer=N_("We look again on %(due)s."),
    ),
    "follow_up.done": _says(
        N_("The robot looked, as planned: %(label)s."),
        N_("The robot looked, as planned."),
        customer=N_("We looked, as planned."),
    ),
    "follow_up.cancelled": _says(N_("%(actor)s cancelled the robot's check of %(due)s.")),
    "follow_up.postponed": _says(
        N_("%(actor)s postponed the robot's check to %(due)s."), customer=N_("We look again on %(due)s.")
    ),
    "follow_up.moved": _says(
        N_("Opening hours changed (%(actor)s): the robot looks on %(due)s instead of %(was)s."),
        customer=N_("We look again on %(due)s."),
    ),
    "follow_up.hastened": _says(N_("%(actor)s asked the robot to look now.")),
    "follow_up.parked": _says(
        N_("The robot gave up after %(attempts)s attempts; a person has to look: %(error)s"),
        N_("The robot gave up; a person has to look."),
    ),
    "follow_up.tried_again": _says(N_("%(actor)s asked the robot to try again.")),
    # Acts and messages
    "act.decided": _says(N_("%(actor)s decided: %(label)s (%(amount)s)."), N_("%(actor)s decided: %(label)s.")),
    "act.done": _says(
        N_("Done: %(label)s (%(amount)s)."),
        N_("Done: %(label)s."),
        customer=(N_("Done: %(label)s."),),  # what a gesture costs the house is no bill: texts say what is paid out
    ),
    "act.failed": _says(N_("Not done: %(label)s (%(because)s)."), N_("Not done: %(label)s.")),
    "act.unknown": _says(N_("Nobody knows whether this was done: %(label)s. A person has to find out.")),
    "act.let_go": _says(
        N_("%(actor)s let it be done: %(label)s (%(amount)s)."), N_("%(actor)s let it be done: %(label)s.")
    ),
    "act.refused": _says(N_("%(actor)s refused: %(label)s (%(amount)s)."), N_("%(actor)s refused: %(label)s.")),
    "act.cancelled": _says(N_("%(actor)s cancelled: %(label)s.")),
    "act.happened": _says(N_("%(actor)s found out that it was done: %(label)s."), customer=N_("Done: %(label)s.")),
    "act.did_not_happen": _says(N_("%(actor)s found out that it was not done: %(label)s.")),
    "message.decided": _says(N_("Message to the customer (%(channel)s): %(label)s")),
    "message.done": _says(
        N_("Sent to the customer (%(channel)s): %(label)s"), customer=N_("We wrote to you (%(channel)s): %(label)s")
    ),
    "message.failed": _says(
        N_("The message “%(label)s” could not be sent: %(because)s."), N_("The message “%(label)s” could not be sent.")
    ),
    "message.unknown": _says(N_("Nobody knows whether the message “%(label)s” was sent. A person has to find out.")),
    "message.cancelled": _says(N_("%(actor)s cancelled the message “%(label)s”.")),
    "message.happened": _says(
        N_("%(actor)s found out that the message “%(label)s” was sent."),
        customer=N_("We wrote to you (%(channel)s): %(label)s"),
    ),
    "message.did_not_happen": _says(N_("%(actor)s found out that the message “%(label)s” was not sent.")),
    "message.bounced": _says(N_("The message “%(label)s” came back: %(because)s.")),
    "message.automatic": _says(N_("An automatic answer came, nobody answers it: %(subject)s")),
    "message.told": _says(N_("%(actor)s told the customer (%(channel)s):"), customer=N_("We told you (%(channel)s):")),
    "call.unanswered": _says(
        N_("%(actor)s called %(number)s, nobody answered (try %(tried)s of %(tries)s)."),
        customer=N_("We tried to call you."),
    ),
    "file.refused": _says(N_("A file of the mail was not kept: %(name)s. %(because)s")),
    "file.added": _says(N_("%(actor)s added a file: %(name)s"), customer=N_("A file was added: %(name)s")),
    "message.received": _says(N_("The customer wrote (%(channel)s):"), customer=N_("You wrote (%(channel)s):")),
    # Tasks
    "task.created": _says(
        N_("Task for %(team)s, due on %(due)s: %(title)s"),
        N_("Task for %(team)s: %(title)s"),
    ),
    "task.claimed": _says(N_("%(actor)s took the task: %(title)s")),
    "task.handed_back": _says(N_("%(actor)s handed the task back: %(title)s")),
    "task.done": _says(N_("%(actor)s did the task: %(title)s")),
    "task.guest": _says(N_("%(actor)s invited %(guest)s to answer the task: %(title)s")),
    "clock.back": _says(N_("The case is back from where it was parked.")),
    "task.cancelled": _says(N_("The task is no longer needed: %(title)s")),
    # Promises
    "promise.made": _says(N_("Promised to the customer by %(by)s:"), customer=N_("We promised by %(by)s:")),
    "promise.kept": _says(N_("Promise kept."), customer=N_("Promise kept.")),
    "promise.broken": _says(N_("Promise broken: it was due on %(by)s.")),
    "promise.excused": _says(N_("%(actor)s excused the promise: %(because)s.")),
    "promise.withdrawn": _says(N_("The promise no longer applies.")),
}

ACTORS: Mapping[str, str] = {
    "robot": N_("The robot"),
    "customer": N_("The customer"),
    "assistant": N_("The assistant"),
    "system": N_("Ariane"),
}

CHANNELS: Mapping[str, str] = {
    "phone": N_("phone"),
    "mail": N_("mail"),
    "chat": N_("chat"),
    "sms": N_("SMS"),
    "selfcare": N_("customer space"),
    "store": N_("store"),
    "letter": N_("letter"),
    "social": N_("social network"),
    "assistant": N_("assistant"),
    "api": N_("API"),
    "robot": N_("robot"),
    "internal": N_("internal"),
}
"""Channels that have a name in every language; the list is open, any other is told as it is written."""

FAILURES: Mapping[str, str] = {
    "refused": N_("the other side refused"),
    "refused_by_person": N_("a second person refused"),
    "not_approved": N_("nobody approved it"),
    "did_not_happen": N_("a person found that it did not happen"),
    "changed_meanwhile": N_("what it rested on has changed since"),
    "already_done": N_("it was already done in another case"),
    "over_cap": N_("it goes over a limit"),
    "unreachable": N_("the service could not be reached"),
    "no_address": N_("nobody has an address to write to"),
    "address": N_("the address is none"),
    "recipient": N_("the mail server does not know the recipient"),
}
"""Why something was not done; the list is open, a service's own word is told as it is."""

_MOMENT = {"fr": "EEEE d MMMM y 'à' HH:mm", "en": "EEEE d MMMM y 'at' HH:mm"}
_PARAMETER = re.compile(r"%\((\w+)\)s")
_DOUBLE_STOP = re.compile(r"([.?!…])\.$")
"""What was quoted last ended its own sentence."""


def tell(entry: "TimelineEntry", language: str, zone: str, reader: Reader = "agent") -> str | None:
    """What happened, as one sentence in `language`, times in `zone` (a tz database name).

    None when `reader` is not shown that entry. `entry.words` are shown below the sentence, in quotes.
    """
    telling = KINDS.get(entry.kind)
    if telling is None:
        return entry.kind if reader == "agent" else None
    params = {name: said(value, language, zone) for name, value in entry.params.items()}
    params["actor"] = who(entry.actor, language)
    if "channel" in params:
        params["channel"] = channel_name(params["channel"], language)
    if entry.kind in ("act.failed", "message.failed") and "because" in params:
        params["because"] = failure_name(params["because"], language)
    sentences = telling.agent if reader == "agent" else telling.customer
    for msgid in sentences:
        if all(name in params for name in _PARAMETER.findall(msgid)):
            return _DOUBLE_STOP.sub(r"\1", translate(language, msgid, **params))
    return translate(language, sentences[-1]) if sentences else None


def who(actor: Mapping[str, Any], language: str) -> str:
    """Who acted, in words: a member of staff by name, others by what they are."""
    msgid = ACTORS.get(actor["kind"])
    return translate(language, msgid) if msgid else str(actor["name"])


def channel_name(channel: str, language: str) -> str:
    """The channel's name in `language`."""
    return translate(language, CHANNELS[channel]) if channel in CHANNELS else channel


def failure_name(failure: str, language: str) -> str:
    """Why something was not done, in `language`."""
    return translate(language, FAILURES[failure]) if failure in FAILURES else failure


def said(value: Any, language: str, zone: str) -> str:
    """A stored parameter in words: texts by language, moments, dates, money and lists as people write them."""
    match value:
        case {"$at": str(at)}:
            local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
            return format_datetime(local, _MOMENT[_spoken(language)], locale=writing(_spoken(language)))
        case {"$on": str(on)}:
            return format_date(date.fromisoformat(on), "long", locale=writing(_spoken(language)))
        case {"$money": [int(minor), str(currency)]}:
            return format_currency(Money(minor, currency).decimal, currency, locale=writing(_spoken(language)))
        case {"$unknown": _}:
            return translate(language, N_("unknown"))
        case dict():
            return pick(value, language)
        case list():
            return ", ".join(said(part, language, zone) for part in value)
        case bool():
            return translate(language, N_("yes") if value else N_("no"))
        case _:
            return str(value)


def _spoken(language: str) -> str:
    root = language.replace("_", "-").partition("-")[0].lower()
    return root if root in LANGUAGES else "en"
