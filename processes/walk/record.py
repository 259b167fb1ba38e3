"""Records: keyword-only values that nobody changes, frozen to the type checker rather than at run time.

A turn makes dozens of them. A dataclass that is frozen at run time sets each field through `object.__setattr__`, which
costs more than everything else that making a record does; `mypy --strict`, run at each build, refuses the same changes
for nothing. What is made once, when a program is loaded, stays an ordinary frozen dataclass.

Where a turn makes many of one kind, its fields are also given in order: keywords double the cost of a call.
"""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def ordered_record(cls: type[T]) -> type[T]:
    """As `record`; fields may be given in their order."""
    return dataclass(slots=True, unsafe_hash=True)(cls)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make the class a record: slots, equality, and a hash where all fields have one."""
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)
