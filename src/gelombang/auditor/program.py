"""The command line of the auditor.

Exit status: 0 all invariants hold, 1 at least one does not (or, with `--settled`, something is
still in flight), 2 the audit could not be done.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from gelombang.auditor import report
from gelombang.auditor.chain import kept_head
from gelombang.auditor.examine import examine
from gelombang.auditor.findings import Finding
from gelombang.auditor.reading import Reading
from gelombang.auditor.receipts import acknowledged
from gelombang.auditor.snapshot import snapshot

URL_VARIABLE = "GELOMBANG_DATABASE_READONLY_URL"
CLEAN, VIOLATED, FAILED = 0, 1, 2
_HEAD = re.compile(r"(\d{1,18}):([0-9a-fA-F]{64})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit once; the exit status."""
    options = _parser().parse_args(arguments)
    if not options.url:
        return _fail(f"name the database with --url or {URL_VARIABLE}")
    try:
        readings = _readings(options)
        findings, taken_at = _audit(options, readings)
    except (psycopg.Error, OSError, ValueError) as problem:
        return _fail(f"the audit could not be done: {type(problem).__name__}: {problem}")
    if options.json:
        sys.stdout.write(report.as_json(findings, taken_at=taken_at) + "\n")
    else:
        sys.stdout.write(report.total(findings) + "\n")
    return _status(findings, settled=options.settled)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gelombang audit",
        description="Hold every invariant of the programme against one snapshot of its database.",
    )
    parser.add_argument(
        "--url",
        default=os.environ.get(URL_VARIABLE),
        help=f"address of the database for a read-only role (default: {URL_VARIABLE})",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument(
        "--settled", action="store_true", help="fail as well while something is in flight"
    )
    parser.add_argument(
        "--receipts", type=Path, help="file of acknowledged receipts, one a line, to look for"
    )
    parser.add_argument(
        "--head", action="append", default=[], metavar="POSITION:HASH",
        help="a head of the audit chain that a witness kept; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--statement-seconds",
        type=int,
        default=900,
        help="longest time that one statement may take",
    )
    return parser


def _readings(options: argparse.Namespace) -> list[Reading]:
    readings = [] if options.receipts is None else [acknowledged(options.receipts)]
    for text in options.head:
        parts = _HEAD.fullmatch(text)
        if parts is None:
            raise ValueError("--head wants a position, a colon and 64 hexadecimal digits")
        readings.append(kept_head(int(parts[1]), parts[2]))
    return readings


def _audit(options: argparse.Namespace, readings: list[Reading]) -> tuple[list[Finding], str]:
    findings = []
    with snapshot(options.url, statement_seconds=options.statement_seconds) as taken:
        taken_at = str(taken.value('SELECT to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'))
        for finding in examine(taken, readings):
            findings.append(finding)
            if not options.json:
                sys.stdout.write(report.line(finding) + "\n")
                sys.stdout.flush()
    return findings, taken_at


def _status(findings: Sequence[Finding], *, settled: bool) -> int:
    violated = any(finding.violations for finding in findings)
    unsettled = settled and any(finding.in_flight for finding in findings)
    return VIOLATED if violated or unsettled else CLEAN


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return FAILED
