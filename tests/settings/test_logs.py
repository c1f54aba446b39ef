"""Nothing personal reaches a log line, whoever writes it."""

import json
import subprocess
import sys

import pytest

from gelombang.settings import logs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /konfirmasi/AQzz-_9 HTTP/1.1", "GET /konfirmasi/[…] HTTP/1.1"),
        ("Not Found: /konfirmasi/AQzz?x=1", "Not Found: /konfirmasi/[…]?x=1"),
        ("mail to siti.aminah+x@example.id failed", "mail to […] failed"),
        ("nik=3171014107909901,", "nik=[…],"),
        ("call +62 812-0000-0001 now", "call […] now"),
        ("call 081200000001 now", "call […] now"),
        ("wave PKJ-2020-W01 has 164872 places", "wave PKJ-2020-W01 has 164872 places"),
        ("at 2020-04-11T12:00:00.000000Z", "at 2020-04-11T12:00:00.000000Z"),
        ("hash 3f786850e387550fdab836ed7e", "hash 3f786850e387550fdab836ed7e"),
    ],
)  # fmt: skip
def test_personal_data_is_blotted_out(text, expected):
    assert logs.redact(text) == expected


def _written_by(code: str) -> list[dict]:
    """The lines, as machines read them, of a process with our configuration."""
    start = "from gelombang.settings import logs; logs.configure(level='info', form='json')\n"
    answer = subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in answer.stderr.splitlines()]


def test_our_lines_are_structured_and_blotted():
    (line,) = _written_by(
        "import structlog\n"
        "structlog.get_logger('gelombang.test').info('sent', to='siti@example.id', count=3)"
    )
    assert line["event"] == "sent"
    assert line["to"] == logs.BLOT
    assert line["count"] == 3
    assert line["level"] == "info"


def test_foreign_lines_and_tracebacks_are_blotted_too():
    (line,) = _written_by(
        "import logging\n"
        "try:\n"
        "    raise ValueError('no such person: 3171014107909901')\n"
        "except ValueError:\n"
        "    logging.getLogger('some.library').exception('failed for %s', 'siti@example.id')\n"
    )
    assert "Traceback" in line["exception"]
    assert "3171014107909901" not in json.dumps(line)
    assert "siti@example.id" not in json.dumps(line)


def test_a_failure_to_log_shows_nothing_of_the_line():
    assert _written_by("import logging; logging.warning('%d', 'siti@example.id')") == []


def test_a_refused_address_is_not_logged_and_a_fault_is():
    (line,) = _written_by(
        "import logging\n"
        "log = logging.getLogger('django.request')\n"
        "log.warning('Not Found: /apa-saja-yang-diketik')\n"
        "log.error('Internal Server Error: /saya')\n"
    )
    assert line["event"] == "Internal Server Error: /saya"
