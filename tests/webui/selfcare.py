"""A customer at the selfcare door of a small company."""

import re
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.language.document import Document
from processes.library import shipped


def documents() -> list[Document]:
    """The shipped processes without their scenarios, which are played elsewhere."""
    return [document.model_copy(update={"scenarios": []}) for document in shipped()]


@dataclass
class Customer:
    """Somebody with a browser and no JavaScript: follows links, presses buttons."""

    client: FlaskClient
    page: TestResponse | None = None

    def enter(self, number: str = "RC-1001", postcode: str = "37000", **more: str) -> "Customer":
        """Give order number and postcode on the first page."""
        self.get("/selfcare")
        return self.post("/selfcare", order_number=number, postcode=postcode, **more)

    def get(self, address: str) -> "Customer":
        """Open an address."""
        self.page = self.client.get(address, follow_redirects=True)
        return self

    def post(self, address: str, **values: object) -> "Customer":
        """Send a form, as the page in hand protects it."""
        token = self.token()
        self.page = self.client.post(address, data={"csrf_token": token, **values}, follow_redirects=True)
        return self

    def press(self, value: str) -> "Customer":
        """Press the answer `value` of the question in hand."""
        found = re.search(rf'name="([^"]+)" value="{re.escape(value)}"', self.html)
        assert found, f"no button for {value} on {self.words}"
        return self.post(self.action("answer"), **self.hidden("answer"), **{found[1]: value})

    def action(self, verb: str) -> str:
        """Where the form of a verb goes."""
        found = re.search(rf'action="([^"]+/{verb})"', self.html)
        assert found, f"no form to {verb} on {self.words}"
        return found[1]

    def hidden(self, verb: str) -> dict[str, str]:
        """The hidden values of a verb's form."""
        form = self.html[self.html.index(f'/{verb}"') :]
        form = form[: form.index("</form>")]
        pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        return {name: value for name, value in pairs if name != "csrf_token"}

    def token(self) -> str:
        """The token of the page's forms."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.html)
        return found[1] if found else ""

    @property
    def case(self) -> str:
        """Public id of the case in hand."""
        assert self.page is not None
        return self.page.request.path.split("/")[3]

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
        body = self.html[self.html.find("<main") : self.html.find("</footer")]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
