"""The ceiling: pgbench inserting the same rows one by one, without HTTP or checks."""

import re
import subprocess
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gelombang.kit import clock

CLIENTS = (16, 32, 64)
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class PgbenchFailed(Exception):
    """pgbench did not measure; the text holds its last words."""


def best_rate(program: Path, url: str, *, seconds: int, scratch: Path) -> tuple[float, int]:
    """Rows a second into the intake at the best number of clients, and that number."""
    script = scratch / "insert.sql"
    text = (resources.files(__package__) / "sql" / "insert_one.sql").read_text("utf-8")
    script.write_text(text, encoding="utf-8")
    rates = {clients: _measure(program, url, script, clients, seconds) for clients in CLIENTS}
    best = max(rates, key=lambda clients: rates[clients])
    return rates[best], best


def _measure(program: Path, url: str, script: Path, clients: int, seconds: int) -> float:
    place = urlsplit(url)
    now = int(clock.real_now().timestamp())
    done = subprocess.run(
        [program, "-n", "-M", "prepared", "-D", f"now={now}", "-f", script, "-c", str(clients),
         "-j", "2", "-T", str(seconds), "-h", str(place.hostname), "-p", str(place.port),
         "-U", unquote(place.username or ""), place.path.lstrip("/")],
        env={"PGPASSWORD": unquote(place.password or "")},
        capture_output=True, text=True, check=False, timeout=seconds + 60,
    )  # fmt: skip
    found = _RATE.search(done.stdout)
    if found is None:
        raise PgbenchFailed(f"pgbench: {(done.stderr or done.stdout).strip()[-300:]}")
    return float(found.group(1))
