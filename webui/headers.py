"""Headers of every answer: one policy, one nonce a request, no outside host, no inline code."""

import secrets
from typing import cast

from flask import Flask, Response, g, request

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_CUSTOMERS = "selfcare"
"""The blueprint that customers see: leaner policy, may be framed by the brand's own sites, leaks no address."""


def install(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(protect)


def nonce() -> str:
    """The one value that lets a script or sheet of this very page run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast(str, g.nonce)


def may_be_framed_by(*origins: str) -> None:
    """Let the sites `origins` show this answer in a frame; for the customers' door only."""
    g.frame_ancestors = origins


def protect(response: Response) -> Response:
    """Add the headers; an answer that brought its own policy (an uploaded file's sandbox) keeps it."""
    customers = request.blueprint == FOR_CUSTOMERS
    response.headers.setdefault("Content-Security-Policy", policy(customers))
    response.headers.setdefault("Referrer-Policy", "no-referrer" if customers else "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    if "frame_ancestors" not in g:
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
    for name, value in COMMON.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def policy(customers: bool) -> str:
    # Tabler's sheet draws its arrows and ticks with data: images; the customers' sheet has none.
    images = "'self'" if customers else "'self' data:"
    ancestors = " ".join(g.get("frame_ancestors", ())) or "'none'"
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce()}'",
            f"style-src 'self' 'nonce-{nonce()}'",
            f"img-src {images}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        ]
    )
