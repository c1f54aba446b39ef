"""Workers of the product that a bench starts beside its system."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 15.0


@contextmanager
def worker_process(
    environment: Mapping[str, str], log: Path, *sweeps: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own that runs these sweeps only, stopped on leaving. It writes to `log`."""
    only = [word for sweep in sweeps for word in ("--only", sweep)]
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "gelombang", "worker", *only], env=dict(environment),
            stdout=file, stderr=file,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
