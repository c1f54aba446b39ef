"""The same closed loop by wrk, where it is installed: it leaves more of the cores to the system."""

import json
import shutil
import subprocess
from pathlib import Path

from gelombang.rehearsal.benches.saturate import PATH, Saturation

THREADS = 2
# Every request is a registration of its own; what came back is told as one line of JSON.
_SCRIPT = """
local made = 0
function setup(thread) thread:set("number", made); made = made + 1 end
function init(args)
  sent, base = 0, string.format("%d-%d-%s", os.time(), number, tostring({}):sub(8))
end
function request()
  sent = sent + 1
  local key = string.format("bench-%s-%09d", base, sent)
  local phone = string.format("+62 812-0000-%04d", sent % 10000)
  local body = string.format('{"email":"%s@example.id","phone":"%s"}', key, phone)
  local headers = {["Content-Type"] = "application/json", ["Idempotency-Key"] = key}
  return wrk.format("POST", "PATH", headers, body)
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


def saturate(wrk: Path, url: str, *, connections: int, seconds: int, scratch: Path) -> Saturation:
    """Register from `connections` connections for `seconds` seconds. Raises WrkFailed."""
    script = scratch / "register.lua"
    script.write_text(_SCRIPT.replace("PATH", PATH), encoding="utf-8")
    done = subprocess.run(
        [wrk, "-t", str(THREADS), "-c", str(max(connections, THREADS)), "-d", f"{seconds}s",
         "-s", script, url],
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
