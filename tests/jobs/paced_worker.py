"""A process of the pace test: it reserves and sends calls to an address for a while.

Arguments: the partner's address, seconds. Writes how many calls it sent.
"""

import asyncio
import sys
import time
from collections.abc import Sequence

import aiohttp
import django
import uvloop

django.setup()

from gelombang.jobs.calls import Call, Sender, open_session  # noqa: E402
from gelombang.jobs.verification import AHEAD  # noqa: E402
from gelombang.journey.verification.rules import Answer, Question  # noqa: E402
from gelombang.kit import clock  # noqa: E402
from gelombang.kit.errors import Outage  # noqa: E402
from gelombang.records.partners import actions as partners  # noqa: E402
from gelombang.records.partners.actions import Reservation  # noqa: E402

PATIENCE = aiohttp.ClientTimeout(total=3.0)
URL, SECONDS = sys.argv[1], float(sys.argv[2])


async def main() -> int:
    async with open_session(500) as session:

        async def ask(questions: Sequence[Question]) -> list[Answer]:
            try:
                async with session.get(URL, timeout=PATIENCE) as answer:
                    await answer.read()
            except TimeoutError:
                raise Outage("it hangs") from None
            return []

        return await send(Sender(ask))


async def send(sender: Sender) -> int:
    sent, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        reserved = await asyncio.to_thread(reserve)
        nobody: Sequence[Question] = ()
        planned = [(each, nobody) for each in reserved.delays]
        sender.begin(planned, since=reserved.since, latest=reserved.latest)
        await asyncio.sleep(0.04)
        sent += await made(sender)
    while sender.under_way:
        await asyncio.sleep(0.1)
        sent += await made(sender)
    return sent + await made(sender)


def reserve() -> Reservation:
    return partners.reserve_calls(
        partner="civil_registry", want=200, ahead=AHEAD, now=clock.now(), real_now=clock.real_now()
    )


async def made(sender: Sender) -> int:
    """How many calls were made of those that ended; the others' moments went by."""
    ended = sender.take_ended()
    count = sum(isinstance(each, Call) for each in ended)
    await asyncio.to_thread(hand_back, len(ended) - count)
    return count


def hand_back(calls: int) -> None:
    partners.hand_back_late(partner="civil_registry", calls=calls)


sys.stdout.write(f"{uvloop.run(main())}\n")
