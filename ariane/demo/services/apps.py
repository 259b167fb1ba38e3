"""The four services as applications: what each answers, and what its page tells about it."""

from typing import Any

from flask import Flask

from ariane.demo.models import Parcel
from ariane.demo.services import aftersales, control, dhl, laposte, mail_pages, shop
from ariane.demo.services.store import Store
from base.languages import N_

SERVICES = ("shop", "laposte", "dhl", "mail")


def application(store: Store, service: str) -> Flask:
    """The application of one of `SERVICES`."""
    app = control.service_app(store, service)
    match service:
        case "shop":
            app.register_blueprint(shop.doors(store))
            app.register_blueprint(aftersales.doors(store))
            app.register_blueprint(aftersales.label_doors(store))
            app.register_blueprint(control.doors(store, service, lambda: _shop_page(store)))
        case "laposte" | "dhl":
            app.register_blueprint({"laposte": laposte, "dhl": dhl}[service].doors(store))
            app.register_blueprint(control.doors(store, service, lambda: _carrier_page(store, service)))
        case "mail":
            app.register_blueprint(mail_pages.doors(store))
            app.register_blueprint(control.fault_doors(store, service))
            app.register_blueprint(control.clock_doors(store))
        case _:
            raise ValueError(service)
    return app


def _shop_page(store: Store) -> dict[str, Any]:
    now = store.now()
    rows = [
        (
            order.number,
            order.placed_at,
            order.customer.name if order.customer else order.mail,
            _shop_state(store, order.number),
        )
        for order in store.orders()
        if order.placed_at <= now
    ]
    return {
        "title": N_("Shop"),
        "about": N_(
            "Orders in the shape of Shopify, and an after-sales office that sends again, refunds and makes labels."
        ),
        "columns": (N_("Order"), N_("Placed"), N_("Customer"), N_("Parcels")),
        "rows": rows,
        "calls": ("GET /admin/api/2024-10/orders.json?name=RC-1001&status=any", "POST /backoffice/v1/reshipments"),
    }


def _shop_state(store: Store, number: str) -> str:
    now = store.now()
    return ", ".join(
        f"{'← ' if one.direction == 'return' else ''}{one.number}"
        for one in store.parcels_of(number)
        if one.created_at <= now
    )


def _carrier_page(store: Store, carrier: str) -> dict[str, Any]:
    now = store.now()
    parcels = [one for one in store.parcels() if one.carrier == carrier and one.told(now)]
    parcels.sort(key=lambda one: one.told(now)[0].at, reverse=True)
    names = {
        "laposte": ("La Poste", N_("Tracking in the shape of La Poste's Suivi v2."), "GET /suivi/v2/idships/{number}"),
        "dhl": (
            "DHL",
            N_("Tracking in the shape of DHL's unified API."),
            "GET /track/shipments?trackingNumber={number}",
        ),
    }
    title, about, call = names[carrier]
    return {
        "title": title,
        "about": about,
        "columns": (N_("Parcel"), N_("Last scan"), N_("Order"), N_("What it says")),
        "rows": [_parcel_row(one, store) for one in parcels],
        "calls": (call,),
    }


def _parcel_row(parcel: Parcel, store: Store) -> tuple[object, ...]:
    now = store.now()
    english = control.language() == "en"
    if parcel.carrier == "laposte":
        said = laposte.tracking(parcel, now, english=english)["shipment"]["event"][0]["label"]
    else:
        said = dhl.tracking(parcel, now)["shipments"][0]["status"]["description"]
    return parcel.number, parcel.told(now)[0].at, parcel.order, said
