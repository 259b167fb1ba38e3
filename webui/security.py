"""What protects every form and cookie, whatever the door."""

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from base.errors import ArianeError
from base.languages import N_
from webui import requests

LARGEST_REQUEST = 1024 * 1024
"""Bytes. Views that take photos raise it for themselves."""

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}

csrf = CSRFProtect()
"""For the door whose callers bring a token of their own instead of a cookie: `csrf.exempt(blueprint)`."""


class ForeignForm(ArianeError):
    """A form on somebody else's site tried to act in the name of the reader."""

    sentence = N_("This request came from another site. Nothing was done.")
    status = 403


def install(app: Flask) -> None:
    with app.app_context():
        configuration = requests.configuration()
    secure = configuration.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=configuration.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="__Host-ariane" if secure else "ariane",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        # The token lives as long as the session; an agent's form may stay open all morning.
        WTF_CSRF_TIME_LIMIT=None,
        # Customers' pages send no referrer, so the referrer proves nothing: `refuse_foreign_forms` is stronger.
        WTF_CSRF_SSL_STRICT=False,
    )
    if proxies := configuration.trusted_proxies:
        # Without a declared proxy nobody's word is taken for an address: tries are counted by it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.before_request(refuse_foreign_forms)
    csrf.init_app(app)
    app.before_request(keep_token)


def keep_token() -> None:
    """The token that a form came with is good for the next one: it lasts as long as the session."""
    if g.get("csrf_valid") and (token := request.form.get("csrf_token")):
        g.csrf_token = token


def refuse_foreign_forms() -> None:
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise ForeignForm
