"""Our rows as Flask-Security-Too wants to find and keep them."""

from typing import Any

from flask_security import UserDatastore
from sqlalchemy import func, select

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
        with self.database.unit() as session:
            session.merge(model)
        return model

    def commit(self) -> None:
        """`put` has done it."""
