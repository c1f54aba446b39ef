"""Commands that a rehearsal gives as people do, as processes of their own."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COMMAND_SECONDS = 600.0


class CommandFailed(Exception):
    """A command did not do its work; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command said."""

    status: int
    output: str
    errors: str

    def last_words(self) -> str:
        """The end of what it said, errors first."""
        lines = (self.errors.strip() or self.output.strip()).splitlines()
        return "\n".join(lines[-8:])


async def give(
    arguments: Sequence[str], *, environment: Mapping[str, str], seconds: float = COMMAND_SECONDS
) -> Outcome:
    """Run this interpreter with `arguments` and wait. Raises CommandFailed after `seconds`."""
    return await asyncio.to_thread(_run, arguments, environment, seconds)


async def gelombang(
    *arguments: str, environment: Mapping[str, str], seconds: float = COMMAND_SECONDS
) -> Outcome:
    """Run one `gelombang` command that must succeed, within `seconds`. Raises CommandFailed."""
    command = ["-m", "gelombang", *arguments]
    outcome = await give(command, environment=environment, seconds=seconds)
    if outcome.status != 0:
        spoken = " ".join(arguments[:2])
        raise CommandFailed(f"gelombang {spoken}: status {outcome.status}\n{outcome.last_words()}")
    return outcome


async def sign_off_the_opening(*, environment: Mapping[str, str], reason: str) -> Outcome:
    """Sign off the opening of registration as it is announced now; without it nobody gets in.

    A check that failed is overridden, and kept as such: a rehearsal tries the programme, and an
    invented partner that is down is part of some. Raises CommandFailed.
    """
    return await gelombang("ready", "--override", "--reason", reason, environment=environment)


def _run(arguments: Sequence[str], environment: Mapping[str, str], seconds: float) -> Outcome:
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=dict(environment), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", check=False, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{' '.join(arguments[:3])} took longer than {seconds:.0f} s") from None
    return Outcome(done.returncode, done.stdout, done.stderr)
