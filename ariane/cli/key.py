"""`ariane key add|list|revoke`: who may call the API."""

from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from base.actors import system_actor
from base.brands import Brand, brand_named, first_brand
from base.config import load
from base.people import Person
from webui.api.keys import ApiKey, KeyKind, keys_of_brand

BRAND = click.option("--brand", "brand_key", default=None, help="Key of the brand; the only one when there is one.")


@click.group(help="Let programs call the API.")
def command() -> None:
    """Keys of the API."""


@command.command()
@click.argument("name")
@click.option(
    "--person", "email", default=None, help="Address of the agent whose tool calls; else it is an assistant's."
)
@BRAND
def add(name: str, email: str | None, brand_key: str | None) -> None:
    """Make a key and print it, this once: the database keeps its hash."""
    with load().open_database().unit() as session:
        brand = _brand(session, brand_key)
        person = session.scalars(select(Person).where(Person.email == email)).one_or_none() if email else None
        if email and person is None:
            raise click.UsageError(f"Nobody signs in with {email}.")
        kind: KeyKind = "assistant" if person is None else "agent"
        _, secret = ApiKey.issue(
            session, system_actor(brand.id), datetime.now(UTC), name=name, kind=kind, person=person
        )
        click.echo(secret)


@command.command(name="list")
@BRAND
def list_keys(brand_key: str | None) -> None:
    """Say which keys there are."""
    with load().open_database().reading() as session:
        for key in keys_of_brand(session, _brand(session, brand_key).id):
            state = "revoked" if key.revoked_at else "in use"
            whose = f" of {key.person.name}" if key.person else ""
            click.echo(f"{key.public_id}  {key.kind}{whose}  {key.name}  {state}")


@command.command()
@click.argument("public_id")
def revoke(public_id: str) -> None:
    """Have a key open nothing any more."""
    with load().open_database().unit() as session:
        key = session.scalars(select(ApiKey).where(ApiKey.public_id == public_id)).one_or_none()
        if key is None:
            raise click.UsageError(f"There is no key {public_id}.")
        key.revoke(system_actor(key.brand_id), datetime.now(UTC))


def _brand(session: Session, key: str | None) -> Brand:
    return brand_named(session, key) if key else first_brand(session)
