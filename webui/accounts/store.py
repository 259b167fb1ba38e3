"""Our rows as Flask-Security-Too wants to find and keep them."""

from typing import Any

from flask_security import UserDatastore
from sqlalchemy import func, inspect, select, update

from base.database import Database
from base.people import Person, PersonRole


class PersonStore(UserDatastore):
    """Reads in a reading unit, writes in a unit of its own; the persons it gives out belong to no session."""

    def __init__(self, database: Database) -> None:
        super().__init__(Person, PersonRole)
        self.database = database

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Person | None:
        ((name, value),) = wanted.items()
        column = getattr(Person, name)
        same = func.lower(column) == func.lower(value) if case_insensitive else column == value
        with self.database.reading() as session:
            person = session.execute(select(Person).where(same)).scalar_one_or_none()
            session.expunge_all()
        return person

    def find_role(self, role: str) -> None:
        """Roles are granted by `Person.grant`, never by the library."""

    def put(self, model: Person) -> Person:
        # Only what the library changed: the row may have moved on since it was read.
        state = inspect(model)
        columns = {column.key for column in state.mapper.column_attrs}
        changed = {key: getattr(model, key) for key in columns if state.attrs[key].history.has_changes()}
        if changed:
            with self.database.unit() as session:
                session.execute(update(Person).where(Person.id == model.id).values(**changed))
        return model

    def commit(self) -> None:
        """`put` has done it."""
