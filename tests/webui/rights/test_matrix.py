"""Every address of the doors × every kind of person: who gets in, and that nobody meets what is not his.

The matrix is made from the map of addresses. A view says itself what it needs (`permission_required`, `caller_needed`,
`person_required`); one that says nothing has to stand on `OPEN` below, so that nobody opens a door by forgetting.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter
from werkzeug.test import TestResponse

from base.people import Person
from base.permissions import Permission, allowed
from tests.webui.conftest import Enter
from tests.webui.rights.conftest import Cast, Things

OPEN = {
    "start.start": "the front page",
    "health.alive": "says only that the server is there",
    "health.ready": "says only whether the database answers",
    "health.metrics": "figures without names, to this machine or to whoever knows the token",
    "i18n.catalogue": "sentences of the program",
    "preferences.choose": "a reader's own cookie",
    "brand_sheet.sheet": "colours of customers' pages",
    "accounts.sign_in": "how one becomes somebody",
    "accounts.try_to_sign_in": "how one becomes somebody",
    "accounts.sign_out": "ends what is there, if anything",
    "accounts.forgotten": "the way back in",
    "accounts.ask_link": "the way back in; answers alike for everybody",
    "accounts.link": "opens with the token of a mail",
    "accounts.choose_password": "opens with the token of a mail",
    "accounts.code": "whose password was right, tested with that page",
    "accounts.give_code": "whose password was right, tested with that page",
    "accounts.second_step": "one's own, signed in or halfway in, tested with that page",
    "accounts.set_up_second_step": "one's own, signed in or halfway in, tested with that page",
    "api.openapi": "how to call, no data",
    "api.docs": "how to call, no data",
    "hooks.news": "a service's own signature, tested with that door",
}
"""Addresses that anybody may open, and why."""
OPEN_DOORS = {
    "guests": "whoever holds the link of one task, tested with that door",
    "selfcare": "customers: a proof of identity for each case, tested with that door",
}
THINGS = {
    "/console/cases/<public_id>": "case",
    "/console/customers/<public_id>": "customer",
    "/console/orders/<public_id>": "order",
    "/console/tasks/<public_id>": "task",
    "/api/v1/walks/<walk_id>": "walk",
}
"""What the first part of an address names."""
REFUSED = {401, 403}
NOTHING = Things(*["0" * 32] * 5)
"""What nobody has."""


def rules(app: Flask) -> Iterator[Rule]:
    yield from sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def test_every_view_says_what_it_needs_or_stands_on_the_open_list(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in rules(app)
        if not hasattr(app.view_functions[rule.endpoint], "needs")
        and rule.endpoint not in OPEN
        and rule.endpoint.partition(".")[0] not in OPEN_DOORS
    ]
    assert silent == []


def test_every_address_names_a_kind_of_thing_that_the_matrix_tries(app: Flask) -> None:
    untried = [
        rule.rule
        for rule in declared(app)
        if {"public_id", "walk_id", "case_id"} & rule.arguments and thing_of(rule) is None
    ]
    assert [address for address in untried if not address.startswith(tuple(LISTED))] == []


LISTED = {
    "/console/alerts/": "an alert goes with its case, `cases.visible`",
    "/console/doubts/": "pairs of customers: our own people alone",
    "/console/remarks/": "remarks on steps: authors of our own alone",
    "/console/merges/": "merges of customers: our own people alone",
    "/studio/<key>/review/settle/": "remarks on steps: authors of our own alone, tested with that door",
    "/studio/<key>/proposals/": "our own people alone, of their own brand: tested with that door",
    "/admin/": "administrators alone, and of their own brand: tested with that door",
    "/account/": "one's own browsers alone: tested with that door",
    "/insight/robots/": "our own people alone, `base.permissions.OURS_ALONE`",
}
"""Addresses of other things, and why they need no row of their own."""


def test_the_open_list_names_only_what_is_there(app: Flask) -> None:
    assert set(OPEN) <= set(app.view_functions)


def test_everybody_meets_what_the_page_of_permissions_says(app: Flask, cast: Cast, enter: Enter) -> None:
    wrong = []
    for name, person in cast.people.items():
        things = cast.theirs if name.endswith(" y") else cast.ours
        client, token = signed_in(app, enter, person)
        for rule in declared(app):
            for method in methods(rule):
                wanted = may(app, rule, person)
                status = call(client, token, rule, method, things).status_code
                if (status in REFUSED) == wanted or (status >= 500 and status != 503):
                    wrong.append(f"{name}: {method} {rule.rule} gave {status}")
    assert wrong == []


def test_nobody_who_has_not_signed_in_gets_in(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    token = token_of(client)
    wrong = []
    for rule in declared(app):
        for method in methods(rule):
            answer = call(client, token, rule, method, cast.ours)
            if answer.status_code != 401 and "/sign-in" not in (answer.location or ""):
                wrong.append(f"{method} {rule.rule} gave {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("whose", ["theirs", "foreign"])
@pytest.mark.parametrize("name", ["agent of x", "partner x", "chief of x"])
def test_what_is_another_partners_or_brands_does_not_exist(
    app: Flask, cast: Cast, enter: Enter, name: str, whose: str
) -> None:
    met(app, enter, cast.people[name], getattr(cast, whose))


@pytest.mark.parametrize("name", ["agent", "supervisor", "administrator"])
def test_what_is_another_brands_does_not_exist(app: Flask, cast: Cast, enter: Enter, name: str) -> None:
    met(app, enter, cast.people[name], cast.foreign)


def test_a_key_opens_the_walks_of_its_brand_alone(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    headers = {"Authorization": f"Bearer {cast.key}"}
    assert client.get(f"/api/v1/walks/{cast.ours.walk}", headers=headers).status_code == 200
    assert client.get(f"/api/v1/walks/{cast.foreign.walk}", headers=headers).status_code == 404


@pytest.mark.parametrize("name", ["agent of x", "chief of x"])
def test_lists_and_figures_hold_only_ones_share(app: Flask, cast: Cast, enter: Enter, name: str) -> None:
    client, _ = signed_in(app, enter, cast.people[name])
    for address in ("/console", "/console/tasks", "/console/search?q=06 12 34 56 78", "/console/search?q=Zoé"):
        page = client.get(address).text
        assert "NomRC2" not in page and "RC-2002" not in page and "NomZZ3" not in page, address
    assert "NomRC1" in client.get("/console/search?q=Zoé").text
    assert client.get("/console/search?q=RC-2002").status_code == 200


READS = {
    "webui/beginning.py": "WalkRow",  # how often each process is walked, to sort a list
    "webui/console/files.py": "WalkRow",  # the same
    "webui/studio/pages.py": "WalkRow",  # how many walks are on a version, a number for its author
    "webui/selfcare/asking_people.py": "Task",  # how long the queue is, a number for a customer
}
"""Numbers that tell nothing of anybody, counted over a brand."""
LIMITED = {"Case", "Customer", "Identifier", "Order", "Contact", "Task", "Effect", "FollowUp", "Promise", "WalkRow"}


def test_no_door_limits_rows_by_itself() -> None:
    home = Path(__file__).parents[3]
    own = []
    for folder in ("webui", "insight"):
        for file in sorted((home / folder).rglob("*.py")):
            place = str(file.relative_to(home))
            own += [
                f"{place}: {row}.brand_id is compared by hand, use base.scope.within"
                for row in compared(ast.parse(file.read_text()))
                if READS.get(place) != row
            ]
    assert own == []


def compared(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        left = node.left if isinstance(node, ast.Compare) else None
        row = left.value if isinstance(left, ast.Attribute) and left.attr == "brand_id" else None
        if isinstance(row, ast.Name) and row.id in LIMITED:
            yield row.id


def met(app: Flask, enter: Enter, person: Person, things: Things) -> None:
    """Every address that names a thing answers for these as for things that do not exist."""
    client, token = signed_in(app, enter, person)
    wrong = []
    for rule in declared(app):
        if thing_of(rule) is None or rule.rule.startswith("/api/") or not may(app, rule, person):
            continue
        for method in methods(rule):
            status = call(client, token, rule, method, things).status_code
            if status < 300 or status != call(client, token, rule, method, NOTHING).status_code:
                wrong.append(f"{method} {rule.rule} gave {status}")
    assert wrong == []


def declared(app: Flask) -> Iterator[Rule]:
    for rule in rules(app):
        if hasattr(app.view_functions[rule.endpoint], "needs"):
            yield rule


def may(app: Flask, rule: Rule, person: Person) -> bool:
    needs = app.view_functions[rule.endpoint].needs  # type: ignore[attr-defined]
    return needs == "person" or (isinstance(needs, Permission) and allowed(person.actor(), needs))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def thing_of(rule: Rule) -> str | None:
    return next((kind for begin, kind in THINGS.items() if rule.rule.startswith(begin)), None)


def address_of(rule: Rule, things: Things) -> str:
    thing = thing_of(rule)
    values: dict[str, object] = {}
    for name in rule.arguments:
        if thing is not None and f"<{name}>" in next(begin for begin, kind in THINGS.items() if kind == thing):
            values[name] = getattr(things, thing)
        else:
            values[name] = _some(rule._converters[name])
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def _some(converter: BaseConverter) -> object:
    """A value that the address takes, of a thing that is not there."""
    match converter:
        case NumberConverter():
            return 1
        case AnyConverter():
            return min(converter.items)
        case _:
            return "unknown"


def call(client: FlaskClient, token: str, rule: Rule, method: str, things: Things) -> TestResponse:
    data = {"csrf_token": token} if method != "GET" else None
    return client.open(address_of(rule, things), method=method, data=data)


def signed_in(app: Flask, enter: Enter, person: Person) -> tuple[FlaskClient, str]:
    client = enter(app.test_client(), person)
    return client, token_of(client)


def token_of(client: FlaskClient) -> str:
    page = client.get("/").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]
