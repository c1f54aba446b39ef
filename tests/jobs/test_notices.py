"""Delivery from the outbox to a real SMTP server and back into the records."""

import asyncio
import contextlib
import re
import threading
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from gelombang import store
from gelombang.cli.postgres import free_port
from gelombang.gateways.messaging import fake
from gelombang.gateways.messaging.catch import Catch
from gelombang.gateways.messaging.client import MailServer, SmtpClient
from gelombang.gateways.messaging.protocol import MailServerAway
from gelombang.jobs import mail_providers, notices as jobs
from gelombang.jobs.loop import Context
from gelombang.jobs.mail_providers import FIRST, SECOND, Provider
from gelombang.kit import clock
from gelombang.kit.sealing import seal
from gelombang.records.notices import actions, queries
from gelombang.records.notices.rules import Owed, is_number_of_ours, seal_letter
from gelombang.records.partners import actions as partners, queries as partner_queries
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


@pytest.fixture
def first(server):
    with a_provider(FIRST, server.port) as provider:
        yield provider


@contextlib.contextmanager
def a_provider(code, port, **contract):
    with SmtpClient(MailServer("127.0.0.1", port, SENDER), connections=3) as client:
        yield Provider(code, client, **{"per_second": 50_000, **contract})


def deliver(context, *providers):
    return jobs.Deliverer(providers).run(context)


def rested(code=FIRST):
    """As if the time were over for which a provider is left alone; its failures stay counted."""
    store.execute("UPDATE partners_partner SET resting_until = NULL WHERE code = %s", [code])


def arrived(server):
    """How many mails travelled to a server, those that came a second time included."""
    return len(server.catch) + server.catch.repeated


def test_everything_owed_is_delivered_once(keyring, server, first, context):
    names = [f"orang{n}" for n in range(1030)]
    owe(keyring, *names)
    assert deliver(context, first) == 1030
    assert sorted(mail.to for mail in server.catch.after(0, limit=2000)) == sorted(
        f"{name}@example.id" for name in names
    )
    assert set(states().values()) == {"sent"}
    assert deliver(context, first) == 0
    assert arrived(server) == 1030


def test_every_letter_ends_with_a_number_of_ours_and_where_to_check_it(
    keyring, server, first, context
):
    owe(keyring, "ani", "budi")
    deliver(context, first)
    lines = [mail.body.rstrip().splitlines()[-1] for mail in server.catch.after(0, limit=9)]
    assert all(line.endswith("periksa di (check at) /periksa-pesan") for line in lines)
    numbers = {
        re.search(r"([A-Z2-7]{4}-){4}[A-Z2-7]{4}", line)[0].replace("-", "") for line in lines
    }
    assert len(numbers) == 2
    assert all(is_number_of_ours(number, keyring=keyring) for number in numbers)


def test_refusals_and_patience_are_recorded_one_by_one(keyring, server, first, context):
    server.temper.refused.add("hilang@example.id")
    server.temper.deferred.add("sibuk@example.id")
    owe(keyring, "ani", "hilang", "sibuk")
    assert deliver(context, first) == 1
    assert states() == {"ani": "sent", "hilang": "given_up", "sibuk": "owed"}
    assert queries.due(real_now=clock.real_now()) == 0


def test_an_outage_gives_everything_back_and_is_told(keyring, context):
    owe(keyring, *(f"orang{n}" for n in range(60)))
    port = free_port()
    with a_provider(FIRST, port) as first:
        with pytest.raises(MailServerAway):
            deliver(context, first)
        assert queries.due(real_now=clock.real_now()) == 60
        assert partner_queries.partner(code=FIRST).outages >= 20
        rested()
        with Server(port) as server:
            assert deliver(context, first) == 60
            assert arrived(server) == 60
    assert store.fetch_value("SELECT max(attempts) FROM notices_notice") == 1


def test_a_second_provider_takes_over_and_gives_the_work_back(keyring, server, context):
    port = free_port()
    with a_provider(FIRST, port) as first, a_provider(SECOND, server.port) as second:
        deliverer = jobs.Deliverer([first, second])
        owe(keyring, *(f"orang{n}" for n in range(200)))
        assert deliverer.run(context) == 200
        assert len(server.catch) == 200
        with Server(port) as back:
            owe(keyring, "ani", "budi")
            assert deliverer.run(context) == 2
            assert len(back.catch) == 0, "the first is left alone for a while"
            rested()
            owe(keyring, *(f"lagi{n}" for n in range(50)))
            deliverer.run(context)
            assert 0 < len(back.catch) <= 50, "a few letters try whether the first is back"
            owe(keyring, "citra")
            deliverer.run(context)
            assert back.catch.newest(search="citra", limit=1)
            assert arrived(server) + arrived(back) == 253
    assert set(states().values()) == {"sent"}
    assert partner_queries.partner(code=SECOND).answers == len(server.catch)


def test_a_provider_that_only_puts_off_is_replaced_too(keyring, server, context):
    with (
        Server() as busy,
        a_provider(FIRST, busy.port) as first,
        a_provider(SECOND, server.port) as second,
    ):
        busy.temper.is_busy = True
        deliverer = jobs.Deliverer([first, second])
        owe(keyring, *(f"orang{n}" for n in range(100)))
        deliverer.run(context)
        postponed = queries.backlog()
        assert 0 < postponed < 100
        assert len(server.catch) == 100 - postponed


