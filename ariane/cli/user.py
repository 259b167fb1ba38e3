"""`ariane user add`: people who may sign in."""

from datetime import UTC, datetime

import click
from sqlalchemy import select

from base.actors import Role, system_actor
from base.brands import Brand
from base.calendars import CalendarRow
from base.config import load
from base.errors import NotFound
from base.languages import N_
from base.people import Person
from webui.accounts.passwords import hash_password


class NoSuchBrand(NotFound):
    """No brand is called so, and there are others: a slip of the pen, most likely."""

    sentence = N_("There is no brand “%(key)s”.")


@click.group(help="Add people who may sign in.")
def command() -> None:
    """Staff accounts."""


@command.command()
@click.argument("email")
@click.option("--name", required=True, help="How colleagues call them.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), default=["agent"])
@click.option("--brand", "brand_key", default=None, help="Key of the brand; the only one when there is one.")
@click.option("--language", default="fr", show_default=True)
@click.password_option(help="Asked for when not given.")
def add(email: str, name: str, roles: tuple[str, ...], brand_key: str | None, language: str, password: str) -> None:
    """Add a person. The first one also makes the brand, named after --brand."""
    configuration = load()
    hashed = hash_password(password)
    with configuration.open_database().unit() as session:
        wanted = select(Brand) if brand_key is None else select(Brand).where(Brand.key == brand_key)
        brand = session.scalars(wanted.order_by(Brand.id)).first()
        if brand is None and session.scalars(select(Brand.id)).first() is not None:
            raise NoSuchBrand(key=brand_key)
        if brand is None:
            key = brand_key or "main"
            brand = Brand.create(session, key, key.title(), CalendarRow.create(session, key, key.title()))
        person = Person.create(
            session, system_actor(brand.id), datetime.now(UTC), name=name, email=email,
            roles=frozenset(Role(role) for role in roles), password_hash=hashed, language=language,
        )  # fmt: skip
        click.echo(f"{person.name} may sign in to {brand.name} as {', '.join(sorted(person.role_names))}.")
