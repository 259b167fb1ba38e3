"""What can go wrong with a service, switched on from its page or with ``POST /faults``.

A fault stays until it is switched off, or strikes `times` times. The page, the clock and the switch itself always work.
"""

import socket
import time
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from flask import Flask, Response, g, has_request_context, request

from ariane.demo.services.store import Store
from base.languages import N_

FaultKind = Literal["none", "slow", "down", "hang_up", "html", "truncated", "unknown_status", "cut"]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
LABELS: dict[FaultKind, str] = {
    "none": N_("Works as it should"),
    "slow": N_("Slow: waits before it answers"),
    "down": N_("Down: answers 503"),
    "hang_up": N_("Down: hangs up without an answer"),
    "html": N_("Rubbish: a web page instead of data"),
    "truncated": N_("Rubbish: half of the data"),
    "unknown_status": N_("A status that nobody knows"),
    "cut": N_("Does it, then hangs up before the answer"),
}
MOST_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a service fails."""

    kind: FaultKind = "none"
    seconds: float = 5.0
    """How long a slow one waits."""
    times: int | None = None
    """How often it still strikes; None: until it is switched off."""


class BadFault(ValueError):
    """No such fault."""


def parse(body: Any) -> Fault:
    """A fault from JSON or from the form; raises BadFault."""
    kind = body.get("kind") if isinstance(body, dict) else None
    if kind not in KINDS:
        raise BadFault(f"kind is one of {', '.join(KINDS)}")
    try:
        seconds = min(max(float(body.get("seconds") or 5.0), 0.0), MOST_SECONDS)
        times = int(body["times"]) if body.get("times") else None
    except (TypeError, ValueError) as problem:
        raise BadFault("seconds and times are numbers") from problem
    return Fault(kind=kind, seconds=seconds, times=times)


def current(store: Store, service: str) -> Fault:
    """The fault that the next call will meet."""
    return Fault(**store.fault(service))


def switch(store: Store, service: str, fault: Fault) -> None:
    store.put_fault(service, asdict(fault))


def active() -> FaultKind:
    """The fault that strikes the call being answered."""
    fault: Fault = g.get("fault", Fault()) if has_request_context() else Fault()
    return fault.kind


def strike(app: Flask, store: Store, service: str) -> None:
    """Let the faults of `service` strike the calls of `app`, its control pages excepted."""

    @app.before_request
    def before() -> Response | None:
        if _is_control(request.blueprint):
            return None
        g.fault = take(store, service)
        match g.fault.kind:
            case "slow":
                time.sleep(g.fault.seconds)
            case "down":
                return Response(_DOWN, 503, content_type="text/html; charset=utf-8")
            case "html":
                return Response(_DOWN, 200, content_type="text/html; charset=utf-8")
            case "hang_up":
                return _hang_up(Response())
        return None

    @app.after_request
    def after(answer: Response) -> Response:
        if active() == "truncated":
            answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
        return _hang_up(answer) if active() == "cut" else answer


def _is_control(blueprint: str | None) -> bool:
    """Pages, faults and clock; the readable part of the mail sink too, whose faults are those of its SMTP."""
    return blueprint is None or blueprint.partition(".")[0] in ("control", "clock", "faults", "mail")


def take(store: Store, service: str) -> Fault:
    """The fault for this call, counted off."""
    with store.unit():
        fault = current(store, service)
        if fault.kind != "none" and fault.times is not None:
            left = fault.times - 1
            switch(store, service, Fault(kind=fault.kind, seconds=fault.seconds, times=left) if left else Fault())
    return fault


def _hang_up(answer: Response) -> Response:
    """Close the connection before the answer; a test client without a socket sees an empty 500 instead."""
    line = request.environ.get("werkzeug.socket")
    if line is None:
        return Response(status=500)
    line.shutdown(socket.SHUT_RDWR)
    return answer


_DOWN = """<!doctype html><html><head><title>Service en maintenance</title></head>
<body><h1>Service momentanément indisponible</h1><p>Veuillez réessayer plus tard.</p></body></html>
"""
