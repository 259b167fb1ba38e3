"""Whatever the document and whatever happens: a walk never crashes, always waits, never uses a key twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.money import Money
from processes.language.compile import compile_document
from processes.language.document import Document
from processes.walk.errors import EndlessWalk, LostWalk, Refused, StaleStep
from processes.walk.events import (
    Answered,
    Confirmed,
    EffectDone,
    EffectFailed,
    EffectUnknown,
    Event,
    EventReceived,
    HandedBack,
    Started,
    TaskDone,
    Woken,
)
from processes.walk.turn import Act, Acting, Asking, Confirming, Ended, TaskWaiting, Waiting, WithPeople
from processes.walk.values import MISSING, UNKNOWN
from tests.walk.story import Story

CONDITIONS = [
    "order.paid", "order.total > 20 EUR", "order.total is missing", 'any(parcels, .status = "delivered")',
    "count(parcels) >= 2", "parcels is known", "stock.available", 'channel = "phone"',
    "since(order.placed_at) > 2 days", 'a1 = "yes"', "a2 is missing", "case.count > 1", "order.total",
    'parcel.status = "lost"', "r3.amount > 1 EUR",
]  # fmt: skip
VALUES = [
    "order.number",
    "order.total",
    "order.total + 1 EUR",
    "a1",
    "count(parcels)",
    "now",
    "order.total + 1 day",
    "r3",
]
DELAYS = ["1 hour", "1 day", "2 business days", "0 minutes"]
TOP: dict[str, Any] = {
    "ariane": 1, "process": "any", "title": {"en": "Any"}, "reason": "x", "audience": ["agent"],
    "outcomes": {"done": "solved", "other": "unsolved"},
    "needs": {"number": {"kind": "order_number", "label": {"en": "Number"}}},
    "facts": {
        "order": {"from": "shop.order", "with": {"number": "number"}, "max_age": "10 minutes"},
        "parcels": {"from": "carrier.tracking", "each": "order.parcels", "key": ".number", "max_age": "5 minutes",
                    "with": {"carrier": ".carrier", "number": ".number"}},
        "stock": {"from": "shop.stock", "with": {"lines": "parcel.lines"}},
    },
    "in_doubt": [{"hand_over": "team", "because": "in_doubt", "return_to": ["s1"]}],
}  # fmt: skip
TEXT = {"en": "{{ order.number | default('?') }} {% if parcel %}{{ parcel.status }}{% endif %}"}


@dataclass
class Names:
    """Gives each step a name of its own."""

    last: int = 0

    def __call__(self, letter: str) -> str:
        self.last += 1
        return f"{letter}{self.last}"


conditions, values, delays = st.sampled_from(CONDITIONS), st.sampled_from(VALUES), st.sampled_from(DELAYS)


@st.composite
def branches(draw: st.DrawFn, names: Names, depth: int, most: int = 3) -> list[dict[str, Any]]:
    """A list of steps that may end in the open."""
    steps = [draw(steps_of(names, depth)) for _ in range(draw(st.integers(1, most)))]
    if draw(st.integers(0, 3)) == 0:
        steps.append(draw(endings(names)))
    return steps


def endings(names: Names) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda o: {"close": o, "id": names("c"), "text": TEXT}, st.sampled_from(["done", "other"])),
        st.builds(lambda s: {"go_to": s, "at_most": 2}, st.sampled_from(["s1", "s2"])),
        st.builds(lambda: {"hand_over": "team", "because": names("h"), "return_to": ["s1", "s2"], "within": "1 day"}),
    )


def steps_of(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    kinds = [_say, _ask, _ask, _choose, _set, _wait, _act, _act, _send, _task, _item, _start]
    kinds += [_decide, _repeat, _each] if depth else []
    return st.sampled_from(kinds).flatmap(lambda kind: kind(names, depth))


def _branch(names: Names, depth: int) -> st.SearchStrategy[Any]:
    return st.just("go_on") | branches(names, depth - 1) if depth else st.just("go_on")


def _say(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda c: {"say": names("y"), "text": TEXT, **({"if": c} if c else {})}, st.none() | conditions)


def _send(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda: {"send": names("m"), "text": TEXT, "subject": TEXT})


def _ask(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda within, no, ends: {
            "ask": names("a"), "kind": "yes_no", "text": TEXT, "if_no": no, "ends_when": ends,
            "remind": [{"after": "1 hour"}], "max_age": "1 hour",
            **({"within": within, "if_never": "go_on"} if within else {}),
        },
        st.none() | delays, _branch(names, depth), conditions,
    )  # fmt: skip


def _choose(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda when, default: {
            "ask": names("q"), "kind": "choice", "text": TEXT, "within": "1 day", "default": default, "choices": [
                {"value": "x", "label": TEXT, "if": when}, {"value": "y", "label": TEXT},
            ],
        },
        conditions, st.sampled_from(["x", "y"]),
    )  # fmt: skip


def _item(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda when, none: {
            "ask": names("i"), "kind": "item", "text": TEXT, "of": {"list": "parcels", "show": [".number", ".status"]},
            "if_none": none, **({"if": when} if when else {}),
        },
        st.none() | conditions, _branch(names, depth),
    )  # fmt: skip


def _set(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda value: {"set": names("v"), "to": value}, values)


def _wait(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda until, every, never: {
            "wait": names("w"), "until": until, "within": "3 days", "every": every, "at": "18:00", "if_never": never,
        },
        conditions, delays.filter(lambda delay: delay != "0 minutes"), _branch(names, depth),
    )  # fmt: skip


def _act(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda keys, fails: {
            "act": names("r"), "using": "shop.refund", "with": {"order": "order.number"}, "amount": "order.total",
            "if_fails": fails, **keys,
        },
        st.sampled_from([
            {}, {"confirm": TEXT}, {"cap": "100 EUR"}, {"open_to": ["customer", "agent", "robot"]},
            {"approval": {"when": "order.total > 20 EUR", "who": "boss", "within": "1 day"}},
        ]),
        _branch(names, depth),
    )  # fmt: skip


def _task(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda waits, never: {
            "task": names("t"), "for": "desk", "text": TEXT,
            **({"within": "1 day", "if_never": never, "remind": [{"before": "2 hours"}]} if waits else {}),
            **({} if waits else {"due": "1 day"}),
        },
        st.booleans(), _branch(names, depth),
    )  # fmt: skip


def _start(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda: {"start": "watch", "id": names("z"), "with": {"number": "order.number"}})


def _decide(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda when, yes, no: {
            "decide": names("d"), "cases": [{"when": when, "steps": yes}], "otherwise": no,
        },
        conditions, branches(names, depth - 1), _branch(names, depth),
    )  # fmt: skip


def _repeat(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda until, every, steps: {
            "repeat": names("e"), "until": until, "at_most": 3, "every": every, "steps": steps, "if_never": "go_on",
        },
        conditions, st.none() | st.just("1 day"), branches(names, depth - 1),
    )  # fmt: skip


def _each(names: Names, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda steps: {"for_each": names("f"), "in": "order.parcels", "key": ".number", "at_most": 2, "steps": steps},
        branches(names, depth - 1, 2),
    )  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Document:
    names = Names()
    first = draw(branches(names, 2, 5))
    second = [*draw(branches(names, 2, 4)), {"close": "done", "id": "the_end"}]
    return Document.model_validate(
        {**TOP, "sections": [{"section": "s1", "steps": first}, {"section": "s2", "steps": second}]}
    )


TWO = [{"number": "6A1", "carrier": "dhl", "lines": ["L"]}, {"number": "6A2", "carrier": "dhl", "lines": ["V"]}]
SOUND = {"number": "RC-1", "total": Money(5000, "EUR"), "paid": False, "parcels": TWO}
TRACKED = {"6A1": {"status": "delivered"}, "6A2": {"status": "in_transit"}}
odd_orders = st.fixed_dictionaries(
    {},
    optional={
        "number": st.just("RC-1"),
        "total": st.sampled_from([Money(500, "EUR"), Money(1, "USD"), "cheap", UNKNOWN, MISSING]),
        "paid": st.sampled_from([True, UNKNOWN, "perhaps"]),
        "parcels": st.sampled_from(
            [[], TWO[:1], [{"number": "6A1"}], UNKNOWN, "none", [UNKNOWN], [{"carrier": "dhl"}]]
        ),
    },
).map(lambda odd: {**SOUND, **odd})
tracked = st.dictionaries(
    st.sampled_from(["6A1", "6A2", "MISSING"]),
    st.sampled_from([{"status": "delivered"}, {"status": UNKNOWN}, UNKNOWN, None, {"status": "lost", "lines": ["L"]}]),
).map(lambda odd: {**TRACKED, **odd})
odd_worlds = st.fixed_dictionaries(
    {"order": odd_orders | st.sampled_from([None, UNKNOWN]), "parcels": tracked},
    optional={"stock": st.sampled_from([{"available": True}, None])},
)
worlds = st.just({"order": SOUND, "parcels": TRACKED, "stock": {"available": True}}) | odd_worlds


class Chaos:
    """Draws what happens next: mostly what the walk waits for, sometimes anything at all."""

    def __init__(self, data: st.DataObject, story: Story) -> None:
        self.data, self.story = data, story

    def next(self) -> Event:
        draw = self.data.draw
        who: dict[str, Any] = {"walker": draw(st.sampled_from(["agent", "customer", "robot"])), "language": "en"}
        waiting = self.story.waiting
        if draw(st.integers(0, 5)) == 0:
            return draw(st.sampled_from(list(self._anything(who, waiting))))
        return draw(st.sampled_from(list(self._fitting(who, waiting))))

    def _fitting(self, who: dict[str, Any], waiting: Waiting) -> Iterator[Event]:
        match waiting:
            case Asking():
                options = [choice.value for field in waiting.fields for choice in field.choices]
                for value in ["yes", "no", "RC-1", *options]:
                    yield Answered(step=waiting.step, visit=waiting.visit, value=value, **who)
            case Confirming():
                for yes in (True, False):
                    yield Confirmed(step=waiting.step, visit=waiting.visit, yes=yes, **who)
            case Acting():
                yield EffectDone(key=waiting.key, result={"amount": Money(100, "EUR")}, **who)
                yield EffectFailed(key=waiting.key, **who)
                yield EffectUnknown(key=waiting.key, **who)
            case TaskWaiting():
                yield TaskDone(key=waiting.key, answers={"approved": "yes"}, **who)
                yield TaskDone(key=waiting.key, answers={}, **who)
            case WithPeople():
                for section in waiting.return_to or ("s1",):
                    yield HandedBack(section=section, **who)
            case Ended():
                yield Woken(**who)
        if waiting.wake_at is not None:
            yield Woken(walker="robot")

    def _anything(self, who: dict[str, Any], waiting: Waiting) -> Iterator[Event]:
        yield Started(needs={"number": "RC-1"}, **who)
        yield Answered(step="a1", visit=1, value={"x": [1]}, **who)
        yield Answered(step=waiting.step, visit=waiting.visit, value=[], **who)
        yield Confirmed(step=waiting.step, visit=waiting.visit, **who)
        yield EffectDone(key="w::nothing:1:act", **who)
        yield TaskDone(key="w::nothing:1:task", **who)
        yield HandedBack(section="s2", **who)
        yield EventReceived(fact="order", walker="robot")
        yield Woken(walker="robot")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents(), st.data())
def test_any_walk(document: Document, data: st.DataObject) -> None:
    compiled = compile_document(document, "1")
    if compiled.program is None:
        assert {fault.code for fault in compiled.faults} <= {"dead_end", "cycle"}
        return
    story = Story(compiled.program, facts=data.draw(worlds), case={"count": 1})
    try:
        story.start(number=data.draw(st.sampled_from(["RC-1", "RC-1", None])))
        chaos = Chaos(data, story)
        for _ in range(data.draw(st.integers(0, 12))):
            event = chaos.next()
            story.now += data.draw(st.sampled_from([timedelta(), timedelta(minutes=3), timedelta(days=1, hours=2)]))
            if data.draw(st.booleans()):
                story.facts = data.draw(worlds)
            try:
                story.take(event)
            except (StaleStep, Refused):
                continue
    except EndlessWalk:
        return  # told with its step, and nothing was decided in that turn
    except LostWalk:
        raise AssertionError("there is an `in_doubt`") from None
    keys = [effect.key for effect in story.all_effects]
    assert len(keys) == len(set(keys)), keys
    decided = [(act.step, act.visit) for act in story.all_effects if isinstance(act, Act)]
    assert len(decided) == len(set(decided))
