"""A partner whose answers depend on what it is asked, for processes that make calls.

As a program it opens calls with answers in the given directory, begins one, and is killed.
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from signal import SIGKILL
from types import SimpleNamespace
from typing import Any

from gelombang.gateways.partner import OurFault, Throttled
from gelombang.jobs.calling import CallsApart
from gelombang.journey.verification.rules import Answer, CheckKind, Fact, Question
from gelombang.kit.errors import Outage

SLOW_SECONDS = 0.5
NOW = timedelta()
LATEST = timedelta(seconds=5)


def ask_anything(environment: Any, session: Any) -> Any:
    """Confirms, with the number of the process that asked, or does what the NIK says."""

    async def ask(questions: Sequence[Question]) -> list[Answer]:
        what = questions[0].nik
        if what == "throttled":
            raise Throttled("429", timedelta(seconds=7))
        if what == "our fault":
            raise OurFault("password")
        if what == "outage":
            raise Outage("no answer")
        if what == "bug":
            raise ZeroDivisionError
        if what == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        code = f"{os.getpid()}"
        return [Answer(each.check_id, each.attempt, Fact(code), "ab" * 32) for each in questions]

    return ask


def ask_nobody(environment: Any, session: Any) -> None:
    """No address of the partner."""


def question(what: str = "", *, number: int = 1) -> Question:
    """A question that asks the partner to do something."""
    return Question(number, 1, what, None)


def opened(directory: Path, make_ask: Any = ask_anything) -> CallsApart | None:
    """Calls of a process of their own, with their answers in a directory."""
    environment: Any = SimpleNamespace(data_dir=directory, calls_niceness=-3)
    return CallsApart.open(CheckKind.EDUCATION, make_ask, 50, environment)


def main() -> None:
    """Begin a slow call and reserve another one, which may close the partner; then be killed."""
    calls = opened(Path(sys.argv[1]))
    assert calls is not None
    planned = [
        (NOW, [question("slow", number=7)]),
        (timedelta(seconds=1), [question(sys.argv[2], number=8)]),
        (timedelta(seconds=2), [question("", number=9)]),
    ]
    calls.begin(planned, since=time.monotonic(), latest=LATEST)
    time.sleep(SLOW_SECONDS / 2)
    os.kill(os.getpid(), SIGKILL)


if __name__ == "__main__":
    main()
