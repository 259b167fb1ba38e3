"""The flagship's first conversation as a programmer would write it for this one process: a dictionary of functions.

It does what any such walk has to do, and no more: it takes the order number and two answers as they were typed and
refuses those that cannot be; keeps a trace with the values each decision rested on; looks up the values of the texts;
sets the dates of its waits in business time; stops at each question and can be taken up again from a plain dictionary.
The bench checks that its trace is ours, line by line. What it leaves out is what makes ours a language: facts that are
read when needed and get old, unknown values, visits, keys of effects, versions, and that the process is a document.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from base.business_time import Delay, add
from processes.walk.program import World

State = dict[str, Any]
NUMBER = re.compile(r"[#A-Z0-9][A-Z0-9/_.-]{0,39}")
CHOICES = {"still_missing": ("not_come", "got_it"), "remedy": ("reship", "refund")}
STUCK, LOST = timedelta(days=7), timedelta(days=15)
HANDED, ONE_DAY, TWO_DAYS = Delay(2, "business days"), Delay(1, "days"), Delay(2, "days")
NEXT_DAY, SIX = Delay(1, "business days"), time(18)


def start(world: World, facts: dict[str, Any], number: str) -> State:
    """From the order number to the first stop."""
    number = number.strip().replace(" ", "").upper()
    if not NUMBER.fullmatch(number):
        raise ValueError(number)
    trace = [("", "order_number", "known", None, None)]
    state = {"world": world, "facts": facts, "order_number": number, "trace": trace, "words": [], "effects": []}
    return _run(state, "order_found")


def answer(state: State, raw: str) -> State:
    """From an answer to the next stop; the state given is left as it is."""
    state = dict(state, trace=[], words=[], effects=[])
    step = state["waiting"]["step"]
    value = raw.strip()
    if value not in state["waiting"]["choices"]:
        raise ValueError(value)
    state[step] = value
    _note(state, step, "answered", value)
    return _run(state, AFTER[step, value])


def _run(state: State, step: str) -> State:
    while step:
        step = STEPS[step](state)
    return state


def _note(state: State, step: str, what: str, branch: Any = None, values: Any = None) -> None:
    state["trace"].append(("", step, what, branch, values))


def _order_found(state: State) -> str:
    order = state["facts"].get("order")
    _note(state, "order_found", "decide", "otherwise" if order else "nowhere", {"order": order})
    return "parcel" if order else "wrong_number"


def _parcel(state: State) -> str:
    found = state["facts"]["parcels"]
    parcels = [
        {**parcel, **found}
        for parcel in state["facts"]["order"]["parcels"]
        if parcel["direction"] == "out" and not parcel["replaced"]
    ]
    if len(parcels) != 1:
        return "which_parcel"
    [state["parcel"]] = parcels
    _note(state, "parcel", "only_one", state["parcel"]["number"])
    return "promised"


def _promised(state: State) -> str:
    order = state["facts"]["order"]
    promised = order.get("promised_on") or (order["placed_at"] + timedelta(days=30)).date()
    state["promised"] = promised
    _note(state, "promised", "set", None, promised)
    return "situation"


def _situation(state: State) -> str:
    parcel, order, promised, world = state["parcel"], state["facts"]["order"], state["promised"], state["world"]
    last = parcel.get("last_event_at") or parcel.get("sent_at") or order["placed_at"]
    row, state["situation"] = _row(world, parcel["status"], last, promised, world.today)
    values = {
        "order.placed_at": order["placed_at"], "parcel.last_event_at": parcel.get("last_event_at"),
        "parcel.sent_at": parcel.get("sent_at"), "parcel.status": parcel["status"], "promised": promised,
    }  # fmt: skip
    _note(state, "situation", "table", row, values)
    return "which"


def _row(world: World, status: str, last: datetime, promised: date, today: date) -> tuple[int, str]:
    """The rows of the table that a parcel under way may meet."""
    if status in ("announced", "unknown_parcel") and world.now >= add(world.calendar, last, HANDED):
        return 0, "in_warehouse"
    if status in ("announced", "unknown_parcel") and promised < today:
        return 1, "in_warehouse"
    if status in ("in_transit", "out_for_delivery") and world.now - last >= STUCK:
        return 2, "lost"
    if status in ("in_transit", "customs") and promised < today - LOST:
        return 4, "lost"
    if status in ("in_transit", "customs") and promised < today:
        return 5, "late"
    return 7, "on_its_way"


def _which(state: State) -> str:
    _note(state, "which", "decide", state["situation"], state["situation"])
    return {"late": "late", "lost": "lost", "in_warehouse": "not_left", "on_its_way": "on_its_way"}[state["situation"]]


def _late(state: State) -> str:
    values = {"parcel.last_event_at": state["parcel"].get("last_event_at"), "promised": state["promised"]}
    state["words"].append(("late", values))
    _note(state, "late", "say")
    return "still_missing"


def _still_missing(state: State) -> str:
    return _ask(state, "still_missing", CHOICES["still_missing"], {}, ONE_DAY, None)


def _remedy(state: State) -> str:
    stock = state["facts"].get("stock")
    open_ = CHOICES["remedy"] if stock is None or stock["available"] else CHOICES["remedy"][1:]
    return _ask(state, "remedy", open_, {"situation": state["situation"]}, TWO_DAYS, ONE_DAY)


def _ask(
    state: State, step: str, choices: tuple[str, ...], values: dict[str, Any], within: Delay, remind: Delay | None
) -> str:
    world = state["world"]
    state["waiting"] = {
        "step": step, "choices": choices, "values": values, "since": world.now,
        "deadline": add(world.calendar, world.now, within),
        "remind": None if remind is None else add(world.calendar, world.now, remind),
    }  # fmt: skip
    _note(state, step, "asked")
    return ""


def _look_first(state: State) -> str:
    situation = state["situation"]
    _note(state, "look_first", "decide", "late" if situation == "late" else "otherwise", {"situation": situation})
    if situation != "late":
        return "repair"
    _note(state, "choose.go_to.follow.1", "goes_to", "follow")
    return "look_on"


def _look_on(state: State) -> str:
    world = state["world"]
    noon = world.calendar.instant(world.today, time(12))
    state["look_on"] = world.calendar.local(add(world.calendar, noon, NEXT_DAY)).date()
    _note(state, "look_on", "set", None, state["look_on"])
    return "we_look"


def _we_look(state: State) -> str:
    world = state["world"]
    words = ("we_look", {"look_on": state["look_on"]})
    state["words"].append(words)
    state["effects"] += [("promise", add(world.calendar, world.now, HANDED)), ("mail", words)]
    _note(state, "we_look", "say")
    return "next_day"


def _next_day(state: State) -> str:
    world, status = state["world"], state["parcel"]["status"]
    if status not in ("in_transit", "customs", "out_for_delivery"):
        return "next_look"
    deadline = add(world.calendar, world.now, NEXT_DAY, SIX)
    state["waiting"] = {"step": "next_day", "since": world.now, "deadline": deadline}
    _note(state, "next_day", "waits", None, {"parcel.status": status})
    return ""


STEPS: dict[str, Callable[[State], str]] = {
    "order_found": _order_found, "parcel": _parcel, "promised": _promised, "situation": _situation, "which": _which,
    "late": _late, "still_missing": _still_missing, "remedy": _remedy, "look_first": _look_first, "look_on": _look_on,
    "we_look": _we_look, "next_day": _next_day,
}  # fmt: skip
AFTER = {
    ("still_missing", "not_come"): "remedy", ("still_missing", "got_it"): "just_come",
    ("remedy", "reship"): "look_first", ("remedy", "refund"): "look_first",
}  # fmt: skip
