"""The registries' fakes, each a process of its own: books, scripts and meters over HTTP."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from gelombang.gateways.serve import PATHS
from gelombang.rehearsal.seeding import SeedingFailed, fill_book
from gelombang.rehearsal.wire import ConnectionLost, Pool, prepare

READY_SECONDS = 120.0
_JSON = {"Content-Type": "application/json"}
_OK = 200
_CONNECTIONS = 2
_LOOK_SECONDS = 0.2


@dataclass(slots=True)
class Fakes:
    """One pool of connections to each registry's fake, by the partner's code."""

    pools: Mapping[str, Pool]
    paths: Mapping[str, str] = field(default_factory=lambda: PATHS)
    """Under which path each is served; a fake that is served alone has none."""

    @classmethod
    def at(cls, ports: Mapping[str, int], paths: Mapping[str, str] = PATHS) -> Self:
        """The fakes that listen on these ports, by the partner's code."""
        pools = {
            code: Pool(f"http://127.0.0.1:{port}", connections=_CONNECTIONS)
            for code, port in ports.items()
        }
        return cls(pools, paths)

    async def until_ready(self) -> None:
        """Return when all of them answer. Raises SeedingFailed."""
        until = time.monotonic() + READY_SECONDS
        for code in self.pools:
            while True:
                try:
                    await self.reading(code)
                    break
                except ConnectionLost:
                    if time.monotonic() > until:
                        raise SeedingFailed(f"the fake of {code} does not answer") from None
                    await asyncio.sleep(_LOOK_SECONDS)

    async def fill(self, rows: Mapping[str, Any]) -> None:
        """Write the books, given by path of the fake. Raises SeedingFailed."""
        for code, pool in self.pools.items():
            await fill_book(pool, PATHS[code], rows[PATHS[code]])

    async def follow(self, scripts: Mapping[str, Mapping[str, Any]]) -> None:
        """Give each its script; one with a contract starts the meter anew."""
        for code, script in scripts.items():
            await self._ask(code, "PUT", "script", script)

    async def allow(self, **contract: Any) -> None:
        """Set the civil registry's day and hours."""
        await self._ask("civil_registry", "PUT", "contract", contract)

    async def reading(self, code: str) -> dict[str, int]:
        """The meter of one."""
        return dict(await self._ask(code, "GET", "meter"))

    async def readings(self) -> dict[str, dict[str, int]]:
        """The meters of all."""
        return {code: await self.reading(code) for code in self.pools}

    async def is_out(self, code: str) -> bool:
        """Whether it cuts connections now."""
        return bool((await self._ask(code, "GET", "state"))["is_out"])

    async def close(self) -> None:
        """Hang up."""
        for pool in self.pools.values():
            await pool.close()

    async def _ask(
        self, code: str, method: str, page: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        pool, prefix = self.pools[code], f"/{self.paths[code]}" if code in self.paths else ""
        path = f"{prefix}/_admin/{page}"
        sent = b"" if body is None else json.dumps(body).encode()
        answer = await pool.call(
            prepare(method, path, host=pool.host, headers=_JSON if sent else {}, body=sent)
        )
        if answer.status != _OK:
            raise SeedingFailed(f"{code} answered {answer.status} about its {page}")
        return json.loads(answer.body)


def metered(
    scripts: Mapping[str, Mapping[str, Any]], paces: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """The scripts with the contracts that the meters hold us to: what the programme says."""
    return {code: {**scripts.get(code, {}), "calls_per_second": pace}
            for code, pace in paces.items()}  # fmt: skip


def total(readings: Sequence[Mapping[str, int]], name: str) -> int:
    """The sum of one figure over several meters."""
    return sum(each.get(name, 0) for each in readings)
