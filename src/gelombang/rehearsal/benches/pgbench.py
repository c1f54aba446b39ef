"""The ceiling: pgbench inserting rows of the same shape one by one, without HTTP or checks."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

CLIENTS = (16, 32, 64)
TABLE = "bench_submission"
_SCRIPT = f"""INSERT INTO {TABLE} (
 idempotency_key, receipt, email_sealed, email_index, phone_sealed, phone_index, language,
 received_at, real_at
) VALUES (
 gen_random_uuid()::text, left(md5(random()::text), 24),
 decode(repeat('5a', 60), 'hex'), decode(md5(random()::text), 'hex'),
 decode(repeat('5a', 44), 'hex'), decode(md5(random()::text), 'hex'), 'id', now(), now()
);
"""  # noqa: S608 our own table
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class PgbenchFailed(Exception):
    """pgbench did not measure; the text holds its last words."""


def best_rate(program: Path, url: str, *, seconds: int, scratch: Path) -> tuple[float, int]:
    """Rows a second at the best number of clients, and that number."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {TABLE}".encode())
        connection.execute(
            f"CREATE TABLE {TABLE} (LIKE registration_submission INCLUDING ALL)".encode()
        )
    script = scratch / "insert.sql"
    script.write_text(_SCRIPT, encoding="utf-8")
    rates = {clients: _measure(program, url, script, clients, seconds) for clients in CLIENTS}
    best = max(rates, key=lambda clients: rates[clients])
    return rates[best], best


def _measure(program: Path, url: str, script: Path, clients: int, seconds: int) -> float:
    place = urlsplit(url)
    done = subprocess.run(
        [program, "-n", "-M", "prepared", "-f", script, "-c", str(clients), "-j", "2",
         "-T", str(seconds), "-h", str(place.hostname), "-p", str(place.port),
         "-U", unquote(place.username or ""), place.path.lstrip("/")],
        env={"PGPASSWORD": unquote(place.password or "")},
        capture_output=True, text=True, check=False, timeout=seconds + 60,
    )  # fmt: skip
    found = _RATE.search(done.stdout)
    if found is None:
        raise PgbenchFailed(f"pgbench: {(done.stderr or done.stdout).strip()[-300:]}")
    return float(found.group(1))
