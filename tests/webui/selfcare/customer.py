"""A customer with a browser and no JavaScript: she opens pages, fills forms and presses buttons that are there."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.language.document import Document
from processes.library import shipped

POSTCODE = "37000"


@cache
def documents() -> tuple[Document, ...]:
    """The shipped processes without their scenarios, which are played elsewhere."""
    return tuple(document.model_copy(update={"scenarios": []}) for document in shipped())


@dataclass
class Customer:
    """Whoever is in front of the door, and the page in her hand."""

    client: FlaskClient
    page: TestResponse | None = None

    def enter(self, number: str = "RC-1001", postcode: str = POSTCODE, **more: str) -> "Customer":
        """Give order number and postcode on the first page."""
        self.get("/selfcare")
        return self.post("/selfcare", order_number=number, postcode=postcode, **more)

    def get(self, address: str) -> "Customer":
        """Open an address."""
        self.page = self.client.get(address, follow_redirects=True)
        return self

    def post(self, address: str, **values: object) -> "Customer":
        """Send a form with the token of the page in hand."""
        self.page = self.client.post(address, data={"csrf_token": self.token, **values}, follow_redirects=True)
        return self

    def press(self, value: str) -> "Customer":
        """Press the answer `value` of the question in hand."""
        form = self.form("answer")
        found = re.search(rf'name="([^"]+)" value="{re.escape(value)}"', form.body)
        assert found, f"no button for {value}: {self.words}"
        return self.post(form.action, **form.hidden, **{found[1]: value})

    def form(self, verb: str) -> "Form":
        """The first form of the page in hand that does `verb`."""
        found = re.search(rf'<form[^>]+action="([^"]+/{verb})".*?</form>', self.html, re.DOTALL)
        assert found, f"no form to {verb}: {self.words}"
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
        return Form(found[1], {name: value for name, value in pairs if name != "csrf_token"}, found[0])

    @property
    def token(self) -> str:
        """What protects the forms of the page in hand."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        return found[1] if found else ""

    @property
    def case(self) -> str:
        """Public id of the case in hand."""
        return self.path.split("/")[3]

    @property
    def path(self) -> str:
        """Where she is."""
        assert self.page is not None
        return self.page.request.path

    @property
    def status(self) -> int:
        """Status of the page in hand."""
        assert self.page is not None
        return self.page.status_code

    @property
    def html(self) -> str:
        """The page in hand."""
        return self.page.text if self.page is not None else ""

    @property
    def words(self) -> str:
        """What the page says."""
        body = self.html[self.html.find("<main") : self.html.find("</main")]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@dataclass(frozen=True)
class Form:
    """A form of a page."""

    action: str
    hidden: dict[str, str]
    body: str