def test_a_letter_that_one_provider_refuses_goes_to_the_next_at_once(keyring, server, context):
    with (
        Server() as strict,
        a_provider(FIRST, strict.port) as first,
        a_provider(SECOND, server.port) as second,
    ):
        strict.temper.blocked.add("kode@example.id")
        owe(keyring, "ani", "kode", "budi")
        assert deliver(context, first, second) == 3
        assert [mail.to for mail in server.catch.after(0, limit=9)] == ["kode@example.id"]
    assert set(states().values()) == {"sent"}
    assert store.fetch_value("SELECT count(*) FROM notices_addressee") == 0


def test_a_provider_that_blocks_our_sender_loses_the_work_and_no_letter(keyring, server, context):
    with (
        Server() as strict,
        a_provider(FIRST, strict.port) as first,
        a_provider(SECOND, server.port) as second,
    ):
        strict.temper.is_blocking = True
        owe(keyring, *(f"orang{n}" for n in range(100)))
        assert deliver(context, first, second) == 100
        assert len(server.catch) == 100
        view = partner_queries.partner(code=FIRST)
        assert view.failures_in_row >= 20, "refusals in a row are no sign of health"
        assert view.answers == 0


def test_what_every_provider_refuses_is_tried_again_with_patience(keyring, server, first, context):
    server.temper.blocked.add("kode@example.id")
    owe(keyring, "kode", "ani")
    assert deliver(context, first) == 1
    assert states() == {"ani": "sent", "kode": "owed"}
    assert queries.due(real_now=clock.real_now()) == 0, "after a pause"
    server.temper.blocked.clear()
    store.execute("UPDATE notices_notice SET next_attempt_at = %s WHERE state = 'owed'",
                  [clock.real_now()])  # fmt: skip
    assert deliver(context, first) == 1
    assert states() == {"ani": "sent", "kode": "sent"}


@pytest.mark.parametrize("key", ["örang", "dua kata"])
def test_an_address_that_smtp_cannot_carry_is_given_up_and_is_no_outage(
    keyring, first, context, key
):
    owe(keyring, key)
    assert deliver(context, first) == 0
    assert states() == {key: "given_up"}
    assert partner_queries.partner(code=FIRST).failures_in_row == 0


def test_a_used_up_day_parks_a_provider_and_the_second_helps(keyring, server, context):
    with (
        Server() as small,
        a_provider(FIRST, small.port, per_day=25) as first,
        a_provider(SECOND, server.port) as second,
    ):
        owe(keyring, *(f"orang{n}" for n in range(40)))
        assert deliver(context, first, second) == 40
        assert (len(small.catch), len(server.catch)) == (25, 15)
        assert partner_queries.partner(code=FIRST).parked_until is not None


def test_nothing_goes_out_faster_than_the_contract(keyring, server, context):
    with a_provider(FIRST, server.port, per_second=40) as slow:
        owe(keyring, *(f"orang{n}" for n in range(30)))
        started = clock.real_now()
        assert deliver(context, slow) == 30
        seconds = (clock.real_now() - started).total_seconds()
        burst = slow.contract.burst
        assert burst + 40 * seconds >= 30, "every letter had a permit"


def test_a_crash_before_recording_repeats_a_letter_under_its_own_name(
    keyring, server, first, context, monkeypatch
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
        deliver(context, first)
    monkeypatch.undo()
    store.execute("UPDATE notices_notice SET leased_until = %s WHERE state = 'owed'",
                  [clock.real_now()])  # fmt: skip
    deliver(context, first)
    assert len(server.catch) == 200, "a mailbox shows each once"
    assert 0 < server.catch.repeated <= jobs.CHUNK * 2 * first.gateway.connections
    assert set(states().values()) == {"sent"}


def test_an_outage_of_the_database_sends_nothing_twice(
    keyring, server, first, context, monkeypatch
):
    owe(keyring, *(f"orang{n:03}" for n in range(100)))
    deliverer = jobs.Deliverer([first])

    def is_away(**_):
        raise OperationalError

    with monkeypatch.context() as outage:
        outage.setattr(actions, "record", is_away)
        with pytest.raises(OperationalError):
            deliverer.run(context)
    deliverer.run(context)
    assert arrived(server) == 100
    assert set(states().values()) == {"sent"}


def test_a_stop_ends_delivery_between_two_chunks(keyring, server, first, context):
    owe(keyring, *(f"orang{n}" for n in range(30)))
    context.stop.set()
    assert deliver(context, first) == 0
    assert queries.backlog() == 30
    assert queries.due(real_now=clock.real_now()) == 30


def test_a_letter_that_does_not_open_waits_and_holds_up_nobody(
    keyring, server, first, context, caplog
):
    owe(keyring, "ani", "rusak", "budi")
    store.execute("UPDATE notices_notice SET letter_sealed = 'broken' WHERE key = 'rusak'")
    assert deliver(context, first) == 2
    assert states() == {"ani": "sent", "budi": "sent", "rusak": "owed"}
    assert "does not open" in caplog.text


def test_the_settings_may_change_a_contract(keyring, first, context):
    mail_providers.keep_contracts([first], context)
    slower = Provider(FIRST, first.gateway, per_second=7)
    mail_providers.keep_contracts([slower], context)
    assert partner_queries.partner(code=FIRST).calls_per_second == 7
    partners.stop(
        partner=FIRST, reason="test", actor="job:test", now=NOW, real_now=clock.real_now()
    )
    owe(keyring, "ani")
    with pytest.raises(MailServerAway):
        deliver(context, slower)
    assert states() == {"ani": "owed"}
