"""The people of the imaginary company, and the teams they work in."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who tasks are given to."""

    key: str
    fr: str
    en: str
    partner: str | None = None
    """Of an outsourced team: who runs it."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who can sign in to the demo."""

    key: str
    name: str
    mail: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    language: str = "fr"
    speaks: tuple[str, ...] = ()
    """Languages in which he serves customers; none: any."""


TEAMS: tuple[Team, ...] = (
    Team(key="customer_service", fr="Service clients", en="Customer service"),
    Team(key="delivery_team", fr="Équipe livraisons", en="Delivery team"),
    Team(key="carriers_desk", fr="Litiges transporteurs", en="Carriers desk"),
    Team(key="refunds_desk", fr="Remboursements", en="Refunds desk"),
    Team(key="warehouse", fr="Entrepôt", en="Warehouse"),
    Team(key="workshop", fr="Atelier", en="Workshop"),
    Team(key="supervisor", fr="Supervision", en="Supervisors"),
    Team(key="atlantic", fr="Centre Atlantique", en="Atlantic centre", partner="Centre Atlantique"),
)


def _member(key: str, name: str, roles: str, teams: str, language: str = "fr") -> Member:
    return Member(
        key=key,
        name=name,
        mail=f"{key}@ricochet.example.test",
        roles=tuple(roles.split()),
        teams=tuple(teams.split()),
        language=language,
        speaks=("en",) if language == "en" else (),
    )


STAFF: tuple[Member, ...] = (
    _member("lea", "Léa Dumont", "agent", "customer_service delivery_team"),
    _member("yanis", "Yanis Roche", "agent", "customer_service delivery_team"),
    _member("nora", "Nora Blanc", "agent", "customer_service carriers_desk"),
    _member("kate", "Kate Ellison", "agent", "customer_service delivery_team", "en"),
    _member("tom", "Tom Legrand", "agent", "atlantic"),
    _member("jade", "Jade Morvan", "agent", "atlantic"),
    _member("helene", "Hélène Vasseur", "expert", "carriers_desk refunds_desk"),
    _member("marc", "Marc Tessier", "author", "delivery_team"),
    _member("sabine", "Sabine Kaufmann", "supervisor", "supervisor delivery_team"),
    _member("denis", "Denis Aubert", "agent", "warehouse"),
    _member("bruno", "Bruno Lenoir", "agent", "workshop"),
    _member("aline", "Aline Robert", "administrator", "supervisor"),
)


def agents_of(*teams: str) -> tuple[Member, ...]:
    """The agents of these teams."""
    return tuple(one for one in STAFF if "agent" in one.roles and set(one.teams) & set(teams))
