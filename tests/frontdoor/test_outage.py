"""PostgreSQL is killed under load: what was acknowledged is there, and nobody has to mend it."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import brotli
import pytest
from tests.frontdoor.conftest import BEFORE_ALL, IN_WAVE_TWO
from tests.frontdoor.standing import (
    environment_of,
    fresh_email,
    fresh_key,
    is_up,
    load_programme,
    set_controls,
    standing_door,
    wait_until,
)

from gelombang.cli.places import throwaway_directory
from gelombang.cli.postgres import Cluster

PEOPLE = 12  # who press again and again, at the same time
SOON = 60  # seconds, where a machine with other work needs a moment

pytestmark = pytest.mark.system


@pytest.fixture
def cluster():
    """A durable cluster of our own, since the others' must not be killed."""
    cluster = Cluster(place=throwaway_directory("frontdoor") / "postgres")
    try:
        cluster.start()
        subprocess.run([sys.executable, "-m", "gelombang", "migrate"],
                       env=environment_of(cluster.url()), check=True, timeout=180,
                       capture_output=True)  # fmt: skip
        load_programme(cluster.url())
        yield cluster
    finally:
        cluster.stop()


class Crowd:
    """People who register without a pause, each time with a new key, and note what they heard."""

    def __init__(self, door):
        self.door = door
        self.acknowledged: dict[str, tuple[str, str]] = {}
        self.put_off: dict[str, str] = {}
        self.others: list[object] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._press) for _ in range(PEOPLE)]

    def __enter__(self):
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for each in self._threads:
            each.join(30)

    def _press(self):
        while not self._stop.is_set():
            key, email = fresh_key(), fresh_email()
            try:
                answer = self.door.register(email, key=key)
            except OSError as broken:
                self.others.append(broken)
                continue
            if answer.status == 201:
                self.acknowledged[key] = email, answer.document["receipt"]
            elif answer.status == 429 and "retry-after" in answer.headers:
                self.put_off[key] = email
                time.sleep(0.05)
            else:
                self.others.append(answer)


def test_a_killed_database_loses_no_receipt_and_needs_no_hand(cluster, scratch):
    with standing_door(cluster.url(), at=IN_WAVE_TWO, place=scratch / "outage") as door:
        with Crowd(door) as crowd:
            wait_until(lambda: len(crowd.acknowledged) > 200, seconds=SOON)
            os.kill(cluster.postmaster(), signal.SIGKILL)
            wait_until(lambda: crowd.put_off and door.get("/readyz").status == 503, seconds=SOON)
            form, home = door.get("/daftar"), door.get("/")
            time.sleep(0.5)  # its orphans leave
            cluster.start()
            before = len(crowd.acknowledged)
            wait_until(lambda: len(crowd.acknowledged) > before + 50, seconds=SOON)
        assert crowd.others == []
        assert form.status == 429
        assert "Dijeda sebentar" in form.text
        assert (home.status, "dijeda" in home.text) == (200, True)

        rows = dict(door.rows("SELECT idempotency_key, receipt FROM registration_submission"))
        missing = [key for key, (_, receipt) in crowd.acknowledged.items()
                   if rows.get(key) != receipt]  # fmt: skip
        assert missing == []
        for key, email in crowd.put_off.items():
            assert door.register(email, key=key).status == 201
        keys = crowd.acknowledged.keys() | crowd.put_off.keys()
        after = door.rows("SELECT idempotency_key FROM registration_submission")
        assert sorted(key for (key,) in after) == sorted(keys)
        assert "example.id" not in door.log.read_text()


def test_a_door_that_starts_without_its_database_still_knows_the_calendar(cluster, scratch):
    place, url = scratch / "restart", cluster.url()
    with standing_door(url, at=BEFORE_ALL, place=place):
        assert (place / "public" / "calendar.json").is_file()
    cluster.stop()
    later = BEFORE_ALL + timedelta(hours=1)
    with standing_door(url, at=later, place=place, ready=is_up) as door:
        assert "Pendaftaran dibuka Sabtu, 11 April 2020, 19.00 WIB" in door.get("/").text
    with standing_door(url, at=IN_WAVE_TWO, place=place, ready=is_up) as door:
        form, home = door.get("/daftar"), door.get("/")
        assert (form.status, home.status) == (429, 200)
        assert "Dijeda sebentar" in form.text
        assert "Pendaftaran dijeda sebentar" in home.text
        assert 10 <= int(form.headers["retry-after"]) <= 30
        assert door.register(fresh_email()).status == 429
        small = door.get("/daftar", accept_encoding="br")
        assert len(small.body) < len(form.body) / 2


def place_with_many_ahead(door):
    """A ticket that is not called for a while, as the browser keeps it."""
    given = []

    def waits_long() -> bool:
        answer = door.register(fresh_email())
        if answer.status == 202:
            given.append(answer.document["ticket"])
        return len(given) > PEOPLE * 4

    wait_until(waits_long, seconds=SOON)
    return f"antrean-registration={given[-1]}"


def test_who_waits_reads_so_while_the_database_and_the_house_are_away(cluster, scratch):
    url = cluster.url()
    set_controls(url, admission_per_second=1)
    with standing_door(url, at=IN_WAVE_TWO, place=scratch / "waiting") as door:
        kept = place_with_many_ahead(door)
        cluster.stop()
        wait_until(lambda: door.get("/readyz").status == 503, seconds=SOON)
        waiting, stranger = door.get("/daftar", cookie=kept), door.get("/daftar")
        assert (waiting.status, waiting.headers["retry-after"]) == (202, "20")
        assert "Tempat Anda sudah dicatat di peramban ini" in waiting.text
        assert '<meta http-equiv="refresh" content="20">' in waiting.text
        assert waiting.headers["set-cookie"].startswith(kept)
        assert (stranger.status, "Dijeda sebentar" in stranger.text) == (429, True)
        small = door.get("/daftar", cookie=kept, accept_encoding="br")
        assert brotli.decompress(small.body) == waiting.body
        own = door.get(f"/antrean/{kept.partition('=')[2]}")
        assert (own.status, "Tempat Anda tidak berubah" in own.text) == (200, True)
        cluster.start()
        set_controls(url)
        wait_until(lambda: door.get("/daftar", cookie=kept).status == 200, seconds=2 * SOON)
