"""Six months of the past: deterministic, plausible, and nothing in it that had not happened yet."""

from datetime import timedelta

from ariane.demo.clock import OPENING
from ariane.demo.history import DAYS, history
from ariane.demo.reasons import REASONS, UNSOLVED, reason
from ariane.demo.staff import STAFF, TEAMS, agents_of
from ariane.demo.world import build

CASES = history()


def test_the_same_seed_gives_the_same_past() -> None:
    assert history() == CASES
    assert history(2) != CASES


def test_nothing_is_in_the_future_and_all_is_in_order() -> None:
    for case in CASES:
        moments = [one.started_at for one in case.contacts]
        assert moments == sorted(moments)
        assert OPENING - timedelta(days=DAYS + 1) < case.opened_at == moments[0] < OPENING
        assert case.closed_at is None or moments[-1] < case.closed_at < OPENING
        assert case.contacts[0].direction == "inbound"


def test_a_case_has_an_outcome_when_it_is_closed_and_only_then() -> None:
    for case in CASES:
        allowed = {name for name, _ in reason(case.reason).outcomes}
        assert (case.closed_at is None) == (case.outcome is None) == (case.solved is None)
        assert case.outcome is None or (case.outcome in allowed and case.solved == (case.outcome not in UNSOLVED))


def test_there_is_enough_of_everything_to_count() -> None:
    contacts = [one for case in CASES for one in case.contacts]
    assert len(CASES) > 900
    assert {case.reason for case in CASES} == {one.key for one in REASONS if one.share}
    assert {one.channel for one in contacts} == {"phone", "mail", "chat", "selfcare"}
    assert 0.15 < sum(case.repeats for case in CASES) / len(contacts) < 0.35
    assert 10 <= sum(case.closed_at is None for case in CASES) < 60
    assert all((one.agent is None) == (one.channel == "selfcare") for one in contacts)
    assert all(one.handling == 0 for one in contacts if one.channel == "selfcare")


def test_the_heroine_has_no_past_and_hugo_lost_two_parcels() -> None:
    assert not any("Claire Martin" in case.customer.name for case in CASES)
    hugo = [case for case in CASES if case.customer.name == "Hugo Petit"]
    assert [(case.reason, case.outcome) for case in hugo] == [("delivery.not_received", "reshipped")] * 2


def test_own_orders_were_placed_before_they_were_asked_about() -> None:
    orders = build().orders
    own = [case for case in CASES if case.order and case.order.startswith("RC-")]
    assert len(own) > 30
    assert all(case.order and orders[case.order].placed_at < case.opened_at for case in own)


def test_everybody_works_in_a_team_that_exists() -> None:
    teams = {team.key for team in TEAMS}
    assert all(set(one.teams) <= teams for one in STAFF)
    roles = {role for one in STAFF for role in one.roles}
    assert roles == {"agent", "expert", "author", "supervisor", "administrator"}
    assert len(agents_of("atlantic")) == 2
