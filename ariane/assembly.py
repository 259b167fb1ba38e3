"""An installation put together: database, connectors, walks, robots and doors, each given what it needs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from flask import Flask

from base.config import Configuration
from base.database import Database
from base.files import Files
from processes.connectors.service import Connectors
from processes.facts import FactReader
from processes.own_facts import OWN_FACTS
from processes.walks import Walks
from robots.effects import Porter
from robots.inbox import Inbox
from robots.keeping import Keeper
from robots.mail import Post
from robots.rounds import Robots
from webui.app import create_app
from webui.passages import finder
from webui.requests import Workings


@dataclass(frozen=True)
class Installation:
    """Everything of one installation; parts are made when first used, and shared between threads."""

    configuration: Configuration
    database: Database

    @cached_property
    def connectors(self) -> Connectors:
        """The web services."""
        return Connectors(self.database, self.configuration)

    @cached_property
    def walks(self) -> Walks:
        """The shell of the walks."""
        facts = FactReader(self.database, self.connectors, OWN_FACTS)
        secret = self.configuration.secret_key.get_secret_value()
        return Walks(self.database, facts, secret=secret, passage=finder(self.database))

    @cached_property
    def keeper(self) -> Keeper:
        """Who renews the leases of what this process works on."""
        return Keeper(self.database, timedelta(seconds=self.configuration.robots_lease_s))

    @cached_property
    def porter(self) -> Porter:
        """Who delivers acts and messages."""
        configuration = self.configuration
        return Porter(
            database=self.database, walks=self.walks, services=self.connectors,
            post=Post(configuration.mail_url, configuration.mail_from), keeper=self.keeper,
            secret=self.walks.secret, base_url=configuration.base_url, random=Random(),  # noqa: S311 - spreads retries, guards nothing
        )  # fmt: skip

    @cached_property
    def robots(self) -> Robots:
        """The robots' rounds."""
        configuration = self.configuration
        return Robots(
            self.database, self.walks, self.porter, threads=configuration.robots_hands,
            webhook_networks=configuration.webhook_networks, inbox=self.inbox,
        )  # fmt: skip

    @property
    def inbox(self) -> Inbox | None:
        """Where customers' mails arrive; None where no mailbox is named."""
        url = self.configuration.inbox_url.get_secret_value()
        return Inbox(url, Files(self.configuration.files_folder)) if url else None

    def robots_at(self, now: datetime | None) -> Robots:
        """The robots of a moment that stands still; of the database's clock where none is given."""
        if now is None:
            return self.robots
        walks = Walks(
            self.database, self.walks.facts, secret=self.walks.secret, passage=finder(self.database),
            clock=lambda session: now,
        )  # fmt: skip
        networks = self.configuration.webhook_networks
        return Robots(
            self.database,
            walks,
            replace(self.porter, walks=walks),
            now=now,
            webhook_networks=networks,
            inbox=self.inbox,
            audit_heads=self.configuration.heads_of_audit,
        )

    def application(self) -> Flask:
        """The doors."""
        workings = Workings(walks=self.walks, porter=self.porter, connectors=self.connectors)
        return create_app(self.configuration, self.database, workings)
