"""Staff accounts: who signs in, how, and for how long. Flask-Security-Too stands behind; nobody else here names it.

Code elsewhere asks `webui.requests.current_actor()` and `require`, never a library.
"""

from datetime import UTC, datetime

from flask import Flask
from flask_security import Security

from webui import requests
from webui.accounts import own, second
from webui.accounts.pages import blueprint
from webui.accounts.passwords import HASHING
from webui.accounts.sign_ins import recognise
from webui.accounts.store import PersonStore


def install(app: Flask) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={f"argon2__{name}": value for name, value in HASHING.items()},
        SECURITY_TRACKABLE=True,
        SECURITY_DATETIME_FACTORY=lambda: datetime.now(UTC),
        SECURITY_REGISTERABLE=False,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
    )
    with app.app_context():
        store = PersonStore(requests.database())
    Security(app, store, register_blueprint=False)
    # Its own loader knows persons only; ours also knows whether this very sign-in still holds.
    app.login_manager.user_loader(recognise)  # type: ignore[attr-defined]
    app.register_blueprint(blueprint)


__all__ = ["install", "own", "second"]
