"""Virtual time follows one file that every process reads, and never goes back."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gelombang.kit import clock

BEGINS = datetime(2020, 4, 11, 9, tzinfo=UTC)
REAL = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(0), timedelta(days=30_000)).map(lambda span: BEGINS + span)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clock.json"


@pytest.fixture
def real_time(monkeypatch):
    """Real time stands still; the test moves it on."""
    passed = [REAL]
    monkeypatch.setattr(clock, "real_now", lambda: passed[0])
    return passed


def test_without_a_file_virtual_time_is_real_time(monkeypatch, real_time):
    monkeypatch.delenv(clock.CLOCK_VARIABLE, raising=False)
    assert clock.now() == REAL


def test_real_time_is_in_utc():
    assert clock.real_now().tzinfo is UTC


def test_a_named_but_missing_file_is_an_error_and_not_real_time(monkeypatch, path):
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(path))
    with pytest.raises(FileNotFoundError):
        clock.now()


@pytest.mark.parametrize("rate", [0, 1, 60, 0.5])
def test_virtual_time_passes_at_its_rate(monkeypatch, path, real_time, rate):
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(path))
    clock.set_face(path, virtual=BEGINS, rate=rate)
    real_time[0] += timedelta(seconds=100)
    assert clock.now() == BEGINS + timedelta(seconds=100 * rate)


def test_a_new_file_starts_at_the_real_instant(path, real_time):
    assert clock.set_face(path, rate=1).virtual_origin == REAL


def test_a_held_clock_stands_and_goes_on_from_there(path, real_time):
    clock.set_face(path, virtual=BEGINS, rate=0)
    real_time[0] += timedelta(days=3)
    assert clock.set_face(path, rate=1).at(real_time[0]) == BEGINS


def test_a_change_of_rate_starts_where_the_last_reader_of_the_old_face_can_be(path, real_time):
    old = clock.set_face(path, virtual=BEGINS, rate=3600)
    held = clock.set_face(path, rate=0)
    assert held.at(REAL) == old.at(REAL + clock.HANDOVER)


def test_it_advances_and_keeps_its_rate(path, real_time):
    clock.set_face(path, virtual=BEGINS, rate=0)
    assert clock.advance(path, timedelta(hours=2)).rate == 0
    assert clock.read_face(path).at(real_time[0]) == BEGINS + timedelta(hours=2)
    clock.set_face(path, rate=60)
    assert clock.advance(path, timedelta(0)).rate == 60


@pytest.mark.parametrize("rate", [-1, -0.001, float("nan"), float("inf"), float("-inf")])
def test_a_rate_that_is_no_pace_is_refused_and_nothing_is_written(path, rate):
    with pytest.raises(clock.ClockWentBack):
        clock.set_face(path, virtual=BEGINS, rate=rate)
    assert not path.exists()


def test_it_never_goes_back(path, real_time):
    clock.set_face(path, virtual=BEGINS, rate=0)
    with pytest.raises(clock.ClockWentBack):
        clock.set_face(path, virtual=BEGINS - timedelta(microseconds=1), rate=0)
    with pytest.raises(clock.ClockWentBack):
        clock.advance(path, timedelta(microseconds=-1))
    assert clock.read_face(path).at(real_time[0]) == BEGINS


def test_the_present_instant_itself_is_not_back(path, real_time):
    clock.set_face(path, virtual=BEGINS, rate=0)
    assert clock.set_face(path, virtual=BEGINS, rate=1).virtual_origin == BEGINS


def test_an_instant_without_a_zone_never_reaches_the_file(path):
    with pytest.raises(ValueError, match="zone"):
        clock.set_face(path, virtual=BEGINS.replace(tzinfo=None), rate=1)
    assert not path.exists()


def test_a_face_is_found_again_in_another_zone(path, real_time):
    clock.set_face(path, virtual=BEGINS.astimezone(clock.WIT), rate=0)
    assert clock.read_face(path).at(real_time[0]) == BEGINS


def test_the_file_bears_its_exact_time_so_that_no_rewrite_looks_like_another(path, monkeypatch):
    for written in (1_586_595_600_123_456_700, 1_586_595_600_123_456_800):
        monkeypatch.setattr(clock.time, "time_ns", lambda written=written: written)
        clock.set_face(path, virtual=BEGINS, rate=0)
        assert path.stat().st_mtime_ns == written


def test_another_process_reads_what_this_one_set(path):
    program = (
        "import sys; from gelombang.kit import clock\n"
        "for _ in sys.stdin: print(clock.now().isoformat(), flush=True)\n"
    )
    environment = os.environ | {clock.CLOCK_VARIABLE: str(path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:  # fmt: skip
        for days in range(3):
            clock.set_face(path, virtual=BEGINS + timedelta(days=days), rate=0)
            time.sleep(clock.HANDOVER.total_seconds())
            other.stdin.write("?\n")
            other.stdin.flush()
            told = datetime.fromisoformat(other.stdout.readline().strip())
            assert told == BEGINS + timedelta(days=days)
        other.stdin.close()


def test_no_leap_is_lost_between_several_writers(path):
    clock.set_face(path, virtual=BEGINS, rate=0)
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda _: clock.advance(path, timedelta(minutes=1)), range(200)))
    assert clock.read_face(path).virtual_origin == BEGINS + timedelta(minutes=200)


def test_nothing_is_left_beside_the_file(path):
    clock.set_face(path, virtual=BEGINS, rate=0)
    clock.advance(path, timedelta(hours=1))
    assert list(path.parent.iterdir()) == [path]


FACE = {"virtual_origin": BEGINS.isoformat(), "real_origin": REAL.isoformat(), "rate": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        *(json.dumps({k: v for k, v in FACE.items() if k != name}) for name in FACE),
        json.dumps(FACE | {"virtual_origin": "2020-04-11T09:00:00"}),
        json.dumps(FACE | {"real_origin": "2020-04-11T09:00:00"}),
        json.dumps(FACE | {"real_origin": "yesterday"}),
        json.dumps(FACE | {"virtual_origin": 7}),
        json.dumps(FACE | {"rate": "fast"}),
        json.dumps(FACE | {"rate": None}),
        json.dumps(FACE | {"rate": -1}),
        json.dumps(FACE | {"rate": float("nan")}),
        json.dumps(FACE | {"rate": float("inf")}),
    ],
)
def test_a_file_without_a_face_is_unreadable(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(clock.ClockUnreadable):
        clock.read_face(path)


def test_a_file_written_by_hand_is_read(path):
    path.write_text(json.dumps(FACE), encoding="utf-8")
    assert clock.read_face(path).at(REAL + timedelta(hours=1)) == BEGINS + timedelta(hours=1)


@given(instants, st.floats(0, 100_000), st.lists(st.integers(0, 10**12), min_size=2, max_size=9))
def test_a_face_never_shows_time_going_back(origin, rate, microseconds):
    face = clock.ClockFace(virtual_origin=BEGINS, real_origin=origin, rate=rate)
    shown = [face.at(origin + timedelta(microseconds=us)) for us in sorted(microseconds)]
    assert shown == sorted(shown)
    assert shown[0] >= BEGINS
