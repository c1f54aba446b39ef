"""A front door that really stands: its own process and socket, its own clock, a real PostgreSQL."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from gelombang.cli.demo import reader_url
from gelombang.cli.places import clone
from gelombang.cli.postgres import free_port
from gelombang.kit import altcha, clock
from gelombang.kit.tokens import door_pass
from gelombang.settings.environment import load

PROGRAMME = clone() / "programmes" / "prakerja-2020.toml"
FORM = "application/x-www-form-urlencoded"
LOADING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import django; django.setup()
from gelombang.records.programme import actions
from gelombang.records.programme.readiness import Report
from gelombang.records.programme.rules import DoorControls
told = {"actor": "cli:test", "now": datetime(2020, 4, 10, 5, tzinfo=UTC),
        "real_now": datetime.now(UTC)}
actions.load(text=Path(sys.argv[1]).read_text(encoding="utf-8"), **told)
actions.sign_off(subject="registration", report=Report(taken_at=told["real_now"], checks=()),
                 overridden=True, reason="a test", **told)
# Every test of the door comes from one address.
actions.set_door(controls=DoorControls(address_per_minute=100_000, network_per_minute=100_000),
                 reason="a test", **told)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def document(self) -> dict:
        return json.loads(self.body)

    @property
    def kept(self) -> dict[str, str]:
        """The hidden fields of the page's form."""
        pattern = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
        return dict(re.findall(pattern, self.text))


@dataclass(slots=True)
class Door:
    """The running process and how to talk to it."""

    port: int
    operator_port: int
    database_url: str
    log: Path
    process: subprocess.Popen = field(repr=False)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; `content_type` is the header Content-Type."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=names)
            found = connection.getresponse()
            named = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, named, found.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def send(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """A form as a browser sends it; that of registration with its work done."""
        if path == "/daftar" and not fields.get("altcha"):
            fields = {**fields, "altcha": fresh_proof()}
        return self.ask("POST", path, urlencode(fields).encode(), content_type=FORM, **headers)

    def call(self, path: str, content: object, *, key: str | None = None, **headers: str) -> Answer:
        """A JSON document as a machine sends it."""
        if key is not None:
            headers["idempotency_key"] = key
        if path == "/api/v1/registrations" and isinstance(content, dict):
            content = {"altcha": fresh_proof(), **content}
        body = json.dumps(content).encode()
        return self.ask("POST", path, body, content_type="application/json", **headers)

    def register(self, email: str, *, key: str | None = None, **more: str) -> Answer:
        content = {"email": email, **more}
        return self.call("/api/v1/registrations", content, key=key or fresh_key())

    def join(
        self, wave: str, person: uuid.UUID, *, key: str | None = None, **content: str
    ) -> Answer:
        """Press Join as a machine, with a pass of the house."""
        until = datetime.now(UTC) + timedelta(minutes=30)
        token = door_pass(load().keyring, person_id=person, expires_at=until)
        path = f"/api/v1/waves/{wave}/entries"
        return self.call(path, content, key=key or fresh_key(), authorization=f"Bearer {token}")

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, values).fetchall()

    def count(self, table: str, receipt: str) -> int:
        return self.rows(f"SELECT count(*) FROM {table} WHERE receipt = %s", receipt)[0][0]


def fresh_proof() -> str:
    """A challenge with its solution, made with the keys that the standing door has too."""
    ends = datetime.now(UTC) + timedelta(minutes=10)
    return altcha.solved(altcha.key_of(load().keyring), cost=1, expires_at=ends)


def fresh_key() -> str:
    return f"kunci-{uuid.uuid4().hex}"


def fresh_email() -> str:
    return f"orang-{uuid.uuid4().hex[:12]}@example.id"


def load_programme(database_url: str) -> None:
    """Load the programme of 2020 in a process of its own: ours is tied to another database."""
    subprocess.run(
        [sys.executable, "-c", LOADING, str(PROGRAMME)],
        env=environment_of(database_url), check=True, timeout=60,
    )  # fmt: skip


def set_controls(database_url: str, **changes: int | bool) -> None:
    """Set the door's controls as an operator does; pacing stays out of the way unless named."""
    wanted = {"address_per_minute": 100_000, "network_per_minute": 100_000, "paused": False}
    wanted |= changes
    columns, values = ", ".join(wanted), ", ".join(["%s"] * len(wanted))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            f"INSERT INTO programme_doorcontrol ({columns}, recorded_at, actor, reason) "
            f"VALUES ({values}, now(), 'cli:test', 'a test')",
            list(wanted.values()),
        )


def environment_of(database_url: str) -> dict[str, str]:
    reader = reader_url(database_url, "only-for-tests")
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "GELOMBANG_DATABASE_READONLY_URL": reader,
    }


@contextmanager
def standing_door(
    database_url: str,
    *,
    at: datetime,
    place: Path,
    settings: Mapping[str, str] | None = None,
    ready: Callable[[Door], bool] | None = None,
    command: Sequence[str] = ("-m", "gelombang", "frontdoor"),
) -> Iterator[Door]:
    """`gelombang frontdoor` on a free port, at this virtual instant, stopped at the end."""
    place.mkdir(parents=True, exist_ok=True)
    clock.set_face(place / "clock.json", virtual=at, rate=1)
    port, operator_port = free_port(), free_port()
    environment = environment_of(database_url) | {
        "GELOMBANG_PORT": str(port),
        "GELOMBANG_CLOCK": str(place / "clock.json"),
        "GELOMBANG_DATA_DIR": str(place),
        "GELOMBANG_OPERATOR_PORT": str(operator_port),
        "GELOMBANG_LOG_LEVEL": "debug",
        **(settings or {}),
    }
    log = place / "door.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        door = Door(port, operator_port, database_url, log, process)
        wait_until(lambda: (ready or is_ready)(door), seconds=30)
        yield door
    finally:
        end(process)


def end(process: subprocess.Popen) -> None:
    """Ask the server and its workers to go, and insist after a while."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def is_ready(door: Door) -> bool:
    """Whether it answers and its database does."""
    return _answers(door, "/readyz")


def is_up(door: Door) -> bool:
    """Whether it answers, whatever became of its database."""
    return _answers(door, "/healthz")


def _answers(door: Door, path: str) -> bool:
    assert door.process.poll() is None, door.log.read_text()
    try:
        return door.get(path).status == 200
    except OSError:
        return False


def wait_until(question, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
