"""The same closed loop by wrk, where it is installed: it leaves more of the cores to the system."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from gelombang.rehearsal.benches.bodies import PATH, TYPE
from gelombang.rehearsal.benches.saturate import Saturation

# Every request is a registration of its own, read from the file of its thread; a thread without a
# further one stops. What came back is told as one line of JSON.
_SCRIPT = """
local made = 0
function setup(thread) thread:set("number", made); made = made + 1 end
function init(args)
  lines, headers = io.open(args[number + 1], "r"), {["Content-Type"] = "TYPE"}
end
function request()
  local line = lines:read("*l")
  if line == nil then
    wrk.thread:stop()
    return wrk.format("GET", "/robots.txt")
  end
  local tab = string.find(line, "\\t", 1, true)
  headers["Idempotency-Key"] = string.sub(line, 1, tab - 1)
  return wrk.format("POST", "PATH", headers, string.sub(line, tab + 1))
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"microseconds":%d,"refused":%d,"lost":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class WrkFailed(Exception):
    """wrk did not measure; the text holds its last words."""


def program() -> Path | None:
    """Where wrk is, if it is installed."""
    found = shutil.which("wrk")
    return Path(found) if found else None


def saturate(
    wrk: Path, url: str, bodies: Sequence[Path], *, connections: int, seconds: int, scratch: Path
) -> Saturation:
    """Register from `connections` connections for `seconds` seconds. Raises WrkFailed."""
    script = scratch / "register.lua"
    script.write_text(_SCRIPT.replace("PATH", PATH).replace("TYPE", TYPE), encoding="utf-8")
    threads = len(bodies)
    done = subprocess.run(
        [wrk, "-t", str(threads), "-c", str(max(connections, threads)), "-d", f"{seconds}s",
         "-s", script, url, "--", *bodies],
        capture_output=True, text=True, check=False, timeout=seconds + 60,
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not told:
        raise WrkFailed(f"wrk: {(done.stderr or done.stdout).strip()[-300:]}")
    found = json.loads(told[-1])
    accepted = found["requests"] - found["refused"]
    return Saturation(
        accepted_per_second=accepted * 1_000_000 / found["microseconds"],
        p50=found["p50"] / 1000,
        p99=found["p99"] / 1000,
        refused=found["refused"],
        lost=found["lost"],
    )
