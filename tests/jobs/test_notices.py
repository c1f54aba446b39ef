"""Delivery from the outbox to a real SMTP server and back into the records."""

import asyncio
import re
import threading
from datetime import UTC, datetime

import pytest

from gelombang import store
from gelombang.cli.postgres import free_port
from gelombang.gateways.messaging import fake
from gelombang.gateways.messaging.catch import Catch
from gelombang.gateways.messaging.client import MailServer, SmtpClient
from gelombang.gateways.messaging.protocol import MailServerAway
from gelombang.jobs import notices as jobs
from gelombang.jobs.loop import Context
from gelombang.kit import clock
from gelombang.kit.sealing import seal
from gelombang.records.notices import actions, queries
from gelombang.records.notices.rules import Owed, is_number_of_ours, seal_letter
from gelombang.settings.environment import load

NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
SENDER = "Gelombang <jangan-balas@gelombang.example.id>"

pytestmark = pytest.mark.django_db


class Server:
    """A catcher in a thread of its own."""

    def __init__(self, port=None):
        self.catch, self.temper = Catch(), fake.Temper()
        self.port = port or free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self):
        self._thread.start()
        start = fake.start_smtp(self.catch, host="127.0.0.1", port=self.port, temper=self.temper)
        self._server = asyncio.run_coroutine_threadsafe(start, self._loop).result(10)
        return self

    def __exit__(self, *_):
        async def stop():
            self._server.close()
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def server():
    with Server() as server:
        yield server


@pytest.fixture
def gateway(server):
    with SmtpClient(MailServer("127.0.0.1", server.port, SENDER), connections=3) as client:
        yield client


@pytest.fixture
def context(keyring):
    return Context(now=NOW, real_now=clock.real_now(), keyring=keyring, base_url="",
                   environment=load(), stop=threading.Event())  # fmt: skip


def owe(keyring, *names, urgent=False):
    owed = [
        Owed(key=name, person_id=None, kind="test", language="id", urgent=urgent,
             address_sealed=seal(keyring, f"{name}@example.id", purpose="email"),
             letter_sealed=seal_letter(keyring, "Perihal", f"Halo {name}\n"))
        for name in names
    ]  # fmt: skip
    with store.transaction():
        actions.owe(notices=owed, now=NOW, real_now=clock.real_now())


def states():
    rows = store.fetch("SELECT key, state FROM notices_notice ORDER BY key")
    return {row["key"]: row["state"] for row in rows}


def test_everything_owed_is_delivered_once(keyring, server, gateway, context):
    names = [f"orang{n}" for n in range(130)]
    owe(keyring, *names)
    assert jobs.deliver(context, gateway) == 130
    assert sorted(mail.to for mail in server.catch.after(0, limit=999)) == sorted(
        f"{name}@example.id" for name in names
    )
    assert set(states().values()) == {"sent"}
    assert jobs.deliver(context, gateway) == 0


def test_every_letter_ends_with_a_number_of_ours_and_where_to_check_it(
    keyring, server, gateway, context
):
    owe(keyring, "ani", "budi")
    jobs.deliver(context, gateway)
    lines = [mail.body.rstrip().splitlines()[-1] for mail in server.catch.after(0, limit=9)]
    assert all(line.endswith("periksa di (check at) /periksa-pesan") for line in lines)
    numbers = {
        re.search(r"([A-Z2-7]{4}-){4}[A-Z2-7]{4}", line)[0].replace("-", "") for line in lines
    }
    assert len(numbers) == 2
    assert all(is_number_of_ours(number, keyring=keyring) for number in numbers)


def test_refusals_and_patience_are_recorded_one_by_one(keyring, server, gateway, context):
    server.temper.refused.add("hilang@example.id")
    server.temper.deferred.add("sibuk@example.id")
    owe(keyring, "ani", "hilang", "sibuk")
    assert jobs.deliver(context, gateway) == 1
    assert states() == {"ani": "sent", "hilang": "given_up", "sibuk": "owed"}
    assert queries.due(real_now=clock.real_now()) == 0


def test_an_outage_gives_everything_back_and_is_told(keyring, context):
    owe(keyring, *(f"orang{n}" for n in range(60)))
    port = free_port()
    with SmtpClient(MailServer("127.0.0.1", port, SENDER), connections=2) as client:
        with pytest.raises(MailServerAway):
            jobs.deliver(context, client)
        assert queries.due(real_now=clock.real_now()) == 60
        with Server(port) as server:
            assert jobs.deliver(context, client) == 60
            assert len(server.catch) == 60
    assert store.fetch_value("SELECT max(attempts) FROM notices_notice") == 1


def test_a_crash_before_recording_repeats_at_most_what_was_in_flight(
    keyring, server, gateway, context, monkeypatch
):
    owe(keyring, *(f"orang{n:03}" for n in range(200)))
    real = actions.record
    recorded = []

    def dies(**arguments):
        if len(recorded) == 2:
            raise SystemError("killed here")
        recorded.append(1)
        return real(**arguments)

    monkeypatch.setattr(actions, "record", dies)
    with pytest.raises(SystemError):
        jobs.deliver(context, gateway)
    monkeypatch.undo()
    store.execute("UPDATE notices_notice SET next_attempt_at = %s WHERE state = 'owed'",
                  [clock.real_now()])  # fmt: skip
    jobs.deliver(context, gateway)
    arrived = [mail.to for mail in server.catch.after(0, limit=999)]
    assert len(set(arrived)) == 200
    assert len(arrived) - 200 <= jobs.CHUNK * gateway.connections
    assert set(states().values()) == {"sent"}


def test_a_stop_ends_delivery_between_two_chunks(keyring, server, gateway, context):
    owe(keyring, *(f"orang{n}" for n in range(30)))
    context.stop.set()
    assert jobs.deliver(context, gateway) == 0
    assert queries.backlog() == 30
    assert queries.due(real_now=clock.real_now()) == 30


def test_a_letter_that_does_not_open_waits_and_holds_up_nobody(
    keyring, server, gateway, context, caplog
):
    owe(keyring, "ani", "rusak", "budi")
    store.execute("UPDATE notices_notice SET letter_sealed = 'broken' WHERE key = 'rusak'")
    assert jobs.deliver(context, gateway) == 2
    assert states() == {"ani": "sent", "budi": "sent", "rusak": "owed"}
    assert "does not open" in caplog.text
