"""Alive, and ready to work."""

from pathlib import Path

from flask.testing import FlaskClient

from base.config import load
from webui.app import create_app


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_its_database(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    configuration = load(data_folder=tmp_path, database_url=url)
    client = create_app(configuration, configuration.open_database()).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
