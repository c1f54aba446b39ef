"""Every check is made against something real: this PostgreSQL, a socket, files, the test keys."""

import json
import os
import socketserver
import threading
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from gelombang import store
from gelombang.cli.stamps import stamp
from gelombang.jobs import readiness
from gelombang.jobs.loop import Context
from gelombang.jobs.readiness import outside
from gelombang.kit import clock
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.notices import actions as notices
from gelombang.records.notices.rules import Owed, seal_letter
from gelombang.records.programme import actions, queries
from gelombang.records.programme.readiness import State

pytestmark = pytest.mark.django_db(transaction=True)


class Greeting(socketserver.StreamRequestHandler):
    """An SMTP server that says hello and goodbye."""

    def handle(self):
        self.wfile.write(b"220 uji\r\n")
        for line in self.rfile:
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 uji\r\n")
            if line.upper().startswith(b"QUIT"):
                return


@pytest.fixture
def greeter():
    """Something that takes connections, and greets in SMTP; its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def environment(tmp_path, greeter):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "funnel.json").write_text("{}")
    backup = tmp_path / "backup"
    backup.touch()
    said = {"ended_at": clock.real_now().isoformat(), "clean": True, "people": 80_000,
            "rehearsal": "surge"}  # fmt: skip
    (tmp_path / "rehearsal.json").write_text(json.dumps(said))
    return settings.GELOMBANG.model_copy(
        update={
            "data_dir": tmp_path,
            "backup_stamp": backup,
            "smtp_port": greeter,
            "civil_registry_url": f"http://127.0.0.1:{greeter}/dukcapil",
            "demo": False,
        }
    )


def look(environment) -> dict[str, State]:
    report = readiness.look(environment, now=clock.now(), real_now=clock.real_now())
    return {check.name: check.state for check in report.checks}


def owe(keyring):
    """Seal a letter into the database."""
    address = seal(keyring, "orang@example.id", purpose="email")
    letter = seal_letter(keyring, "a", "b")
    owed = Owed(f"uji:{keyring.sealing_current}", None, "uji", address, "id", letter)
    at = clock.real_now()
    with store.transaction():
        notices.owe(notices=[owed], now=at, real_now=at)


def test_every_check_is_made(environment, database_url):
    found = look(environment)
    assert found.pop("database") is State.FAILED  # the tests' PostgreSQL runs without fsync
    assert found.pop("disk:data") in {State.OK, State.WARNING}
    assert found.pop("disk:database") in {State.OK, State.WARNING, State.UNKNOWN}
    answering = ("keys", "mail", "partner:civil_registry", "clocks")
    assert [found.pop(name) for name in answering] == [State.OK] * 4
    assert [found.pop(name) for name in ("backups", "rehearsal", "workers")] == [State.OK] * 3
    assert set(found) == {
        "partner:education", "partner:social_aid", "partner:beacon",
        *(f"partner:{code}" for code in environment.payment_accounts),
    }  # fmt: skip
    assert set(found.values()) == {State.FAILED}  # nobody listens there


def test_what_is_gone_is_noticed(environment, database_url, tmp_path):
    yesterday = (clock.real_now() - timedelta(hours=25)).timestamp()
    os.utime(tmp_path / "backup", (yesterday, yesterday))
    (tmp_path / "rehearsal.json").write_text('{"ended_at": "2020-')
    (tmp_path / "public" / "funnel.json").unlink()
    found = look(environment.model_copy(update={"smtp_port": 9}))
    gone = ("backups", "rehearsal", "workers", "mail")
    assert [found[name] for name in gone] == [State.FAILED] * 4


def test_a_rehearsal_of_a_handful_is_noticed_by_what_the_commands_leave(
    environment, database_url, tmp_path, monkeypatch
):
    (tmp_path / "rehearsal.json").unlink()
    monkeypatch.setenv("GELOMBANG_REHEARSAL_STAMP", str(tmp_path / "rehearsal.json"))
    stamp(rehearsal="surge", scale="10", people=10, clean=True)
    assert look(environment)["rehearsal"] is State.FAILED
    stamp(rehearsal="launch-day", scale="0.01", people=14_321, clean=True)
    assert look(environment)["rehearsal"] is State.OK


def test_what_the_commands_leave_is_kept_by_kind_and_scale(
    environment, database_url, tmp_path, monkeypatch
):
    file = tmp_path / "rehearsal.json"
    monkeypatch.setenv("GELOMBANG_REHEARSAL_STAMP", str(file))
    assert "rehearsals" not in json.loads(file.read_text()), "as before: the latest one alone"
    for clean in (False, True):
        stamp(rehearsal="surge", scale="10", people=10, clean=clean)
    kept = json.loads(file.read_text())["rehearsals"]
    assert [(each["people"], each["clean"]) for each in kept] == [(80_000, True), (10, True)]
    assert look(environment)["rehearsal"] is State.OK
    stamp(rehearsal="surge", scale="80000", people=80_000, clean=False)
    assert look(environment)["rehearsal"] is State.FAILED
    stamp(rehearsal="surge", scale="2000", people=2_000, clean=True)
    assert look(environment)["rehearsal"] is State.OK


def test_an_ending_is_forgotten_after_a_week_and_no_sooner(tmp_path, monkeypatch):
    file = tmp_path / "rehearsal.json"
    monkeypatch.setenv("GELOMBANG_REHEARSAL_STAMP", str(file))
    said = {"clean": True, "people": 2_000, "rehearsal": "launch-day"}
    file.write_text(json.dumps({"rehearsals": [
        {**said, "scale": "1", "ended_at": (clock.real_now() - timedelta(days=8)).isoformat()},
        {**said, "scale": "0.001", "ended_at": (clock.real_now() - timedelta(days=6)).isoformat()},
    ]}))  # fmt: skip
    stamp(rehearsal="surge", scale="9", people=9, clean=True)
    kept = json.loads(file.read_text())["rehearsals"]
    assert [each["scale"] for each in kept] == ["0.001", "9"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '"x"', '{"rehearsals": 3}', '{"rehearsals": [3, {}]}',
     '{"ended_at": "2020-01-01T00:00:00", "clean": true, "people": 9, "rehearsal": "surge"}',
     '{"ended_at": "soon", "clean": true, "people": 9, "rehearsal": "surge"}'],
)  # fmt: skip
def test_a_garbled_file_is_no_rehearsal_and_is_written_anew(text, tmp_path, monkeypatch):
    file = tmp_path / "rehearsal.json"
    monkeypatch.setenv("GELOMBANG_REHEARSAL_STAMP", str(file))
    file.write_text(text)
    assert outside.rehearsal_stamps(file) == []
    stamp(rehearsal="surge", scale="9", people=9, clean=True)
    (found,) = outside.rehearsal_stamps(file)
    assert (found.name, found.people) == ("surge", 9)


def test_a_value_sealed_with_a_key_that_we_lost_is_noticed(environment, keyring, database_url):
    owe(keyring)
    assert look(environment)["keys"] is State.OK
    owe(Keyring({9: bytes(32)}, 9, keyring.index, keyring.tokens, keyring.tokens_current))
    assert look(environment)["keys"] is State.FAILED


def test_the_worker_answers_who_asks_and_nobody_else(environment, keyring, real_now):
    context = Context(
        clock.now(), real_now, keyring, "http://127.0.0.1", environment, threading.Event()
    )
    (sweep,) = readiness.SWEEPS
    assert sweep.run(context) == 0
    assert queries.latest_readiness() is None
    actions.ask_readiness(actor="staff:a", real_now=real_now)
    actions.ask_readiness(actor="staff:b", real_now=real_now)
    assert sweep.run(context) == 2
    assert sweep.run(context) == 0
    report = queries.latest_readiness()
    assert report.taken_at == real_now
    assert "database" in {check.name for check in report.checks}
    assert isinstance(report.taken_at, datetime)
