"""The demo's start page: the story in steps with links, the clock, the sign-ins, the services. Of the demo alone."""

from datetime import timedelta
from functools import cache

from flask import Blueprint, Flask, Response, abort, request, url_for
from sqlalchemy import select

from ariane.assembly import Installation
from ariane.demo import company, staff, time
from ariane.demo.cast import CAST, HEROINE
from ariane.demo.doubt import ORDER as IN_DOUBT
from ariane.demo.loading import PASSWORD
from ariane.demo.services import Addresses
from ariane.demo.world import build
from base.database import Database
from base.people import person_by_email
from cases.cases import Case
from cases.effects import Effect
from cases.follow_ups import FollowUp
from cases.orders import Order
from cases.stops import Stop
from cases.tasks import Task
from robots.shadow import Shadow
from webui import requests
from webui.accounts.sign_ins import begin
from webui.partials import page, see

POSTCODE = "37000"
MOST_DAYS = 30
"""That the button goes on at once."""


def install(app: Flask, installation: Installation, addresses: Addresses) -> None:
    """Add the pages to the application."""
    blueprint = Blueprint("demo", __name__, template_folder="templates", url_prefix="/demo")

    @blueprint.get("")
    def home() -> Response:
        return page(
            "demo/home.html", story=story(installation.database), cast=CAST, heroine=HEROINE, postcode=POSTCODE,
            staff=staff.STAFF, password=PASSWORD, postcodes=postcodes(), addresses=addresses, company=company,
            now_is=requests.now(), next_look=time.next_rendezvous(installation.database),
        )  # fmt: skip

    @blueprint.post("/advance")
    def advance() -> Response:
        days = request.form.get("days", "")
        if days:
            if not (len(days) < 4 and days.isdecimal() and 1 <= int(days) <= MOST_DAYS):
                abort(400)
            time.advance_by(installation, addresses, timedelta(days=int(days)))
        else:
            time.advance_to_next(installation, addresses)
        return see(url_for("demo.home"))

    @blueprint.post("/sign-in/<key>")
    def sign_in(key: str) -> Response:
        member = next((one for one in staff.STAFF if one.key == key), None)
        if member is None:
            abort(404)
        with requests.database().reading() as session:
            person = person_by_email(session, member.mail)
        if person is None:
            abort(404)
        begin(person)
        return see(request.form.get("next") or url_for("console.home"))

    app.register_blueprint(blueprint)


@cache
def postcodes() -> dict[str, str]:
    """Where each order goes, to open it as its customer in one click."""
    return {number: order.address.postcode for number, order in build().orders.items()}


def story(database: Database) -> dict[str, object]:
    """How far the heroine's story has come, read from the rows."""
    with database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == HEROINE)).one_or_none()
        cases = [] if order is None else session.scalars(select(Case).where(Case.order_id == order.id)).all()
        ids = [case.id for case in cases]
        acts = set(
            session.scalars(
                select(Effect.operation).where(Effect.case_id.in_(ids), Effect.kind == "act", Effect.state == "done")
            )
        )
        claim = session.scalars(select(Task.state).where(Task.case_id.in_(ids), Task.step == "claim")).first()
        due = session.scalars(
            select(FollowUp.due_at)
            .where(FollowUp.case_id.in_(ids), FollowUp.state == "waiting")
            .order_by(FollowUp.due_at)
        ).first()
        watched = session.scalars(select(Shadow.id).limit(1)).first() is not None
        stopped = session.scalars(select(Stop.id).limit(1)).first() is not None
        unknown = select(Effect.id).where(Effect.operation == "shop.voucher", Effect.state == "unknown")
        settled = session.scalars(unknown.limit(1)).first() is None
    return {
        "watched": watched,
        "stopped": stopped,
        "settled": settled,
        "in_doubt": IN_DOUBT,
        "case": cases[0] if cases else None,
        "second": cases[1] if len(cases) > 1 else None,
        "asked": bool(cases),
        "sent_again": "shop.reship" in acts,
        "claim": claim,
        "label": "shop.return_label" in acts,
        "next": due,
    }
