"""The file of a process: read while it lives, left out and cleared away when it does not."""

import json
import os
import subprocess
from datetime import timedelta

from gelombang.frontdoor.meters import Meters
from gelombang.frontdoor.standing import StandingFile, standings
from gelombang.kit import clock


def test_a_living_process_is_read_and_a_dead_one_is_cleared_away(tmp_path):
    counted = Meters()
    counted.note("register", "accepted", 0.01)
    file = StandingFile(tmp_path, meters=counted, is_reachable=lambda: True)
    file.write()
    mine = tmp_path / f"door-{os.getpid()}.json"
    gone = subprocess.Popen(["true"])
    gone.wait()
    dead = json.loads(mine.read_text()) | {"pid": gone.pid}
    left = tmp_path / f"door-{gone.pid}.json"
    left.write_text(json.dumps(dead))
    (tmp_path / "door-77.json").write_text('{"half": ')
    (found,) = standings(tmp_path, real_now=clock.real_now())
    assert (found.pid, found.reachable, found.snapshot.offered()) == (os.getpid(), True, 1)
    assert not left.exists()
    assert not list(tmp_path.glob("*.new"))
    file.remove()
    assert standings(tmp_path, real_now=clock.real_now()) == []


def test_a_process_that_hangs_is_left_out(tmp_path):
    StandingFile(tmp_path, meters=Meters(), is_reachable=lambda: True).write()
    assert standings(tmp_path, real_now=clock.real_now() + timedelta(seconds=6)) == []


def test_a_disk_that_refuses_is_said_once(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    file = StandingFile(tmp_path / "file", meters=Meters(), is_reachable=lambda: False)
    file.write()
    file.write()
    assert caplog.text.count("operators cannot see this process") == 1
