"""Every page of the studio that another one leads to is there."""

import re

from flask.testing import FlaskClient

from base.people import Person
from tests.webui.conftest import Enter

MOST = 60


def test_every_link_of_the_studio_leads_somewhere(client: FlaskClient, enter: Enter, anne: Person) -> None:
    visitor = enter(client, anne)
    wanted, seen = ["/studio"], set[str]()
    while wanted and len(seen) < MOST:
        address = wanted.pop(0)
        seen.add(address)
        page = visitor.get(address, follow_redirects=True)
        assert page.status_code == 200, address
        links = re.findall(r'href="(/studio[^"#?]*)', page.text)
        wanted += sorted({link for link in links if link not in seen and link not in wanted})
    assert any(address.endswith("/compare") for address in seen)
