"""The providers against a platform that verifies every signature and cuts some calls."""

import asyncio
import json

import pytest
from aiohttp import ClientSession, web

from gelombang.rehearsal.actors.provider import Providers, Refused, UnknownProvider
from gelombang.rehearsal.actors.signing import API, sign
from gelombang.rehearsal.actors.site import Sites
from gelombang.rehearsal.wire import Pool

KEYS = {"lp-satu": "kunci satu", "lp-dua": "kunci dua"}
CODE = "PK0000000000AA"


class Platform:
    """Keeps one redeem code of lp-satu's; `cut` calls are done and never answered."""

    def __init__(self) -> None:
        self.reported: list[int] = []
        self.calls = 0
        self.cut: set[int] = set()
        self.busy: set[int] = set()

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post(f"{API}/status", self.status)
        app.router.add_post(f"{API}/commit", self.commit)
        return app

    async def status(self, request: web.Request) -> web.Response:
        code, _ = await self._signed(request)
        if code != CODE:
            return _refused("ERRRDM40001")
        return _done({
            "course_code": "SATU-01",
            "redeem_at": "2020-04-20T01:00:00Z" if 1 in self.reported else None,
            "status": 2 if 999 in self.reported else int(1 in self.reported),
        })  # fmt: skip

    async def commit(self, request: web.Request) -> web.Response:
        _, sequence = await self._signed(request)
        self.calls += 1
        if self.calls in self.busy:
            return web.Response(status=503)
        if sequence in self.reported:
            return _refused("ERRRDM40003")
        self.reported.append(sequence)
        if self.calls in self.cut:
            request.transport.close()
        return _done({})

    async def _signed(self, request: web.Request) -> tuple[str, int]:
        body, client = await request.read(), request.headers["client_code"]
        expected = sign(
            KEYS[client], client_code=client, timestamp=request.headers["timestamp"],
            path=request.path, body=body,
        )  # fmt: skip
        assert request.headers["signature"] == expected
        asked = json.loads(body)
        known = asked["redeem_code"] if client == "lp-satu" else "another provider's"
        return known, asked.get("sequence", 1)


def _done(data: dict) -> web.Response:
    return web.json_response({"success": True, "message": "OK", "data": data})


def _refused(code: str) -> web.Response:
    document = {"code": code, "message": "Tidak.", "success": False}
    return web.json_response(document, status=400)


async def serve(application: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, "http://{}:{}".format(*runner.addresses[0][:2])


@pytest.fixture
async def served(tmp_path):
    """A platform, the providers, and the address of their sites."""
    platform = Platform()
    keys = tmp_path / "providers.json"
    keys.write_text(json.dumps(KEYS))
    platform_runner, platform_at = await serve(platform.application())
    providers = Providers(
        keys_file=keys, sessions={"SATU-01": 3}, platform=Pool(platform_at, connections=2),
        seconds_to_complete=0,
    )  # fmt: skip
    sites_runner, sites_at = await serve(
        Sites(providers, names={"lp-satu": "Lembaga Satu"}).application()
    )
    yield platform, providers, sites_at
    await providers.close()
    await sites_runner.cleanup()
    await platform_runner.cleanup()


async def until_taught(providers: Providers) -> None:
    async with asyncio.timeout(20):
        await providers.taught()


def test_the_published_vector_is_signed_as_published():
    body = b'{"redeem_code":"code"}'
    path = "/api/v1/integration/payment/redeem-code/commit"
    signed = sign(
        "my_sign_key", client_code="myclient_code", timestamp="1516239022", path=path, body=body
    )
    assert signed == "943c20a8e36b6243f576404b00fffdc86411ce1f"


async def test_a_course_is_redeemed_attended_and_completed_once(served):
    platform, providers, _ = served
    await providers.take("lp-satu", CODE)
    await until_taught(providers)
    await providers.take("lp-satu", CODE)  # comes again: nothing is reported twice
    await until_taught(providers)
    assert platform.reported == [1, 2, 3, 999]
    report = providers.report.as_json(providers.under_way)
    assert (report["redeemed"], report["sessions"], report["completed"]) == (1, 2, 1)
    assert report["problems"] == []


async def test_cut_and_busy_calls_are_repeated_until_they_are_answered(served):
    platform, providers, _ = served
    platform.cut, platform.busy = {1, 5}, {3}
    await providers.take("lp-satu", CODE)
    await until_taught(providers)
    assert platform.reported == [1, 2, 3, 999]
    assert providers.report.repeated >= 1
    assert providers.report.refused == {"ERRRDM40003": 2}, "done before the cut, and told so"
    assert providers.report.problems == []


async def test_a_code_of_somebody_else_and_an_unknown_provider_are_refused(served):
    _, providers, _ = served
    with pytest.raises(Refused, match="ERRRDM40001"):
        await providers.take("lp-dua", CODE)
    with pytest.raises(UnknownProvider):
        await providers.take("lp-tiga", CODE)
    assert providers.report.refused == {"ERRRDM40001": 1}


async def test_people_type_the_code_at_the_providers_own_site(served):
    platform, providers, address = served
    typed = {"redeem_code": "pk-0000-0000-00aa"}
    async with ClientSession() as browser:
        async with browser.get(address) as page:
            listed = await page.text()
            assert '<a href="/lp-satu/tukar">Lembaga Satu</a>' in listed
        async with browser.get(f"{address}/lp-satu/tukar") as page:
            assert 'name="redeem_code"' in await page.text()
        async with browser.post(f"{address}/lp-satu/tukar", data=typed) as page:
            assert (page.status, "Kode Anda diterima" in await page.text()) == (200, True)
        async with browser.post(f"{address}/lp-dua/tukar", data=typed) as page:
            assert page.status == 422
        async with browser.post(f"{address}/lp-satu/tukar", json=[1]) as page:
            assert page.status == 422
        async with browser.get(f"{address}/lp-tiga/tukar") as page:
            assert page.status == 404
        await until_taught(providers)
        async with browser.get(f"{address}/_admin/report") as page:
            assert (await page.json())["completed"] == 1
    assert platform.reported[-1] == 999
