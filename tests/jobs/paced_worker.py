"""A process of the pace test: it reserves and sends calls to an address for a while.

Arguments: the partner's address, seconds. Writes how many calls it sent.
"""

import sys
import time
from collections.abc import Sequence

import django

django.setup()

from gelombang.jobs.calls import Call, Caller  # noqa: E402
from gelombang.jobs.verification import AHEAD  # noqa: E402
from gelombang.journey.verification.rules import Answer, Question  # noqa: E402
from gelombang.kit import clock  # noqa: E402
from gelombang.records.partners import actions as partners  # noqa: E402

URL, SECONDS = sys.argv[1], float(sys.argv[2])


def main() -> int:
    caller, sent = Caller(500), 0
    session = caller.start()

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        async with session.get(URL) as answer:
            await answer.read()
        return []

    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        reserved = partners.reserve_calls(
            partner="civil_registry", want=200, ahead=AHEAD, now=clock.now(),
            real_now=clock.real_now(),
        )  # fmt: skip
        nobody: Sequence[Question] = ()
        caller.begin(ask, [(each, nobody) for each in reserved.delays], since=reserved.since)
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
    partners.note_unsent(partner="civil_registry", calls=len(ended) - count)
    return count


sys.stdout.write(f"{main()}\n")
