"""The providers run as a process of their own, and end with whoever started them."""

import os

import pytest
from aiohttp import ClientError, ClientSession

from gelombang.rehearsal.actors.process import ProvidersMissing, providers_process


async def test_the_process_serves_while_it_is_needed_and_no_longer(tmp_path):
    environment = {**os.environ, "GELOMBANG_DATA_DIR": str(tmp_path)}
    async with ClientSession() as browser:
        async with (
            providers_process(environment) as address,
            browser.get(f"{address}/_admin/report") as page,
        ):
            assert (await page.json())["under_way"] == 0
        with pytest.raises(ClientError):
            await browser.get(address)


async def test_a_process_that_cannot_start_says_so(tmp_path):
    environment = {"PATH": os.environ["PATH"], "GELOMBANG_DATA_DIR": str(tmp_path)}
    with pytest.raises(ProvidersMissing, match="did not start"):
        async with providers_process(environment):
            pass
