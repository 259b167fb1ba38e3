"""What a state looks like: its word, its icon and its tone, always the three together, never a colour alone.

`{{ chip_of(look("parcel", "lost")) }}`; a state that nobody listed shows as unknown, with its raw word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Flask

from base.languages import N_

Tone = Literal["neutral", "info", "good", "warn", "bad", "robot"]


@dataclass(frozen=True)
class Look:
    word: str
    """English sentence of the catalogue; told by the macro that shows it."""
    icon: str
    tone: Tone = "neutral"


LOOKS: Mapping[str, Mapping[str, Look]] = {
    "parcel": {
        "announced": Look(N_("Announced"), "clock"),
        "in_transit": Look(N_("In transit"), "truck-delivery", "info"),
        "out_for_delivery": Look(N_("Out for delivery"), "truck-delivery", "info"),
        "ready_for_pickup": Look(N_("Ready for pickup"), "map-pin", "info"),
        "delivery_failed": Look(N_("Delivery failed"), "alert-triangle", "warn"),
        "delivered": Look(N_("Delivered"), "circle-check", "good"),
        "partially_delivered": Look(N_("Partly delivered"), "package", "warn"),
        "returning": Look(N_("On its way back"), "truck-return", "warn"),
        "returned": Look(N_("Returned"), "truck-return", "neutral"),
        "lost": Look(N_("Lost"), "package-off", "bad"),
        "damaged": Look(N_("Damaged"), "alert-triangle", "bad"),
        "customs": Look(N_("At customs"), "building-store", "warn"),
        "unknown_parcel": Look(N_("Not known to the carrier"), "zoom-question", "warn"),
    },
    "case": {
        "open": Look(N_("In progress"), "circle-dashed", "info"),
        "waiting": Look(N_("Waiting"), "clock-pause", "robot"),
        "with_people": Look(N_("With people"), "users", "warn"),
        "closed": Look(N_("Closed"), "circle-check", "neutral"),
    },
    "task": {
        "open": Look(N_("To do"), "circle-dashed", "info"),
        "claimed": Look(N_("In hand"), "user", "warn"),
        "done": Look(N_("Done"), "circle-check", "good"),
        "cancelled": Look(N_("Cancelled"), "ban", "neutral"),
    },
    "effect": {
        "pending": Look(N_("To be done"), "clock", "info"),
        "sending": Look(N_("Under way"), "send", "info"),
        "done": Look(N_("Done"), "circle-check", "good"),
        "failed": Look(N_("Failed"), "circle-x", "bad"),
        "unknown": Look(N_("Outcome unknown"), "help-circle", "warn"),
        "cancelled": Look(N_("Cancelled"), "ban", "neutral"),
    },
    "follow_up": {
        "waiting": Look(N_("Planned"), "clock-pause", "robot"),
        "queued": Look(N_("About to run"), "robot", "robot"),
        "running": Look(N_("Running"), "robot", "robot"),
        "done": Look(N_("Done"), "circle-check", "good"),
        "parked": Look(N_("Parked"), "alert-triangle", "warn"),
        "cancelled": Look(N_("Cancelled"), "ban", "neutral"),
    },
    "incident": {
        "planned": Look(N_("Not begun"), "clock-pause", "neutral"),
        "on": Look(N_("Going on"), "alert-triangle", "warn"),
        "over": Look(N_("Over"), "circle-check", "good"),
    },
    "promise": {
        "open": Look(N_("Promised"), "calendar-event", "info"),
        "kept": Look(N_("Kept"), "circle-check", "good"),
        "broken": Look(N_("Broken"), "circle-x", "bad"),
        "excused": Look(N_("Excused"), "info-circle", "neutral"),
        "withdrawn": Look(N_("Withdrawn"), "ban", "neutral"),
    },
    "version": {
        "draft": Look(N_("Draft"), "pencil", "warn"),
        "published": Look(N_("Published"), "circle-check", "good"),
    },
    "check": {
        "error": Look(N_("Error"), "circle-x", "bad"),
        "warning": Look(N_("Warning"), "alert-triangle", "warn"),
        "good": Look(N_("All checks pass"), "circle-check", "good"),
    },
    "channel": {
        "phone": Look(N_("Phone"), "phone"),
        "mail": Look(N_("Mail"), "mail"),
        "chat": Look(N_("Chat"), "message-circle"),
        "selfcare": Look(N_("Selfcare"), "device-mobile"),
        "sms": Look(N_("Text message"), "message"),
        "shop": Look(N_("Shop"), "building-store"),
    },
    "walker": {
        "agent": Look(N_("Agent"), "headset"),
        "customer": Look(N_("Customer"), "user"),
        "robot": Look(N_("Robot"), "robot", "robot"),
        "assistant": Look(N_("Assistant"), "message-circle"),
        "system": Look(N_("Ariane"), "settings"),
    },
    "step": {
        "say": Look(N_("Say"), "message"),
        "ask": Look(N_("Question"), "help-circle"),
        "decide": Look(N_("Decision"), "git-branch"),
        "table": Look(N_("Decision table"), "table"),
        "act": Look(N_("Action"), "bolt"),
        "note": Look(N_("Note"), "note"),
        "task": Look(N_("Task"), "checkbox"),
        "hand_over": Look(N_("Hand over"), "users"),
        "wait": Look(N_("Wait"), "hourglass"),
        "repeat": Look(N_("Repeat"), "repeat"),
        "for_each": Look(N_("For each"), "list-numbers"),
        "call": Look(N_("Sub-process"), "sitemap"),
        "start": Look(N_("Start a walk"), "player-play"),
        "go_to": Look(N_("Go to"), "corner-up-right"),
        "close": Look(N_("Closing"), "flag"),
        "read": Look(N_("Live data"), "database"),
        "promise": Look(N_("Promise"), "calendar-event"),
    },
}


def install(app: Flask) -> None:
    app.jinja_env.globals["look"] = look


def look(kind: str, state: str) -> Look:
    """How `state` of `kind` (parcel, case, task, effect…) is shown."""
    return LOOKS[kind].get(state) or Look(str(state), "help-circle", "warn")
