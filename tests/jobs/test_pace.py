"""Several processes keep one contract together, as the partner's own meter sees it."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web
from tests.gateways.serving import serving
from tests.journey.verification.world import NOW, REAL

from gelombang.gateways.fault_script import read_script
from gelombang.gateways.faults import FaultyPartner
from gelombang.records.partners import actions as partners, queries
from gelombang.records.partners.queries import Agreed
from gelombang.records.programme.terms import PartnerContract

SECONDS = 6.0
WORKER = Path(__file__).with_name("paced_worker.py")


async def ready(_request):
    return web.Response(text="ok")


BAD_DAY = {"error_rate": 0.3, "hang": 0.02, "hang_seconds": 10.0, "too_many": 0.05}


@pytest.mark.parametrize(("rate", "share"), [(8, 0.95), (39, 0.95), (200, 0.8), (500, 0.5)])
def test_processes_together_keep_the_contract_in_every_second_and_use_it(database_url, rate, share):
    contract = PartnerContract("civil_registry", "Dukcapil", rate, max(1, rate // 20), 1)
    partners.provide(agreed=Agreed(contract, 1), actor="cli:test", now=NOW, real_now=REAL)
    meter, sent = run(rate, database_url)
    assert meter["overruns"] == 0
    assert meter["calls"] == sum(sent)
    seconds, view = meter["milliseconds"] / 1000, queries.partner(code="civil_registry")
    assert seconds >= SECONDS * 0.9
    assert meter["calls"] <= rate * seconds + max(1, rate // 20) + 1
    assert view.calls == meter["calls"]
    # A machine that holds the senders up lets moments go by, the more the closer they follow each
    # other; and at the end of so short a test not every permit that was handed back could be used
    # yet. What share of a fast contract is used, `rehearse verification` measures.
    assert view.calls + view.unsent >= share * rate * seconds


def run(rate: int, database_url: str) -> tuple[dict[str, int], list[int]]:
    """The meter after three processes did what they could, and what each says it sent."""

    async def whole() -> tuple[dict[str, int], list[int]]:
        partner = FaultyPartner()
        partner.follow(read_script({**BAD_DAY, "calls_per_second": rate}))
        app = partner.application()
        app.router.add_get("/ask", ready)
        async with serving(app) as address:
            environment = {**os.environ, "DATABASE_URL": database_url}
            command = [sys.executable, str(WORKER), f"{address}/ask", str(SECONDS)]
            workers = [
                await asyncio.create_subprocess_exec(
                    *command, env=environment, stdout=subprocess.PIPE
                )
                for _ in range(3)
            ]
            said = await asyncio.gather(*(each.communicate() for each in workers))
            assert [each.returncode for each in workers] == [0, 0, 0]
        return partner.meter.reading(), [int(out) for out, _ in said]

    return asyncio.run(whole())
