"""The port for those who run the door: is it alive, is it ready, and what does it count.

Served by the parent of the workers, on an address of its own that the public never reaches. It
knows the workers only by the small files that they rewrite every second, so that it answers while
every one of them is busy or hung.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gelombang.frontdoor import meters
from gelombang.frontdoor.meters import Snapshot
from gelombang.frontdoor.standing import Standing, standings
from gelombang.kit import buckets, clock

PLAIN = "text/plain; charset=utf-8"
SHARES = (0.5, 0.99, 0.999)
STEP = 8  # every eighth bucket of ours is one of Prometheus: its bounds grow by 2.14
HOLDS = ("parked", "down", "stopped")
FORECAST_FRESH = timedelta(minutes=5)
Look = Callable[[], list[Standing]]


class DoorCollector(Collector):
    """The counts of all workers added up, and the memory of each."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def collect(self) -> Iterator[Metric]:
        """Everything that `/metrics` shows, read anew."""
        found = self._look()
        whole = meters.summed([each.snapshot for each in found])
        yield _requests(whole)
        yield from _gauges(found, whole)
        yield from _times(whole)
        yield _memory(found)


class ForecastCollector(Collector):
    """The queues of the partners as a worker counted and foretold them last."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def collect(self) -> Iterator[Metric]:
        """Nothing before the first count, or when the latest one is old."""
        partners = _forecast(self._file, real_now=clock.real_now())
        waiting = GaugeMetricFamily(
            "gelombang_partner_waiting", "Open questions to a partner.", labels=("partner",)
        )
        pace = GaugeMetricFamily(
            "gelombang_partner_answers_per_second",
            "Measured while it could be asked and people waited.",
            labels=("partner",),
        )
        held = GaugeMetricFamily(
            "gelombang_partner_held",
            "1 by what holds it: parked, down or stopped.",
            labels=("partner", "why"),
        )
        questions = GaugeMetricFamily(
            "gelombang_partner_questions_held",
            "Questions it cannot process: they wait for people, `gelombang partners ask-again`.",
            labels=("partner",),
        )
        ends = GaugeMetricFamily(
            "gelombang_partner_finishes_in_seconds",
            "When the queue ends if nobody joins it; nine times in ten within the edges.",
            labels=("partner", "edge"),
        )
        for code, each in partners.items():
            waiting.add_metric([code], each["waiting"])
            if each["answers_per_second"] is not None:
                pace.add_metric([code], each["answers_per_second"])
            for why in HOLDS:
                held.add_metric([code, why], float(each["hold"] == why))
            questions.add_metric([code], each.get("questions_held", 0))
            for edge, seconds in (each["finishes_in"] or {}).items():
                ends.add_metric([code, edge], seconds)
        yield from (waiting, pace, held, questions, ends)


def _forecast(file: Path, *, real_now: datetime) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    written = datetime.fromisoformat(document["written_at"])
    found: dict[str, Any] = document["partners"]
    return found if real_now - written < FORECAST_FRESH else {}


def _requests(whole: Snapshot) -> Metric:
    family = CounterMetricFamily(
        "gelombang_door_requests",
        "Requests by group of routes and what became of them; all of a group were offered.",
        labels=("group", "outcome"),
    )
    for name, count in whole.counts.items():
        family.add_metric(name.split("/"), count)
    return family


def _gauges(found: list[Standing], whole: Snapshot) -> Iterator[Metric]:
    reachable = sum(each.reachable for each in found)
    yield GaugeMetricFamily("gelombang_door_workers", "Workers that live.", len(found))
    yield GaugeMetricFamily("gelombang_door_workers_ready", "… that reach PostgreSQL.", reachable)
    yield GaugeMetricFamily(
        "gelombang_door_queue_rows", "Rows that wait for a commit.", whole.queue_depth
    )
    yield GaugeMetricFamily(
        "gelombang_door_batch_rows", "Rows in the latest commit.", whole.batch_rows
    )
    yield CounterMetricFamily("gelombang_door_batches", "Commits.", whole.batches)
    yield CounterMetricFamily("gelombang_door_rows", "Rows committed.", whole.rows)


def _times(whole: Snapshot) -> Iterator[Metric]:
    commits = HistogramMetricFamily("gelombang_door_commit_seconds", "Time of a commit.")
    commits.add_metric([], _histogram(whole.commits), whole.commit_seconds)
    yield commits
    requests = HistogramMetricFamily(
        "gelombang_door_latency_seconds", "From arrival to answer.", labels=("group",)
    )
    quantiles = GaugeMetricFamily(
        "gelombang_door_latency_quantile_seconds",
        "The same since the workers started, off by 5 % at most.",
        labels=("group", "quantile"),
    )
    for group, counts in whole.latency.items():
        requests.add_metric([group], _histogram(counts), None)
        for share in SHARES:
            quantiles.add_metric([group, str(share)], buckets.quantile(counts, share))
    yield requests
    yield quantiles


def _histogram(counts: Iterable[int]) -> list[tuple[str, float]]:
    """Our buckets as Prometheus wants them: cumulative, by upper bound."""
    found, seen = [], 0
    for bucket, count in enumerate(counts):
        seen += count
        if bucket % STEP == 0:
            found.append((f"{buckets.bound(bucket):.6g}", float(seen)))
    return [*found, ("+Inf", float(seen))]


def _memory(found: list[Standing]) -> Metric:
    family = GaugeMetricFamily(
        "gelombang_door_resident_bytes", "Memory of each worker.", labels=("pid",)
    )
    for each in found:
        family.add_metric([str(each.pid)], resident_bytes(each.pid))
    return family


def resident_bytes(pid: int) -> int:
    """The memory that a process holds; 0 where this system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * 4096


def start_operator_port(*, host: str, port: int, directory: Path) -> ThreadingHTTPServer:
    """Serve in a thread of this process until it ends; `directory` is where the workers write."""

    def look() -> list[Standing]:
        return standings(directory, real_now=clock.real_now())

    registry = CollectorRegistry()
    registry.register(DoorCollector(look))
    registry.register(ForecastCollector(directory / "forecast.json"))

    class Handler(_Handler):
        answers = {
            "/healthz": lambda: (HTTPStatus.OK, PLAIN, b"ok\n"),
            "/readyz": lambda: _ready(look()),
            "/metrics": lambda: (HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry)),
        }

    server = _Server((host, port), Handler)
    Thread(target=server.serve_forever, name="operator-port", daemon=True).start()
    return server


def _ready(found: list[Standing]) -> tuple[HTTPStatus, str, bytes]:
    if any(each.reachable for each in found):
        return HTTPStatus.OK, PLAIN, b"ok\n"
    reason = b"database away\n" if found else b"no worker yet\n"
    return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, reason


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, handler)


class _Handler(BaseHTTPRequestHandler):
    """Three addresses, GET only; silent, since every scrape would be a line."""

    answers: dict[str, Callable[[], tuple[HTTPStatus, str, bytes]]]
    timeout = 10

    def do_GET(self) -> None:
        """One question of an operator's tool."""
        answer = self.answers.get(self.path.partition("?")[0])
        status, media, body = answer() if answer else (HTTPStatus.NOT_FOUND, PLAIN, b"unknown\n")
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""
