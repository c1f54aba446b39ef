import asyncio
import json

import pytest

from gelombang.rehearsal.inbox import Inbox
from gelombang.rehearsal.wire import Answer


class Catcher:
    """Stands where the pool to the mail catcher stands; pages of the stream in order."""

    host = "mail.example.id"

    def __init__(self, *pages: list[dict]) -> None:
        self.pages = list(pages)
        self.paths: list[str] = []

    async def call(self, request: bytes) -> Answer:
        self.paths.append(request.split(b" ", 2)[1].decode())
        if not self.pages:
            await asyncio.sleep(60)
        return Answer(200, {}, (), json.dumps(self.pages.pop(0)).encode())


def mail(number: int, to: str, body: str) -> dict:
    return {"id": number, "to": to, "subject": "", "body": body, "received_at": ""}


async def follow(inbox: Inbox):
    task = asyncio.create_task(inbox.follow())
    await asyncio.sleep(0.01)
    return task


async def test_links_codes_and_results_reach_their_people():
    catcher = Catcher(
        [mail(4, "Siti@EXAMPLE.ID", "Buka http://x/konfirmasi/abc-_9 segera.\nNomor: 123456")],
        [
            mail(7, "siti@example.id", "Kode masuk Anda:\n\n    204816\n"),
            mail(8, "siti@example.id", "Tiket W01-048821930117\nhttp://x/saya/hasil/PKJ-2020-W01"),
        ],
    )
    inbox = Inbox(catcher)
    task = await follow(inbox)
    assert await inbox.confirm_path("siti@example.id", seconds=1) == "/konfirmasi/abc-_9"
    assert await inbox.code("siti@example.id", after=0, seconds=1) == "204816"
    assert inbox.results_of("SITI@example.id") == 1
    assert inbox.ticket_of("siti@example.id") == "W01-048821930117"
    assert inbox.ticket_of("budi@example.id") == ""
    assert inbox.codes_so_far("siti@example.id") == 1, "neither receipt nor ticket is a code"
    assert "after=0" in catcher.paths[0]
    assert "after=4" in catcher.paths[1]
    task.cancel()


async def test_a_code_of_before_is_not_taken_for_the_new_one():
    catcher = Catcher([mail(1, "a@example.id", "111111")])
    inbox = Inbox(catcher)
    task = await follow(inbox)
    with pytest.raises(TimeoutError):
        await inbox.code("a@example.id", after=1, seconds=0.05)
    task.cancel()


async def test_somebody_who_waits_is_woken_by_their_own_letter():
    catcher = Catcher([mail(1, "b@example.id", "222222")])
    inbox = Inbox(catcher)
    waiting = asyncio.create_task(inbox.code("b@example.id", after=0, seconds=1))
    task = await follow(inbox)
    assert await waiting == "222222"
    task.cancel()
