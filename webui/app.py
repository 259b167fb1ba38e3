"""The application of the doors: one factory, one explicit list of blueprints."""

from flask import Blueprint, Flask

from base.config import Configuration
from base.database import Database
from webui import (
    accounts,
    admin,
    api,
    assets,
    brand_sheet,
    console,
    failures,
    formats,
    guests,
    headers,
    health,
    hooks,
    i18n,
    incident_banners,
    insight,
    knowledge,
    looks,
    menu,
    partials,
    photos,
    preferences,
    requests,
    robots,
    security,
    selfcare,
    start,
    studio,
)
from webui.templating import Doors

PARTS = (security, i18n, formats, assets, headers, partials, looks, menu, failures, accounts, incident_banners)
"""What every door stands on, in the order it has to be installed."""


def create_app(configuration: Configuration, database: Database, workings: requests.Workings | None = None) -> Flask:
    """The interface as a WSGI application; it opens no connection before the first request."""
    app = Doors("webui", static_folder=None)
    requests.give(app, configuration, database, workings)
    for part in PARTS:
        part.install(app)
    for blueprint in (*FOUNDATION, *doors()):
        app.register_blueprint(blueprint)
    return app


FOUNDATION = (
    start.blueprint, health.blueprint, preferences.blueprint, brand_sheet.blueprint, photos.blueprint, hooks.blueprint,
)  # fmt: skip


def doors() -> tuple[Blueprint, ...]:
    """Every door, in the order of the menu. A new door is added here and nowhere else."""
    return (
        selfcare.blueprint,
        console.blueprint,
        guests.blueprint,
        knowledge.blueprint,
        studio.blueprint,
        insight.blueprint,
        admin.blueprint,
        robots.blueprint,
        api.blueprint,
    )
