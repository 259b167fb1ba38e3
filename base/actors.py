"""Who acts. Every verb takes an actor, and everything that happens records one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Self, cast

Kind = Literal["agent", "customer", "robot", "assistant", "system"]
Proof = Literal["none", "order", "mailbox", "signed_in"]
Reach = Literal["share", "brand"]
PROOFS: tuple[Proof, ...] = ("none", "order", "mailbox", "signed_in")
"""How sure we are that the customer is who he says, weakest first."""


class Role(StrEnum):
    """What somebody is here for; permissions are granted to roles on one page, `base.permissions`."""

    AGENT = "agent"
    EXPERT = "expert"
    AUTHOR = "author"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    CUSTOMER = "customer"
    ROBOT = "robot"

    # Rights are looked up at every request; the one of Enum is slow, and differs from that of the equal text.
    __hash__ = str.__hash__


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """One who acts, as far as rules need to know him."""

    kind: Kind
    """What he is; the kind of a member of staff is always "agent", whatever his roles."""
    name: str
    """For timelines: the person's name, or the program's."""
    roles: frozenset[Role]
    brand_id: int
    """The brand within which he acts; rows of others do not exist for him."""
    person_id: int | None = None
    """Member of staff, when he is one."""
    customer_id: int | None = None
    """Customer, when he is one, or on whose behalf an assistant speaks."""
    partner_id: int | None = None
    """Outsourcer, carrier or seller that a member of staff works for."""
    reach: Reach = "share"
    """Of such a one: how much of the brand he sees, his company's share or all of it."""
    proof: Proof = "none"
    """Of a customer: how he proved who he is."""

    @property
    def sees_share_only(self) -> bool:
        """Whether only what concerns his company exists for him."""
        return self.partner_id is not None and self.reach == "share"

    def proves(self, needed: Proof) -> bool:
        """Whether the customer's proof of identity is at least `needed`."""
        return PROOFS.index(self.proof) >= PROOFS.index(needed)

    def to_json(self) -> dict[str, Any]:
        """For rows and events: what is empty is left out."""
        known: dict[str, Any] = {"kind": self.kind, "name": self.name, "roles": sorted(self.roles)}
        known["brand_id"] = self.brand_id
        for part in ("person_id", "customer_id", "partner_id"):
            if (value := getattr(self, part)) is not None:
                known[part] = value
        if self.proof != "none":
            known["proof"] = self.proof
        return known

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> Self:
        """The actor that `to_json` wrote."""
        return cls(
            kind=cast(Kind, known["kind"]),
            name=known["name"],
            roles=frozenset(Role(role) for role in known["roles"]),
            brand_id=known["brand_id"],
            person_id=known.get("person_id"),
            customer_id=known.get("customer_id"),
            partner_id=known.get("partner_id"),
            proof=cast(Proof, known.get("proof", "none")),
        )


def robot_actor(brand_id: int, name: str = "Ariane") -> Actor:
    """The robots of a brand."""
    return Actor(kind="robot", name=name, roles=frozenset({Role.ROBOT}), brand_id=brand_id)


def system_actor(brand_id: int, name: str = "Ariane") -> Actor:
    """The program itself: set-up, imports, the command line on the machine of who owns it."""
    return Actor(kind="system", name=name, roles=frozenset({Role.ADMINISTRATOR, Role.ROBOT}), brand_id=brand_id)


def customer_actor(brand_id: int, customer_id: int | None, name: str, proof: Proof = "none") -> Actor:
    """A customer at the selfcare door; `customer_id` is None while nobody knows who it is."""
    return Actor(
        kind="customer",
        name=name,
        roles=frozenset({Role.CUSTOMER}),
        brand_id=brand_id,
        customer_id=customer_id,
        proof=proof,
    )
