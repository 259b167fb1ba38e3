"""One page says who may do what."""

import pytest

from base.actors import PROOFS, Actor, Role, customer_actor, robot_actor, system_actor
from base.permissions import GRANTS, OURS_ALONE, NotPermitted, Permission, allowed, require


def person(*roles: Role) -> Actor:
    return Actor(kind="agent", name="Anne", roles=frozenset(roles), brand_id=1, person_id=1)


def test_every_permission_is_on_the_page_and_granted_to_somebody() -> None:
    assert set(GRANTS) == set(Permission)
    assert all(GRANTS.values())


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(allowed(person(), permission) for permission in Permission)


def test_a_customer_may_walk_and_may_not_look_for_others() -> None:
    customer = customer_actor(1, 5, "Léa", "order")
    assert allowed(customer, Permission.WALK_ADVANCE)
    for refused in (
        Permission.CUSTOMER_FIND,
        Permission.CASE_CLOSE,
        Permission.TASK_READ,
        Permission.PROCESS_READ,
        Permission.ADMIN,
    ):
        with pytest.raises(NotPermitted):
            require(customer, refused)


def test_publishing_is_for_authors_and_approving_for_supervisors() -> None:
    assert allowed(person(Role.AUTHOR), Permission.PROCESS_PUBLISH)
    assert not allowed(person(Role.AGENT, Role.EXPERT, Role.SUPERVISOR), Permission.PROCESS_PUBLISH)
    assert allowed(person(Role.SUPERVISOR), Permission.TASK_APPROVE)
    assert not allowed(person(Role.AGENT, Role.AUTHOR, Role.EXPERT), Permission.TASK_APPROVE)


def test_a_robot_delivers_and_never_approves_or_settles() -> None:
    robot = robot_actor(1)
    assert allowed(robot, Permission.EFFECT_DELIVER)
    assert not allowed(robot, Permission.TASK_APPROVE)
    assert not allowed(robot, Permission.EFFECT_SETTLE)


def test_a_partner_sees_cases_and_tasks_and_no_figures() -> None:
    partner = person(Role.PARTNER)
    assert allowed(partner, Permission.CASE_READ) and allowed(partner, Permission.TASK_CLAIM)
    assert not allowed(partner, Permission.INSIGHT_READ) and not allowed(partner, Permission.CUSTOMER_FIND)


def test_people_of_a_partner_never_touch_what_is_everybodys() -> None:
    outsider = Actor(kind="agent", name="Eve", roles=frozenset(Role), brand_id=1, person_id=2, partner_id=3)
    assert not any(allowed(outsider, permission) for permission in OURS_ALONE)
    assert allowed(outsider, Permission.CASE_WRITE)


def test_actors_are_written_and_read_back() -> None:
    for actor in (
        person(Role.AGENT, Role.AUTHOR),
        robot_actor(2),
        system_actor(3),
        customer_actor(1, 9, "Léa", "mailbox"),
    ):
        assert Actor.from_json(actor.to_json()) == actor


def test_proofs_of_identity_are_ordered() -> None:
    for held, proof in enumerate(PROOFS):
        customer = customer_actor(1, 9, "Léa", proof)
        assert [customer.proves(needed) for needed in PROOFS] == [index <= held for index in range(len(PROOFS))]
