"""Who may do what: the whole of it, on this page, as data.

Code asks for a *permission* (a verb on an object), never for a role. Which rows of that kind an actor may touch (his
brand, his partner's share, a customer's own) is the business of the query that fetches them; a denied row answers like
one that does not exist.
"""

from collections.abc import Mapping
from enum import StrEnum

from base.actors import Actor, Role
from base.errors import Forbidden
from base.languages import N_


class Permission(StrEnum):
    """A verb on an object."""

    CUSTOMER_FIND = "customer.find"
    CUSTOMER_WRITE = "customer.write"
    CUSTOMER_MERGE = "customer.merge"
    CASE_READ = "case.read"
    CASE_WRITE = "case.write"
    CASE_CLOSE = "case.close"
    WALK_START = "walk.start"
    WALK_ADVANCE = "walk.advance"
    TASK_READ = "task.read"
    TASK_CLAIM = "task.claim"
    TASK_DONE = "task.done"
    TASK_APPROVE = "task.approve"
    EFFECT_DELIVER = "effect.deliver"
    EFFECT_SETTLE = "effect.settle"
    FOLLOW_UP_PLAN = "follow_up.plan"
    TARGET_WRITE = "target.write"
    ALERT_READ = "alert.read"
    ALERT_ACKNOWLEDGE = "alert.acknowledge"
    RISK_READ = "risk.read"
    ARTICLE_READ = "article.read"
    ARTICLE_WRITE = "article.write"
    ARTICLE_PUBLISH = "article.publish"
    PROCESS_READ = "process.read"
    PROCESS_REVIEW = "process.review"
    PROCESS_WRITE = "process.write"
    PROCESS_PUBLISH = "process.publish"
    SETTING_WRITE = "setting.write"
    CONNECTOR_READ = "connector.read"
    CONNECTOR_TRY = "connector.try"
    CONNECTOR_WRITE = "connector.write"
    CODES_WRITE = "codes.write"
    INSIGHT_READ = "insight.read"
    INCIDENT_MANAGE = "incident.manage"
    ROBOTS_STOP = "robots.stop"
    ROBOTS_RUN = "robots.run"
    CLOCK_MOVE = "clock.move"
    ADMIN = "admin"

    __hash__ = str.__hash__  # as `Role`


class NotPermitted(Forbidden):
    """The actor's roles do not grant this permission."""

    sentence = N_("Your role does not allow this. Whoever manages people here can change that.")


_EVERYONE = frozenset(Role)
_STAFF = frozenset({Role.AGENT, Role.EXPERT, Role.AUTHOR, Role.SUPERVISOR, Role.ADMINISTRATOR})
_HANDLERS = frozenset({Role.AGENT, Role.EXPERT, Role.SUPERVISOR, Role.ADMINISTRATOR})
_WRITERS = frozenset({Role.EXPERT, Role.AUTHOR, Role.ADMINISTRATOR})
_DECIDERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_OWNER = frozenset({Role.ADMINISTRATOR})

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.CUSTOMER_FIND: _HANDLERS | {Role.ROBOT},
    Permission.CUSTOMER_WRITE: _HANDLERS | {Role.CUSTOMER, Role.ROBOT},
    Permission.CUSTOMER_MERGE: frozenset({Role.EXPERT, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.CASE_READ: _EVERYONE,
    Permission.CASE_WRITE: _HANDLERS | {Role.CUSTOMER, Role.ROBOT},
    Permission.CASE_CLOSE: _HANDLERS | {Role.ROBOT},
    Permission.WALK_START: _HANDLERS | {Role.CUSTOMER, Role.ROBOT},
    Permission.WALK_ADVANCE: _HANDLERS | {Role.CUSTOMER, Role.ROBOT},
    Permission.TASK_READ: _STAFF | {Role.PARTNER},
    Permission.TASK_CLAIM: _HANDLERS | {Role.PARTNER},
    Permission.TASK_DONE: _HANDLERS | {Role.PARTNER},
    Permission.TASK_APPROVE: _DECIDERS,
    Permission.EFFECT_DELIVER: _HANDLERS | {Role.ROBOT},
    Permission.EFFECT_SETTLE: _HANDLERS,
    Permission.FOLLOW_UP_PLAN: _HANDLERS | {Role.ROBOT},
    Permission.TARGET_WRITE: _DECIDERS,
    Permission.ALERT_READ: _HANDLERS,
    Permission.ALERT_ACKNOWLEDGE: _HANDLERS,
    Permission.RISK_READ: _HANDLERS,
    Permission.ARTICLE_READ: _EVERYONE,
    Permission.ARTICLE_WRITE: _WRITERS,
    Permission.ARTICLE_PUBLISH: _WRITERS,
    Permission.PROCESS_READ: _STAFF | {Role.ROBOT},
    Permission.PROCESS_REVIEW: frozenset({Role.PARTNER}),
    Permission.PROCESS_WRITE: frozenset({Role.AUTHOR, Role.ADMINISTRATOR}),
    Permission.PROCESS_PUBLISH: frozenset({Role.AUTHOR, Role.ADMINISTRATOR}),
    Permission.SETTING_WRITE: frozenset({Role.AUTHOR, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.CONNECTOR_READ: _STAFF,
    Permission.CONNECTOR_TRY: frozenset({Role.AUTHOR, Role.ADMINISTRATOR}),
    Permission.CONNECTOR_WRITE: _OWNER,
    Permission.CODES_WRITE: frozenset({Role.AUTHOR, Role.ADMINISTRATOR}),
    Permission.INSIGHT_READ: frozenset({Role.EXPERT, Role.AUTHOR, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.INCIDENT_MANAGE: _DECIDERS,
    Permission.ROBOTS_STOP: _DECIDERS,
    Permission.ROBOTS_RUN: _DECIDERS | {Role.ROBOT},
    Permission.CLOCK_MOVE: _OWNER,
    Permission.ADMIN: _OWNER,
}


OURS_ALONE = frozenset(
    {
        Permission.CUSTOMER_MERGE,
        Permission.TARGET_WRITE,
        Permission.PROCESS_WRITE,
        Permission.PROCESS_PUBLISH,
        Permission.ARTICLE_PUBLISH,
        Permission.SETTING_WRITE,
        Permission.CONNECTOR_TRY,
        Permission.CONNECTOR_WRITE,
        Permission.INCIDENT_MANAGE,
        Permission.ROBOTS_STOP,
        Permission.ROBOTS_RUN,
        Permission.CLOCK_MOVE,
        Permission.ADMIN,
    }
)
"""What people of a partner never may, whatever role they were given: it touches everybody's customers."""


def allowed(actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles grants `permission`, and his company does not rule it out."""
    if actor.partner_id is not None and permission in OURS_ALONE:
        return False
    return not actor.roles.isdisjoint(GRANTS[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Go on only if `actor` has `permission`. Raises `NotPermitted`."""
    if not allowed(actor, permission):
        raise NotPermitted(permission=str(permission))
