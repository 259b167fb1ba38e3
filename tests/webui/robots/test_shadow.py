"""The page of shadow mode: begun and ended with a reason, what robots would do beside what people did."""

from flask.testing import FlaskClient

from tests.company import Company
from tests.walking import begin
from tests.webui.robots.conftest import read, send

SHADOW = "/insight/robots/shadow"


def test_a_process_only_watches_and_is_compared_on_the_page(company: Company, sofia: FlaskClient) -> None:
    assert "Please say why" in send(sofia, f"{SHADOW}/begin", SHADOW, process="tiny", reason="")
    page = send(sofia, f"{SHADOW}/begin", SHADOW, process="tiny", reason="First week")
    assert "First week" in page
    begin(company.walks, company.agent, company.case().id)
    company.later(days=10)
    page = read(sofia, SHADOW)
    assert "not done yet" in page
    assert "close:" in page
    assert "not done yet" in read(sofia, f"{SHADOW}?process=tiny&verdict=open")
    page = send(sofia, f"{SHADOW}/end", SHADOW, process="tiny")
    assert "No process is in shadow mode" in page
