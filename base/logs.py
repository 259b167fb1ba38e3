"""What the program tells its operators: one line an event, names and figures, no personal data, no secrets.

`logger(__name__).info("walk_woken", walk=public_id, milliseconds=12)`. Events are snake_case words, not sentences.
"""

import logging
import sys
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

_TALKATIVE = ("alembic", "apscheduler", "urllib3", "werkzeug", "mail.log")
_SECRET_WORDS = ("password", "secret", "token", "authorization", "api_key", "cookie")


def set_up(level: str = "INFO", form: Literal["console", "json"] = "console", stream: TextIO | None = None) -> None:
    """Once, at the start of a process: our own events and those of libraries, on standard error."""
    logging.basicConfig(level=level, stream=stream or sys.stderr, format="%(message)s", force=True)
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            mask_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that says which room speaks."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(room=name))


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Whatever its value, a key that names a secret is not written."""
    for key in event:
        if any(word in key.lower() for word in _SECRET_WORDS):
            event[key] = "***"
    return event
