"""The operators' port: alive, ready, and what the workers counted."""

import json
import os
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gelombang.cli.operator_port import resident_bytes, start_operator_port
from gelombang.frontdoor.meters import Meters
from gelombang.frontdoor.standing import StandingFile
from gelombang.kit import clock


def get(server, path: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture
def port(tmp_path):
    server = start_operator_port(host="127.0.0.1", port=0, directory=tmp_path)
    yield server
    server.shutdown()
    server.server_close()


def samples(server) -> dict[tuple, float]:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(get(server, "/metrics")[1])
    return {
        (each.name, *sorted(each.labels.values())): each.value
        for family in families
        for each in family.samples
    }


@pytest.fixture
def counted(tmp_path) -> Meters:
    """Two workers: this process, and its parent."""
    mine = Meters()
    for seconds in (0.01, 0.02, 0.04):
        mine.note("register", "accepted", seconds)
    mine.note("register", "ticketed", 0.001)
    mine.note_batch(3, 0.005)
    StandingFile(tmp_path, meters=mine, is_reachable=lambda: True, waiting=lambda: 7).write()
    document = json.loads((tmp_path / f"door-{os.getpid()}.json").read_text())
    other = document | {"pid": os.getppid(), "reachable": False}
    (tmp_path / f"door-{os.getppid()}.json").write_text(json.dumps(other))
    return mine


def test_the_forecast_of_a_worker_is_shown_while_it_is_fresh(port, tmp_path):
    partners = {
        "civil_registry": {
            "waiting": 439_000, "answers_per_second": 8.1, "hold": "down",
            "questions_held": 12,
            "finishes_in": {"earliest": 50_000.0, "about": 54_000.0, "latest": 70_000.0},
        },
        "education": {
            "waiting": 3, "answers_per_second": None, "hold": "", "finishes_in": None,
        },
    }  # fmt: skip
    for age, shown in ((timedelta(), 439_000), (timedelta(minutes=6), None)):
        written = (clock.real_now() - age).isoformat()
        text = json.dumps({"written_at": written, "partners": partners})
        (tmp_path / "forecast.json").write_text(text)
        found = samples(port)
        assert found.get(("gelombang_partner_waiting", "civil_registry")) == shown
    (tmp_path / "forecast.json").write_text(
        json.dumps({"written_at": clock.real_now().isoformat(), "partners": partners})
    )
    found = samples(port)
    ends = "gelombang_partner_finishes_in_seconds"
    assert found[ends, "civil_registry", "latest"] == 70_000
    assert found["gelombang_partner_held", "civil_registry", "down"] == 1
    assert found["gelombang_partner_held", "down", "education"] == 0
    assert (ends, "education", "about") not in found
    held = "gelombang_partner_questions_held"
    assert (found[held, "civil_registry"], found[held, "education"]) == (12, 0)


def test_it_is_alive_without_workers_but_not_ready(port):
    assert get(port, "/healthz") == (200, "ok\n")
    assert get(port, "/readyz") == (503, "no worker yet\n")
    assert get(port, "/daftar")[0] == 404


def test_it_is_ready_as_long_as_one_worker_reaches_the_database(port, counted, tmp_path):
    assert get(port, "/readyz") == (200, "ok\n")
    StandingFile(tmp_path, meters=counted, is_reachable=lambda: False).write()
    assert get(port, "/readyz") == (503, "database away\n")


def test_metrics_are_the_sum_of_all_workers(port, counted):
    found = samples(port)
    assert found["gelombang_door_requests_total", "accepted", "register"] == 6
    assert found["gelombang_door_requests_total", "register", "ticketed"] == 2
    assert found["gelombang_door_queue_rows",] == 14
    assert found["gelombang_door_batch_rows",] == 3
    assert found["gelombang_door_rows_total",] == 6
    assert found["gelombang_door_workers",] == 2
    assert found["gelombang_door_workers_ready",] == 1
    assert found["gelombang_door_commit_seconds_count",] == 2
    assert found["gelombang_door_commit_seconds_sum",] == pytest.approx(0.01)
    p50 = found["gelombang_door_latency_quantile_seconds", "0.5", "register"]
    assert p50 == pytest.approx(0.01, rel=0.05)
    assert found["gelombang_door_latency_seconds_bucket", "+Inf", "register"] == 8
    assert found["gelombang_door_resident_bytes", str(os.getpid())] > 1_000_000


def test_a_process_that_is_gone_holds_no_memory():
    assert resident_bytes(2**22 + 1) == 0
