"""The process of one generator: told its sheet, says when it is ready, hears when to start."""

import asyncio
import os
import resource
import sys
from pathlib import Path

import uvloop

from gelombang.rehearsal.surge.generator import Generator
from gelombang.rehearsal.surge.limits import raise_file_limit
from gelombang.rehearsal.surge.sheet import READY, Sheet


async def _play(sheet: Sheet) -> None:
    generator = Generator(sheet)
    await generator.connect()
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    start = float(await asyncio.to_thread(sys.stdin.readline))
    before = _cpu_seconds()
    await generator.run(start)
    generator.write(cpu_seconds=_cpu_seconds() - before)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run the sheet that the command line names."""
    sheet = Sheet.read(Path(sys.argv[1]))
    if sheet.core is not None:
        os.sched_setaffinity(0, {sheet.core})
    raise_file_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_play(sheet))


if __name__ == "__main__":
    main()
