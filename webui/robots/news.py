"""News of services: what came, whom it concerned, what concerned nobody or came too late."""

from flask import Response, url_for
from sqlalchemy import select

from processes.connectors import inbox
from processes.connectors.rows import Connection
from webui.partials import page
from webui.requests import configuration, current_actor, database, workings
from webui.robots.door import blueprint, watching


@blueprint.get("/news")
@watching
def news() -> Response:
    brand_id = current_actor().brand_id
    with database().reading() as session:
        latest = inbox.lately(session, brand_id)
        rows = session.scalars(
            select(Connection).where(Connection.brand_id == brand_id).order_by(Connection.name)
        ).all()
    base = configuration().base_url.rstrip("/")
    takers = []
    for row in rows:
        extension = workings().connectors.inbox(row.public_id)
        if extension is not None and extension.line.definition.webhook is not None:
            takers.append((row.name, base + url_for("hooks.news", name=row.public_id)))
    return page("robots/news.html", latest=latest, takers=takers)
