"""The SMTP client and the mail catcher, one suite for both ends of the line."""

import asyncio
import json
from datetime import UTC, datetime

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from gelombang.cli.postgres import free_port
from gelombang.gateways.messaging import fake
from gelombang.gateways.messaging.catch import Catch
from gelombang.gateways.messaging.client import MailServer, Patience, SmtpClient
from gelombang.gateways.messaging.message import compose
from gelombang.gateways.messaging.protocol import Mail, Outcome

SENDER = "Gelombang <jangan-balas@gelombang.example.id>"


class Catcher:
    """A running catcher: SMTP and pages in this test's event loop."""

    def __init__(self, catch=None):
        self.catch = catch or Catch()
        self.temper = fake.Temper()
        self.smtp_port = free_port()
        self.pages = TestServer(fake.application(self.catch))

    async def start(self):
        self.server = await fake.start_smtp(
            self.catch, host="127.0.0.1", port=self.smtp_port, temper=self.temper
        )

    async def stop(self):
        self.server.close()
        await self.pages.close()

    async def get(self, path, **options):
        if not self.pages.started:
            await self.pages.start_server()
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                options.pop("method", "GET"), self.pages.make_url(path), **options
            ) as r,
        ):
            return r.status, dict(r.headers), await r.text()


@pytest_asyncio.fixture
async def catcher():
    catcher = Catcher()
    await catcher.start()
    yield catcher
    await catcher.stop()


@pytest.fixture
def smtp(catcher):
    client = SmtpClient(MailServer("127.0.0.1", catcher.smtp_port, SENDER), connections=3)
    yield client
    client._loop.call_soon_threadsafe(lambda: [each.close() for each in client._idle])
    client.close()


def mail(number, *, to=None, subject="Kode masuk Anda", body="Halo,\n\n123456\n"):
    return Mail(reference=number, to=to or f"orang{number}@example.id", subject=subject, body=body)


async def send(client, *mails):
    sent = await asyncio.wrap_future(client.submit(mails))
    return [each.outcome for each in sent]


async def test_mails_arrive_in_order_with_every_letter(catcher, smtp):
    body = "Halo Ibu Sitti – selamat!\n\n.titik di awal\n" + "panjang " * 40 + "\nselesai\n"
    mails = [mail(1), mail(2, subject="Kuota é – 1", body=body)]
    assert await send(smtp, *mails) == [Outcome.TAKEN] * 2
    first, second = catcher.catch.after(0, limit=10)
    assert (first.to, first.subject, first.body) == (mails[0].to, mails[0].subject, mails[0].body)
    assert (second.subject, second.body) == ("Kuota é – 1", body)


async def test_a_connection_is_used_again_and_replaced_when_it_died(catcher, smtp):
    for number in range(3):
        assert await send(smtp, mail(number)) == [Outcome.TAKEN]
    assert len(smtp._idle) == 1
    smtp._idle[0]._transport.close()
    assert await send(smtp, mail(9)) == [Outcome.TAKEN]


async def test_a_refused_and_a_busy_address_do_not_hold_up_the_others(catcher, smtp):
    catcher.temper.refused.add("orang2@example.id")
    catcher.temper.deferred.add("orang3@example.id")
    outcomes = await send(smtp, mail(1), mail(2), mail(3), mail(4))
    assert outcomes == [Outcome.TAKEN, Outcome.UNKNOWN_ADDRESS, Outcome.DEFERRED, Outcome.TAKEN]


async def test_a_line_that_goes_dead_leaves_the_rest_untried(catcher, smtp):
    catcher.temper.broken.add("orang2@example.id")
    outcomes = await send(smtp, mail(1), mail(2), mail(3))
    assert outcomes == [Outcome.TAKEN, Outcome.SILENCE, Outcome.UNTRIED]
    assert await send(smtp, mail(3)) == [Outcome.TAKEN]


async def test_a_server_that_is_away_makes_everything_untried():
    with SmtpClient(MailServer("127.0.0.1", free_port(), SENDER)) as client:
        assert await send(client, mail(1), mail(2)) == [Outcome.UNTRIED] * 2


async def test_a_slow_server_ends_the_chunk_and_not_the_lease(catcher):
    server = MailServer("127.0.0.1", catcher.smtp_port, SENDER)
    with SmtpClient(server, patience=Patience(chunk=-1.0)) as client:
        assert await send(client, mail(1)) == [Outcome.UNTRIED]


