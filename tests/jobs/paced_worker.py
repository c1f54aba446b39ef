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
        ended = caller.gather(seconds=0.03)
        made = sum(isinstance(each, Call) for each in ended)
        partners.note_unsent(partner="civil_registry", calls=len(ended) - made)
        sent += made
        time.sleep(0.01)
    while caller.under_way:
        sent += sum(isinstance(each, Call) for each in caller.gather(seconds=0.1))
    caller.stop()
    return sent


sys.stdout.write(f"{main()}\n")
