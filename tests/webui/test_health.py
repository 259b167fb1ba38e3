"""Alive, and ready to work."""

from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from base.clock import real_now
from base.config import load
from base.database import Database
from robots.rows import beat
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


def test_robots_at_work_stalled_or_never_seen_are_told(client: FlaskClient, database: Database) -> None:
    assert client.get("/readyz").json == {"status": "ready", "robots": "never seen"}
    for minutes, told in ((0, "at work"), (5, "stalled")):
        with database.unit() as session:
            beat(session, real_now(session) - timedelta(minutes=minutes), 0)
        answer = client.get("/readyz")
        assert answer.json is not None
        assert (answer.status_code, answer.json["robots"]) == (200, told)


def test_figures_are_for_this_machine_or_for_whoever_knows_the_token(tmp_path: Path, database: Database) -> None:
    def answered(token: str, address: str, **headers: str) -> int:
        configuration = load(data_folder=tmp_path, metrics_token=token)
        client = create_app(configuration, database).test_client()
        return client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code

    assert answered("", "127.0.0.1") == 200
    assert answered("", "203.0.113.9") == 404
    assert answered("secret", "127.0.0.1") == 404
    assert answered("secret", "203.0.113.9", Authorization="Bearer secret") == 200
