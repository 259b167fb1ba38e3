"""Waits: on the business calendar, until something holds, and what follows when it never does."""

from datetime import UTC, date, datetime, time
from typing import Any, cast

import pytest

from base.business_time import Calendar, Hours
from processes.walk.errors import StaleStep
from processes.walk.turn import Message
from processes.walk.values import UNKNOWN
from tests.walk.story import OFFICE, Story, at, played

TOP = "facts: {order: {from: shop.order, with: {number: \"'RC-1'\"}, max_age: 10 minutes}}\n"
FRIDAY = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)


def waiting(keys: str, *, facts: dict[str, Any] | None = None, **given: Any) -> Story:
    steps = f"""
    - {{wait: it, {keys}}}
    - {{close: done}}
    """
    return played(steps, top=TOP, facts=facts or {"order": {"paid": False}}, **given).start()


NEVER = "if_never: [{close: other}], unknown: [{close: third}]"


def test_a_delay_passes() -> None:
    story = waiting("for: 2 hours")
    assert story.waiting.wake_at == at(2, 11)
    assert story.later("1 hour").look_now().waiting.kind == "timing", "woken too early, it waits on"
    assert story.wake().outcome == "done"
    assert story.scope["it"] == "met"


def test_one_business_day_at_six_is_a_day_and_not_24_hours() -> None:
    story = waiting(f'within: 1 business day, at: "18:00", until: order.paid, {NEVER}', now=FRIDAY)
    assert story.waiting.wake_at == at(9, 17), "Monday at 18:00 in Paris"


def test_summer_time_moves_the_instant_and_not_the_clock_on_the_wall() -> None:
    saturday = datetime(2026, 3, 28, 17, tzinfo=UTC)  # 18:00 in Paris; clocks go forward that night
    assert waiting("for: 1 day", now=saturday).waiting.wake_at == datetime(2026, 3, 29, 16, tzinfo=UTC)
    assert waiting("for: 24 hours", now=saturday).waiting.wake_at == datetime(2026, 3, 29, 17, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 16, tzinfo=UTC)
    assert waiting("for: 1 day", now=autumn).waiting.wake_at == datetime(2026, 10, 25, 17, tzinfo=UTC)


def test_a_wall_time_that_does_not_exist_moves_forward() -> None:
    story = waiting('for: 1 day, at: "02:30"', now=datetime(2026, 3, 28, 9, tzinfo=UTC))
    assert story.waiting.wake_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "03:30 in summer time"


def test_holidays_and_closures_are_no_business_days() -> None:
    closed = Calendar(
        "Europe/Paris", OFFICE.hours, frozenset({date(2026, 3, 3)}), ((date(2026, 3, 4), date(2026, 3, 5)),)
    )
    story = waiting('for: 1 business day, at: "09:00"', calendar=closed)
    assert story.waiting.wake_at == datetime(2026, 3, 6, 8, tzinfo=UTC)


def test_lunch_is_no_business_time() -> None:
    halves = ((time(9), time(12)), (time(14), time(18)))
    lunch = Calendar("Europe/Paris", cast(Hours, (halves,) * 5 + ((),) * 2))
    story = waiting("for: 3 business hours", calendar=lunch)  # from 10:00: until 12:00, then one hour more
    assert story.waiting.wake_at == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_what_holds_already_is_not_waited_for() -> None:
    story = waiting(f"within: 1 day, until: order.paid, {NEVER}", facts={"order": {"paid": True}})
    assert story.outcome == "done"
    assert story.scope["it"] == "met"


def test_never_is_taken_only_when_the_last_look_said_no() -> None:
    story = waiting(f"within: 1 day, until: order.paid, {NEVER}")
    assert story.wake().outcome == "other"
    assert story.scope["it"] == "never"


def test_unknown_is_not_never() -> None:
    story = waiting(f"every: 8 hours, within: 1 day, until: order.paid, {NEVER}")
    story.facts["order"] = UNKNOWN
    for _ in range(2):
        assert story.wake().waiting.kind == "timing", "while waiting, unknown means not yet"
    assert story.wake().outcome == "third"
    assert "it" not in story.scope


def test_it_looks_every_so_often_and_not_past_its_end() -> None:
    story = waiting(f'every: 1 business day, at: "18:00", within: 3 days, until: order.paid, {NEVER}')
    looks = [story.waiting.wake_at]
    while story.wake().waiting.kind == "timing":
        looks.append(story.waiting.wake_at)
    assert looks == [at(3, 17), at(4, 17), at(5, 17)]
    assert story.outcome == "other"


