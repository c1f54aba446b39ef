"""Closed-loop saturation: as many registrations as one address takes. Good for ceilings only."""

import asyncio
import json
import time
from dataclasses import dataclass

from gelombang.kit.ids import uuid7
from gelombang.rehearsal.load import percentiles
from gelombang.rehearsal.wire import ConnectionLost, Pool, prepare

PATH = "/api/v1/registrations"
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Saturation:
    """What one address took."""

    accepted_per_second: float
    p50: float
    p99: float
    refused: int
    lost: int


async def saturate(url: str, *, connections: int, seconds: float) -> Saturation:
    """Register from `connections` connections at once for `seconds` seconds."""
    pool = Pool(url, connections=connections)
    latencies: list[float] = []
    counts = {"refused": 0, "lost": 0}
    until = time.perf_counter() + seconds

    async def visitor(number: int) -> None:
        while time.perf_counter() < until:
            request, begun = _registration(pool.host, number), time.perf_counter()
            try:
                answer = await pool.call(request)
            except ConnectionLost:
                counts["lost"] += 1
                continue
            if answer.status == _CREATED:
                latencies.append(1000 * (time.perf_counter() - begun))
            else:
                counts["refused"] += 1

    await asyncio.gather(*(visitor(number) for number in range(connections)))
    await pool.close()
    found = percentiles(latencies)
    return Saturation(len(latencies) / seconds, found["p50"], found["p99"], **counts)


def _registration(host: str, visitor: int) -> bytes:
    key = str(uuid7())
    body = {"email": f"{key}@example.id", "phone": f"+62 812-0000-{visitor:04d}"}
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    content = json.dumps(body, separators=(",", ":")).encode()
    return prepare("POST", PATH, host=host, headers=headers, body=content)
