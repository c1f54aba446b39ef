"""A process of the pace test: it reserves and sends calls to an address for a while.

Arguments: the partner's address, seconds. Writes how many calls it sent.
"""

import sys
import time
from collections.abc import Sequence

import aiohttp
import django

django.setup()

from gelombang.jobs.calls import Call, Caller  # noqa: E402
from gelombang.jobs.verification import AHEAD  # noqa: E402
from gelombang.journey.verification.rules import Answer, Question  # noqa: E402
from gelombang.kit import clock  # noqa: E402
from gelombang.kit.errors import Outage  # noqa: E402
from gelombang.records.partners import actions as partners  # noqa: E402

PATIENCE = aiohttp.ClientTimeout(total=3.0)
URL, SECONDS = sys.argv[1], float(sys.argv[2])


def main() -> int:
    caller, sent = Caller(500), 0
    session = caller.start()

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        try:
            async with session.get(URL, timeout=PATIENCE) as answer:
                await answer.read()
        except TimeoutError:
            raise Outage("it hangs") from None
        return []

    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        reserved = partners.reserve_calls(
            partner="civil_registry", want=200, ahead=AHEAD, now=clock.now(),
            real_now=clock.real_now(),
        )  # fmt: skip
        nobody: Sequence[Question] = ()
        planned = [(each, nobody) for each in reserved.delays]
        caller.begin(ask, planned, since=reserved.since, latest=reserved.latest)
        sent += made(caller, seconds=0.03)
        time.sleep(0.01)
    while caller.under_way:
        sent += made(caller, seconds=0.1)
    sent += made(caller, seconds=0.1)
    caller.stop()
    return sent


def made(caller: Caller, *, seconds: float) -> int:
    """How many calls were made of those that ended; the others' moments went by."""
    ended = caller.gather(seconds=seconds)
    count = sum(isinstance(each, Call) for each in ended)
    partners.hand_back_late(partner="civil_registry", calls=len(ended) - count)
    return count


sys.stdout.write(f"{main()}\n")
