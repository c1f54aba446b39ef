"""The front door as it stands now, from the tallies of all its processes."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.web import making
from tests.web.conftest import page

from gelombang.kit import buckets
from gelombang.records.programme import queries
from gelombang.records.programme.models import DoorTally
from gelombang.web import reading
from gelombang.web.authority import OPERATOR, SUPPORT_AGENT
from gelombang.web.operators import live

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 8, 30, 3, tzinfo=UTC)


def tally(seconds: float, *, process: str = "a:1", **counts: int) -> None:
    """One second of one process, so long before AT's slot ended."""
    fields = dict.fromkeys(
        ("offered", "accepted", "ticketed", "shed", "paced", "refused", "queue_depth",
         "batches", "rows", "commit_ms"), 0,
    )  # fmt: skip
    latency = buckets.pairs([0] * 50 + [counts.get("offered", 0)] + [0] * 109)
    at = live._whole_slot(AT - live.TOLD_LATE) - timedelta(seconds=seconds)
    DoorTally.objects.create(process=process, at=at, latency=latency, **(fields | counts))


@pytest.fixture
def shown(monkeypatch):
    """The page at AT, as an operator sees it."""
    monkeypatch.setattr(reading, "instants", lambda: reading.Instants(now=AT, real_now=AT))
    desk = making.at_desk(OPERATOR)

    def show(language: str = "id") -> str:
        desk.cookies["bahasa"] = language
        return page(desk.get("/meja/pintu/langsung"))

    return show


def test_processes_add_up_in_slots_and_the_silent_ones_are_zero():
    tally(1, offered=100, accepted=80, queue_depth=7, batches=2, rows=80, commit_ms=10)
    tally(2, offered=50, accepted=50, queue_depth=3, batches=1, rows=50, commit_ms=5)
    tally(1, process="b:2", offered=30, ticketed=30, queue_depth=5)
    tally(11, offered=1)
    until = live._whole_slot(AT - live.TOLD_LATE)
    slots = queries.door_slots(since=until - timedelta(seconds=15), until=until)
    assert [slot.offered for slot in slots] == [1, 0, 180]
    last = slots[-1]
    assert (last.accepted, last.ticketed, last.queue_depth, last.processes) == (130, 30, 12, 2)
    assert (last.batches, last.rows, last.commit_ms) == (3, 130, 15)
    counts = queries.door_latencies(since=until - timedelta(seconds=15), until=until)
    assert sum(counts) == counts[50] == 181


def test_the_page_shows_rates_percentiles_and_curves(shown):
    tally(1, offered=5_000, accepted=4_500, shed=500, batches=10, rows=4_500, commit_ms=45)
    tally(200, offered=50_000)
    said = shown()
    for words in ("1.000", "10.000", "900", "450", "4,5", "5,6 ms", "1 proses"):
        assert words in said, words
    assert said.count("<polyline") == 9
    assert 'http-equiv="refresh" content="5"' in said
    assert "<script" not in said
    english = shown(language="en")
    assert "Offered" in english
    assert "5.6 ms" in english


def test_silence_is_said(shown):
    said = shown()
    assert "Tidak ada kabar dari pintu depan" in said
    assert "–" in said


def test_only_who_answers_for_the_door_sees_it():
    desk = making.at_desk(SUPPORT_AGENT)
    assert desk.get("/meja/pintu/langsung").status_code == 403