async def test_chunks_travel_side_by_side(catcher, smtp):
    chunks = [[mail(n * 100 + i) for i in range(20)] for n in range(6)]
    answers = await asyncio.gather(*(asyncio.wrap_future(smtp.submit(chunk)) for chunk in chunks))
    assert [[each.reference for each in answer] for answer in answers] == [
        [each.reference for each in chunk] for chunk in chunks
    ]
    assert len(catcher.catch) == 120
    assert len(smtp._idle) <= 3


@pytest.mark.parametrize("field", ["to", "subject"])
def test_a_line_break_never_becomes_a_header(field):
    values = {"to": "a@example.id", "subject": "x", field: "a@example.id\r\nBcc: b@example.id"}
    with pytest.raises(ValueError, match="line break") as problem:
        compose(Mail(1, body="", **values), sender=SENDER, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "Bcc" not in str(problem.value)


def test_a_mail_never_shows_what_it_holds():
    assert "example" not in repr(mail(1))


async def test_the_api_lists_by_address_and_behind_a_number(catcher):
    for number in range(1, 6):
        catcher.catch.add(to=f"Orang{number % 2}@example.id", subject=str(number), body="b",
                          received_at="2026-11-02T08:30:00+00:00")  # fmt: skip
    _, _, text = await catcher.get("/api/messages?to=orang1@EXAMPLE.id&after=1&limit=1")
    assert json.loads(text) == [
        {"id": 3, "to": "Orang1@example.id", "subject": "3", "body": "b",
         "received_at": "2026-11-02T08:30:00+00:00", "message_id": "", "sender": ""}
    ]  # fmt: skip
    _, headers, text = await catcher.get("/api/stream?after=2&limit=2")
    assert [each["id"] for each in json.loads(text)] == [3, 4]
    assert headers["X-Forgotten"] == "0"
    for wrong in ("after=x", "limit=-1", "after=" + "9" * 40):
        assert (await catcher.get(f"/api/stream?{wrong}"))[0] == 400
    assert (await catcher.get("/api/messages", method="DELETE"))[0] == 204
    assert len(catcher.catch) == 0
    assert catcher.catch.add(to="x", subject="", body="", received_at="").id == 6


async def test_the_stream_waits_for_the_next_mail(catcher, smtp):
    waiting = asyncio.create_task(catcher.get("/api/stream?after=0&wait=20"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await send(smtp, mail(1))
    _, _, text = await asyncio.wait_for(waiting, 10)
    assert json.loads(text)[0]["to"] == "orang1@example.id"


async def test_the_inbox_escapes_links_and_searches(catcher):
    link = "http://127.0.0.1:8000/konfirmasi/a-b_c"
    catcher.catch.add(to="<b>@example.id", subject="<script>", body=f"Buka {link}, ya. <img>",
                      received_at="2026-11-02T08:30:00+00:00")  # fmt: skip
    status, headers, inbox = await catcher.get("/")
    assert status == 200
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "&lt;script&gt;" in inbox
    assert "<script>" not in inbox
    assert "15.30.00 WIB" in inbox
    _, _, letter = await catcher.get("/messages/1")
    assert f'<a href="{link}" rel="noreferrer">{link}</a>, ya. &lt;img&gt;' in letter
    _, _, nobody = await catcher.get("/?to=siapa@example.id")
    assert "Tidak ada surel untuk alamat itu" in nobody
    assert (await catcher.get("/messages/2"))[0] == 404
    _, _, english = await catcher.get("/messages/2", cookies={"bahasa": "en"})
    assert "does not exist" in english
    assert (await catcher.get("/kotak.css"))[1]["Content-Type"].startswith("text/css")


def test_memory_is_bounded_and_what_is_forgotten_is_said():
    catch = Catch(most_mails=3, most_bytes=1_000)
    for number in range(1, 6):
        catch.add(to=f"orang{number % 2}@example.id", subject="s", body="b", received_at="")
    assert [mail.id for mail in catch.after(0, limit=10)] == [3, 4, 5]
    assert (len(catch), catch.forgotten, catch.first_id) == (3, 2, 3)
    assert catch.find(2) is None
    assert catch.find(4).id == 4
    assert [mail.id for mail in catch.to_address("orang1@example.id", after=0, limit=9)] == [3, 5]
    assert [mail.id for mail in catch.after(4, limit=10)] == [5]
    catch.add(to="x", subject="s", body="b" * 999, received_at="")
    assert len(catch) <= 1
    assert catch.newest(search="orang", limit=5) == []
