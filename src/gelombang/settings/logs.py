"""Logging, configured in one place: structured, and without personal data even by accident.

Code of ours never logs personal data. This is the net below it: the path segment of a confirm
link, e-mail addresses, 16-digit numbers (NIK, family card) and phone numbers are blotted out of
every line, tracebacks and foreign libraries' messages included.
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

BLOT = "[…]"
_PATTERNS = (
    (re.compile(r"(/(?:en/)?konfirmasi/)[^/\s?\"'<>]+"), rf"\1{BLOT}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), BLOT),
    (re.compile(r"(?<![\w.])\d{16}(?!\w)"), BLOT),
    (re.compile(r"(?<!\w)(?:\+62|08)[\d -]{8,15}(?!\w)"), BLOT),
)

Processor = Callable[[Any, str, Any], Any]


def redact(text: str) -> str:
    """The text without confirm tokens, e-mail addresses, NIKs and phone numbers."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def configuration(*, level: str, form: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` (and Django's LOGGING) takes: one handler on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared_processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _renderer(form),
                ],
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "stream": "ext://sys.stderr",
            },
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Django's own handlers (mail to admins, console in debug) would go round our net.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # A refusal is no event of ours, and the path of a wrong address may hold anything that
            # somebody typed.
            "django.request": {"level": "ERROR"},
            "psycopg.pool": {"level": "ERROR"},  # whoever needs a connection tells of an outage
            "axes": {"level": "ERROR"},  # it writes the user name that somebody tried
        },
    }


def configure(*, level: str = "info", form: str = "text") -> None:
    """Configure structlog, and the standard library's logging where Django does not do it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False  # it would print the arguments of a line it cannot write
    logging.config.dictConfig(configuration(level=level, form=form))


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _renderer(form: str) -> Processor:
    if form == "json":
        inner: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        inner = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return partial(_redacted, inner)


def _redacted(inner: Processor, logger: Any, name: str, event: Any) -> str:
    """What a renderer made of a line, without personal data; workers are sent it by pickle."""
    return redact(str(inner(logger, name, event)))
