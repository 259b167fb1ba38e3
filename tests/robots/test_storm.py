"""The storm, short: nothing lost, nothing done twice, whatever dies. And the checker sees what it has to see."""

from dataclasses import replace

import pytest

from tests.storm.checker import Evidence, SeenEffect, check
from tests.storm.storm import Engine, Plan, rage


@pytest.mark.postgres
@pytest.mark.parametrize("engine", ["embedded", "procrastinate"])
def test_after_a_storm_nothing_is_lost_and_nothing_was_done_twice(engine: Engine) -> None:
    outcome = rage(Plan(engine=engine, cases=25, seconds=7, clock=120, kills_per_s=1, seed=7))
    assert outcome.faults == [], outcome.figures()
    assert outcome.evidence.kills > 0
    assert outcome.evidence.pauses > 0
    assert sum(outcome.evidence.requests.values()) >= 25


ACT = SeenEffect(key="w1:act:1", kind="act", state="done", order="RC-1")
MAIL = SeenEffect(key="w1:mail:1", kind="message", state="done", order="RC-1", message_id="<m1>")
FINE = Evidence(
    orders=["RC-1"], checks=[("RC-1", "done")], woken={"RC-1": 1}, told={"RC-1": 1}, effects=[ACT, MAIL],
    shipped={"w1:act:1": "RC-1"}, requests={"w1:act:1": 3}, mails={"<m1>": 1},
)  # fmt: skip
IN_DOUBT = replace(MAIL, state="unknown", has_task=True)


@pytest.mark.parametrize(
    "seen",
    [
        FINE,
        replace(FINE, effects=[ACT, IN_DOUBT]),
        replace(FINE, pauses=3, refused_writers=1),
        replace(FINE, checks=[("RC-1", "done")] * 2, woken={"RC-1": 2}, told={"RC-1": 2}),
        replace(FINE, effects=[ACT, IN_DOUBT], mails={}),
        replace(FINE, effects=[replace(ACT, state="failed"), MAIL], shipped={}),
    ],
)
def test_a_promise_that_was_kept_passes(seen: Evidence) -> None:
    assert check(seen) == []


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(replace(FINE, checks=[]), id="a check is lost"),
        pytest.param(replace(FINE, checks=[("RC-1", "waiting")]), id="a check never ends"),
        pytest.param(replace(FINE, woken={"RC-1": 2}), id="two robots wrote one check"),
        pytest.param(replace(FINE, woken={}), id="a check left no trace"),
        pytest.param(replace(FINE, told={"RC-1": 2}), id="a check is told twice"),
        pytest.param(replace(FINE, effects=[ACT, ACT, MAIL]), id="one act is decided twice"),
        pytest.param(replace(FINE, effects=[replace(ACT, state="sending"), MAIL]), id="an act hangs"),
        pytest.param(replace(FINE, effects=[replace(ACT, state="unknown"), MAIL]), id="nobody is asked"),
        pytest.param(replace(FINE, shipped={**FINE.shipped, "other": "RC-1"}), id="the parcel left twice"),
        pytest.param(replace(FINE, shipped={}), id="said to be done, and not done"),
        pytest.param(replace(FINE, effects=[replace(ACT, state="failed"), MAIL]), id="said to have failed, and done"),
        pytest.param(replace(FINE, stale_writes=["effect 1"]), id="a robot wrote to a row that it had lost"),
        pytest.param(replace(FINE, pauses=3), id="robots were frozen, and nobody was seen to come too late"),
        pytest.param(replace(FINE, mails={"<m1>": 2}), id="two mails"),
        pytest.param(replace(FINE, mails={}), id="no mail"),
        pytest.param(replace(FINE, mails={"<m1>": 1, "<m2>": 1}), id="a mail of nobody's"),
    ],
)
def test_a_promise_that_was_broken_is_seen(broken: Evidence) -> None:
    assert check(broken)
