"""The worker's loop: outages pass, bugs end it, a stop is quick."""

import logging
import threading
import time
from itertools import pairwise

import pytest
from django.db import IntegrityError, OperationalError

from gelombang.jobs import loop, worker
from gelombang.jobs.loop import Context, Progress, Sweep, sweep_until
from gelombang.kit.errors import Outage
from gelombang.settings.environment import load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch):
    monkeypatch.setattr(loop, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(loop, "LONGEST_PAUSE", 0.02)


def run(run_sweep, *, pause=0.01, name="test.sweep", full=1):
    """Run one sweep in this thread until it sets the stop."""
    stop, progress = threading.Event(), Progress()
    sweep = Sweep(
        name=name, run=lambda context: run_sweep(context, stop), pause_seconds=pause, full=full
    )
    thread = threading.Thread(target=sweep_until, args=(stop, sweep, load(), progress))
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    return progress


def test_it_goes_on_at_once_while_there_is_work_and_rests_after():
    batches = iter([5, 5, 2, 0, 0])
    instants = []

    def work(context: Context, stop):
        instants.append(time.monotonic())
        done = next(batches, None)
        if done is None:
            stop.set()
        return done or 0

    progress = run(work, pause=0.1)
    assert (progress.done, progress.runs) == (12, 6)
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert max(gaps[:3]) < 0.09 < min(gaps[3:])


def test_a_run_that_found_little_waits_for_company():
    batches = iter([9, 10, 3, 0])
    instants = []

    def work(context: Context, stop):
        instants.append(time.monotonic())
        done = next(batches, None)
        if done is None:
            stop.set()
        return done or 0

    progress = run(work, pause=0.1, full=10)
    assert (progress.done, progress.runs) == (22, 5)
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    assert gaps[1] < 0.09 < min(gaps[0], *gaps[2:])


def test_every_run_reads_the_clock_again():
    seen = []

    def work(context: Context, stop):
        seen.append((context.now, context.real_now))
        assert context.keyring is load().keyring
        if len(seen) == 3:
            stop.set()
        return 1

    run(work)
    assert seen[0][1] < seen[1][1] < seen[2][1]


@pytest.mark.parametrize("outage", [Outage("x"), OperationalError("secret@example.id")])
def test_an_outage_is_counted_and_passes(outage, caplog):
    tries = []

    def work(context, stop):
        tries.append(1)
        if len(tries) < 4:
            raise outage
        stop.set()
        return 1

    with caplog.at_level(logging.WARNING):
        progress = run(work)
    assert (progress.outages, progress.done, progress.bug) == (3, 1, False)
    assert caplog.text.count("test.sweep") == 3
    assert "example.id" not in caplog.text


def test_a_bug_stops_the_worker_loudly_and_without_values(caplog):
    stop = threading.Event()

    address = f"ani{chr(64)}example.id"  # not in the source line that a traceback shows

    def broken(context):
        cause = ValueError(f"Key (email)=({address}) exists")
        raise IntegrityError(address) from cause

    def healthy(context):
        return 0

    sweeps = [Sweep(name="a.broken", run=broken), Sweep(name="b.healthy", run=healthy)]
    started = time.monotonic()
    with (
        caplog.at_level(logging.ERROR),
        pytest.raises(worker.SweepBrokenError, match=r"a\.broken"),
    ):
        worker.run_sweeps(sweeps, environment=load(), stop=stop)
    assert time.monotonic() - started < 2
    assert "IntegrityError" in caplog.text
    assert "in broken" in caplog.text
    assert address not in caplog.text


def test_a_stop_does_not_wait_for_a_sweep_that_hangs(monkeypatch, caplog):
    monkeypatch.setattr(worker, "STOPPING_SECONDS", 0.3)
    stop, release = threading.Event(), threading.Event()
    sweep = Sweep(name="a.hanging", run=lambda _: int(release.wait(20)))
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()
    worker.run_sweeps([sweep], environment=load(), stop=stop)
    assert time.monotonic() - started < 2
    assert "a.hanging" in caplog.text
    release.set()


def test_sweeps_are_chosen_by_name_or_package():
    assert {sweep.name for sweep in worker.chosen_sweeps([])} >= {
        "registration.admit", "registration.confirm", "notices.deliver",
    }  # fmt: skip
    assert [s.name for s in worker.chosen_sweeps(["notices.deliver"])] == ["notices.deliver"]
    assert all(s.name.startswith("registration.") for s in worker.chosen_sweeps(["registration"]))
    with pytest.raises(worker.UnknownSweepError, match="nonsense"):
        worker.chosen_sweeps(["nonsense"])


def test_no_two_sweeps_share_a_name():
    names = [sweep.name for sweep in worker.all_sweeps()]
    assert len(names) == len(set(names))
