"""What tests of the doors share: the application, a client, somebody signed in, and eyes on a real page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from base.clock import real_now
from base.config import Configuration, load
from base.database import Database
from base.people import Person
from tests.webui.eyes import Eyes
from tests.webui.gallery import blueprint as gallery
from tests.webui.live import served
from webui.accounts.rows import SignIn
from webui.app import create_app

Enter = Callable[[FlaskClient, Person], FlaskClient]
Look = Callable[..., Eyes]


class EnglishClient(FlaskClient):
    """A browser without JavaScript whose reader prefers English."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept for the whole run, so that assets are pressed once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def configuration(data_folder: Path, database: Database) -> Configuration:
    url = database.url.render_as_string(hide_password=False)
    return load(data_folder=data_folder, database_url=url)


@pytest.fixture
def app(configuration: Configuration, database: Database) -> Flask:
    """The doors, and the gallery that only tests have; its clients prefer English."""
    app = create_app(configuration, database)
    app.test_client_class = EnglishClient
    app.register_blueprint(gallery)
    gallery.arrived.clear()  # type: ignore[attr-defined]
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Signed in as nobody."""
    return app.test_client()


@pytest.fixture
def enter(database: Database) -> Enter:
    """`enter(client, person)`: signed in, as the page of signing in does it, without the slow password."""

    def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
        with database.unit() as rows:
            now = real_now(rows)
            token = SignIn.begin(rows, person.id, now, address="127.0.0.1", browser="test")
        with client.session_transaction() as session:
            session.update(sign_in=token, seen=int(now.timestamp()), _user_id=person.fs_uniquifier, _fresh=True)
        return client

    return sign_in


@pytest.fixture
def live(app: Flask) -> Iterator[str]:
    """The address of a real server."""
    with served(app) as address:
        yield address


@pytest.fixture
def look(browser: Browser, app: Flask, live: str, enter: Enter) -> Iterator[Look]:
    """`look(person=anne, language="fr", width=390, theme="dark", scripts=False)`: a page of a real browser.

    At the end of the test no page may have met a policy violation or an error of a script.
    """
    opened: list[Eyes] = []

    def open_page(
        person: Person | None = None,
        *,
        language: str = "en",
        width: int = 1366,
        theme: str = "light",
        scripts: bool = True,
    ) -> Eyes:
        context = browser.new_context(
            base_url=live,
            viewport={"width": width, "height": 844},
            color_scheme=theme,  # type: ignore[arg-type]
            locale=language,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        if person is not None:
            cookie = enter(app.test_client(), person).get_cookie("ariane")
            assert cookie is not None
            context.add_cookies([{"name": "ariane", "value": cookie.value, "url": live}])
        context.add_cookies([{"name": "language", "value": language, "url": live}])
        eyes = Eyes(context.new_page(), width)
        opened.append(eyes)
        return eyes

    yield open_page
    for eyes in opened:
        eyes.page.context.close()
    assert [trouble for eyes in opened for trouble in eyes.troubles] == []
