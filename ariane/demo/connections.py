"""How the demo's brand reaches its services: which definition, where, with which key, and which capability goes where.

Plain data for the roof to store as connections and routes. La Poste, DHL and Shopify are spoken with the ready-made
definitions; the after-sales back office is the company's own, in ``connectors/``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ariane.demo.company import AFTERSALES_TOKEN, DHL_KEY, LAPOSTE_KEY, SHOP_TOKEN
from ariane.demo.services import Addresses

NETWORKS = ("127.0.0.1/32",)
"""Only the demo's connections list this machine."""
DEFINITIONS = Path(__file__).parent / "connectors"
"""The definitions that do not come with Ariane."""


@dataclass(frozen=True, kw_only=True)
class DemoConnection:
    """One service of the demo, as a connection."""

    definition: str
    base_url: str
    secret: Mapping[str, str]
    routes: tuple["DemoRoute", ...]


@dataclass(frozen=True, kw_only=True)
class DemoRoute:
    """A capability and the operation that answers it, for one carrier or for the whole brand."""

    capability: str
    operation: str
    carrier: str | None = field(default=None)


def connections(addresses: Addresses) -> list[DemoConnection]:
    """The four connections of the brand, to services at these addresses."""
    acts = (
        "verify", "stock", "refund_state", "refunds", "stop_state", "reship", "refund", "return_label", "voucher",
        "cancel_order", "stop_order",
    )  # fmt: skip
    return [
        DemoConnection(
            definition="shopify",
            base_url=addresses.shop,
            secret={"key": SHOP_TOKEN},
            routes=(DemoRoute(capability="shop.order", operation="order"),),
        ),
        DemoConnection(
            definition="ricochet-backoffice",
            base_url=addresses.shop,
            secret={"token": AFTERSALES_TOKEN},
            routes=tuple(DemoRoute(capability=f"shop.{name}", operation=name) for name in acts),
        ),
        DemoConnection(
            definition="laposte",
            base_url=addresses.laposte,
            secret={"key": LAPOSTE_KEY},
            routes=(DemoRoute(capability="carrier.tracking", operation="tracking", carrier="laposte"),),
        ),
        DemoConnection(
            definition="dhl",
            base_url=addresses.dhl,
            secret={"key": DHL_KEY},
            routes=(DemoRoute(capability="carrier.tracking", operation="tracking", carrier="dhl"),),
        ),
    ]
