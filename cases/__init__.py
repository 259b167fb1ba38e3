"""The customer's file: customers, orders, cases, contacts, timeline, tasks, promises, follow-ups and effects.

Rows with verbs. Every verb takes the session, the actor and `now` (aware UTC), and writes the timeline in the same
transaction. Robots, walks and pages live on higher floors: here a walk is an opaque number, an operation a word.
Rows are locked in the order case, walk, follow-up, effect.
"""

from cases import visible

__all__ = ["visible"]
