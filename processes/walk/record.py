"""Records: values that nobody changes, frozen to the type checker rather than at run time.

A turn makes dozens of them. A dataclass that is frozen at run time sets each field through `object.__setattr__`, which
costs more than everything else that making a record does; `mypy --strict`, run at each build, refuses the same changes
for nothing. What is made once, when a program is loaded, stays an ordinary frozen dataclass.

Where a turn makes many of one kind, its fields are also given in order: keywords double the cost of a call.
"""

from typing import TYPE_CHECKING

__all__ = ["record"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    from dataclasses import dataclass

    def record(*, frozen, kw_only=False):
        """The decorator: slots, equality, and a hash where all fields have one."""
        return dataclass(slots=True, kw_only=kw_only, unsafe_hash=True)
