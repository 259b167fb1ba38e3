"""What goes wrong on demand, and that it can always be switched off again."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ariane.demo import services
from ariane.demo.clock import day
from ariane.demo.company import AFTERSALES_TOKEN, LAPOSTE_KEY, SHOP_TOKEN
from ariane.demo.services import RunningServices
from ariane.demo.services.faults import KINDS
from tests.demo.conftest import Company

OFFICE = {"Authorization": f"Bearer {AFTERSALES_TOKEN}", "Idempotency-Key": "k1"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServices]:
    """The services in a process of their own, as the demo starts them."""
    with services.started(tmp_path_factory.mktemp("demo")) as company:
        yield company


@pytest.fixture(autouse=True)
def well_again(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "running" in request.fixturenames:
        for service in ("shop", "laposte", "dhl", "mail"):
            request.getfixturevalue("running").switch_fault(service, "none")


def track(running: RunningServices, timeout: float = 5) -> requests.Response:
    number = "6A55555555501"
    headers = {"X-Okapi-Key": LAPOSTE_KEY}
    return requests.get(f"{running.addresses.laposte}/suivi/v2/idships/{number}", headers=headers, timeout=timeout)


def test_a_slow_service_is_given_up_by_who_does_not_wait(running: RunningServices) -> None:
    running.switch_fault("laposte", "slow", seconds=0.6)
    with pytest.raises(requests.Timeout):
        track(running, timeout=0.2)
    assert track(running).status_code == 404


def test_a_service_is_down_or_says_rubbish(running: RunningServices) -> None:
    running.switch_fault("laposte", "down")
    assert track(running).status_code == 503
    running.switch_fault("laposte", "html")
    page = track(running)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    running.switch_fault("laposte", "truncated")
    with pytest.raises(requests.JSONDecodeError):
        track(running).json()
    running.switch_fault("laposte", "hang_up")
    with pytest.raises(requests.ConnectionError):
        track(running)
    running.switch_fault("laposte", "none")
    assert track(running).json()["returnCode"] == 404


def test_an_answer_cut_after_the_doing_was_done_once(running: RunningServices) -> None:
    address, body = f"{running.addresses.shop}/backoffice/v1/vouchers", {"orderNumber": "RC-1001"}
    body |= {"amount": {"cents": 500, "currency": "EUR"}}  # type: ignore[dict-item]
    running.switch_fault("shop", "cut", times=1)
    with pytest.raises(requests.ConnectionError):
        requests.post(address, json=body, headers=OFFICE, timeout=5)
    again = requests.post(address, json=body, headers=OFFICE, timeout=5)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["voucherId"] == "VR-2001"


def test_a_status_that_nobody_knows(company: Company) -> None:
    for service in ("shop", "laposte", "dhl"):
        assert company.clients[service].post("/faults", json={"kind": "unknown_status"}).status_code == 200
    assert company.order("RC-1001")["fulfillments"][0]["shipment_status"] == "teleported"
    assert company.laposte(company.parcel("RC-1001")).get_json()["shipment"]["event"][0]["code"] == "ZX9"
    told = company.dhl(company.parcel("RC-1007")).get_json()["shipments"][0]
    assert told["status"]["statusCode"] == told["events"][0]["statusCode"] == "rerouted"


def test_a_fault_strikes_as_often_as_told(company: Company) -> None:
    company.clients["dhl"].post("/faults", json={"kind": "down", "times": 2})
    assert [company.dhl("1").status_code for _ in range(3)] == [503, 503, 404]
    assert company.clients["dhl"].get("/faults").get_json()["kind"] == "none"


def test_the_page_shows_and_switches_faults_while_the_service_is_down(company: Company) -> None:
    laposte = company.clients["laposte"]
    assert laposte.post("/faults", data={"kind": "down", "seconds": "5", "times": ""}).status_code == 302
    page = laposte.get("/", headers={"Accept-Language": "en"})
    assert page.status_code == 200 and "Down: answers 503" in page.text
    assert company.laposte("6A55555555501").status_code == 503
    well = laposte.post("/faults", data={"kind": "none", "back": "https://elsewhere.test"})
    assert well.headers["Location"] == "/"
    assert company.laposte("6A55555555501").status_code == 404


def test_wrong_faults_are_refused(company: Company) -> None:
    for wrong in ({"kind": "fire"}, {}, [], {"kind": "slow", "seconds": "long"}, {"kind": "down", "times": "x"}):
        assert company.clients["shop"].post("/faults", json=wrong).status_code == 422
    assert set(company.clients["shop"].get("/faults").get_json()["kinds"]) == set(KINDS)


def test_other_sites_and_other_names_of_the_machine_are_turned_away(company: Company) -> None:
    shop = company.clients["shop"]
    assert shop.post("/faults", json={"kind": "down"}, headers={"Origin": "https://elsewhere.test"}).status_code == 403
    assert shop.get("/", headers={"Host": "rebound.test"}).status_code == 421


def test_the_pages_speak_french_and_english(company: Company) -> None:
    for service in ("shop", "laposte", "dhl", "mail"):
        assert 'lang="fr"' in company.clients[service].get("/?lang=fr").text
        assert 'lang="en"' in company.clients[service].get("/?lang=en").text


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(services.ServicesDidNotStart, match="in use"):
            services.start(tmp_path, services.Ports(shop=taken.getsockname()[1]))


def test_the_services_end_when_told_and_when_their_parent_is_gone(tmp_path: Path) -> None:
    running = services.start(tmp_path)
    running.stop()
    assert running.process.returncode == 0
    orphan = services.start(tmp_path)
    assert orphan.process.stdin is not None
    orphan.process.stdin.close()
    assert orphan.process.wait(10) == 0
    orphan.stop()


def test_what_was_moved_stays_moved_over_a_restart(tmp_path: Path) -> None:
    with services.started(tmp_path) as running:
        running.move_clock(day(3, "12:00"))
    with services.started(tmp_path) as running:
        told = requests.get(f"{running.addresses.mail}/clock", timeout=5).json()["now"]
        order = requests.get(
            f"{running.addresses.shop}/admin/api/2024-10/orders.json?name=RC-1001&status=any",
            headers={"X-Shopify-Access-Token": SHOP_TOKEN},
            timeout=5,
        )
    assert told.startswith("2026-11-20T12:0")
    assert order.json()["orders"][0]["name"] == "RC-1001"