def test_an_end_by_a_moment_and_the_earlier_of_two() -> None:
    facts = {"order": {"promised_on": date(2026, 3, 4), "paid": False}}
    by = waiting(f"by: order.promised_on, until: order.paid, {NEVER}", facts=facts)
    assert by.waiting.deadline == datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC), "a date ends with its day"
    both = waiting(f"by: order.promised_on, within: 1 day, until: order.paid, {NEVER}", facts=facts)
    assert both.waiting.deadline == at(3, 9)
    cut = waiting("for: 9 days, by: order.promised_on", facts=facts)
    assert cut.waiting.deadline == datetime(2026, 3, 4, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("order", [{"paid": False}, {"paid": False, "promised_on": UNKNOWN}])
def test_an_end_nobody_can_tell_is_a_doubt_and_no_eternity(order: dict[str, Any]) -> None:
    assert waiting(f"by: order.promised_on, until: order.paid, {NEVER}", facts={"order": order}).outcome == "third"


def test_an_end_already_past_is_looked_at_at_once() -> None:
    facts = {"order": {"promised_on": date(2026, 2, 1), "paid": False}}
    story = waiting(f"by: order.promised_on, until: order.paid, {NEVER}", facts=facts)
    assert story.waiting.wake_at is not None
    assert story.waiting.wake_at < story.now
    assert story.wake().outcome == "other"


REMINDERS = "[{after: 1 day, to: customer, text: {en: Soon}}, {before: 12 hours, to: desk, text: {en: Look}}]"
REMIND = f"within: 3 days, until: order.paid, remind: {REMINDERS}, "


def test_reminders_go_out_once_each() -> None:
    story = waiting(REMIND + NEVER)
    assert story.waiting.wake_at == at(3, 9)
    story.wake()
    assert [(m.to, m.purpose, m.key) for m in story.effects if isinstance(m, Message)] == [
        ("customer", "reminder", "w::it:1:reminder-0")
    ]
    assert story.wake().mails == [("reminder", ["it"])]
    assert story.waiting.wake_at == at(5, 9)
    assert story.wake().mails == []
    assert story.outcome == "other"


def test_a_reminder_whose_moment_is_past_is_left_out() -> None:
    keys = "within: 6 hours, until: order.paid, remind: [{before: 12 hours, to: customer, text: {en: Soon}}], "
    story = waiting(keys + NEVER)
    assert story.waiting.wake_at == story.waiting.deadline


def test_a_robot_late_by_days_writes_each_reminder_and_then_ends() -> None:
    story = waiting(REMIND + NEVER)
    story.later("10 days").look_now()
    assert len(story.mails) == 2
    assert story.outcome == "other"


def test_a_webhook_brings_the_look_forward() -> None:
    story = waiting(f"within: 3 days, until: order.paid, {NEVER}").later("1 hour")
    assert story.told("order").waiting.kind == "timing"
    story.facts["order"] = {"paid": True}
    assert story.later("1 minute").told("order").outcome == "done"
    assert story.read_facts() == ["order anew"]


def test_a_named_calendar() -> None:
    night = Calendar("Europe/Paris", cast(Hours, (((time(0), time(0)),),) * 7))
    story = waiting("for: 1 business day, calendar: night", now=FRIDAY)
    assert story.waiting.wake_at == at(9, 15, 30), "an unknown name is the process's own"

    class Night(Story):
        @property
        def world(self) -> Any:
            from dataclasses import replace

            return replace(super().world, calendars={"night": night})

    other = Night(story.program, now=FRIDAY).start()
    assert other.waiting.wake_at == at(7, 15, 30)


def test_only_time_and_news_move_a_wait() -> None:
    story = waiting("for: 2 hours")
    with pytest.raises(StaleStep):
        story.answer("yes", step="it", visit=1)


def test_words_are_shown_at_the_wait_and_mailed_to_who_is_going_off() -> None:
    steps = """
    - {say: soon, text: {en: Soon}}
    - {note: hint, text: {en: For staff}}
    - {wait: it, for: 1 day}
    - {say: here, text: {en: It is here}}
    - {close: done}
    """
    customer = played(steps, walker="customer").start()
    assert customer.said == ["soon", "hint"]
    assert customer.mails == [("confirmation", ["soon"])]
    assert played(steps, walker="agent").start().mails == []
    assert customer.wake().mails == [("words", ["here"])]
    assert customer.outcome == "done"


def test_the_state_does_not_grow_with_sixty_daily_looks() -> None:
    import json

    story = waiting(f'every: 1 day, at: "18:00", within: 90 days, until: order.paid, {NEVER}')
    sizes = []
    for _ in range(60):
        story.wake()
        sizes.append(len(json.dumps(story.walk.to_json())))
    assert story.waiting.kind == "timing"
    assert max(sizes) < 1.1 * sizes[0]
