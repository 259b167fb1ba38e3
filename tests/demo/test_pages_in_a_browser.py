"""The services' pages in a real browser: readable by everybody, and the list of mails alive."""

import smtplib
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ariane.demo import services
from ariane.demo.services import RunningServices
from tests.demo.test_mail import letter

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServices]:
    with services.started(tmp_path_factory.mktemp("demo")) as company:
        yield company


def send(running: RunningServices, subject: str) -> None:
    with smtplib.SMTP("127.0.0.1", int(running.addresses.smtp.rpartition(":")[2]), timeout=5) as line:
        line.send_message(letter(subject))


def test_a_mail_appears_while_one_looks_and_its_link_opens_in_a_new_window(
    running: RunningServices, page: Page
) -> None:
    page.goto(f"{running.addresses.mail}/?lang=en")
    send(running, "Sent again")
    page.get_by_role("link", name="Sent again").click()
    link = page.frame_locator("iframe").get_by_role("link", name="suivez-le")
    expect(link).to_have_attribute("target", "_blank")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_fault_of_accessibility_and_fit_a_phone(
    running: RunningServices, page: Page, scheme: str
) -> None:
    running.switch_fault("dhl", "down")
    send(running, "Any")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 390, "height": 800})
    mail = running.addresses.mail
    for address in (running.addresses.shop, running.addresses.dhl, mail, f"{mail}/mails/1", f"{mail}/behaviour"):
        page.goto(f"{address}?lang=fr")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
