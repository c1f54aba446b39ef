"""The providers as a process of their own, for as long as a rehearsal needs them."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

START_SECONDS = 30.0
STOP_SECONDS = 5.0
COMMAND = ("-m", "gelombang", "rehearse", "providers")


class ProvidersMissing(Exception):
    """The process of the providers did not start."""


@asynccontextmanager
async def providers_process(
    environment: Mapping[str, str], *, seconds: float = 0.0
) -> AsyncIterator[str]:
    """Run the providers on a free port, each course over after so many seconds; their address.

    Raises ProvidersMissing.
    """
    arguments = [*COMMAND, "--port", "0", "--seconds-to-complete", str(seconds)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=dict(environment),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield await _address(process)
    finally:
        await _end(process)


async def _address(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise ProvidersMissing("the providers have no voice")
    try:
        async with asyncio.timeout(START_SECONDS):
            line = (await process.stdout.readline()).decode().strip()
    except TimeoutError:
        line = ""
    if not line.startswith("http://"):
        raise ProvidersMissing(f"the providers did not start: {line or 'no word'}")
    return line


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
