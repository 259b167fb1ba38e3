"""What an expression can see while it is evaluated."""

from dataclasses import dataclass
from datetime import datetime

from base.business_time import Calendar
from processes.walk.values import MISSING, Value


@dataclass(slots=True)
class Scope:
    """Names, the moment, the calendar; inside `any(list, …)` and its like also the item."""

    names: dict[str, Value]
    """Every name a document may use, `setting`, `today` and `now` among them. An absent key is a missing value."""
    now: datetime
    """Aware UTC."""
    calendar: Calendar
    """The document's: business delays, and the day a moment belongs to."""
    item: Value = MISSING
    """What a leading dot means."""

    def within(self, item: Value) -> "Scope":
        """The same scope, with this item."""
        return Scope(self.names, self.now, self.calendar, item)
