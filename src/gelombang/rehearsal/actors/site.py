"""The sites of the invented providers: where a learner types a redeem code.

`/` lists the providers, `/<provider>/tukar` takes a code (a form, or JSON for programs),
`/_admin/report` tells what the providers did.
"""

import asyncio
import html
import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from gelombang.rehearsal.actors.provider import NoAnswer, Providers, Refused, UnknownProvider
from gelombang.rehearsal.wire import Pool

GRACE_SECONDS = 2.0
STDIN = 0
_CONNECTIONS = 12
_LONGEST_CODE = 64
_PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1rem/1.5 sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}}
label,input,button{{font:inherit;display:block;margin:.5rem 0}}input,button{{padding:.5rem}}</style>
</head><body><h1>{title}</h1>
{body}
<p><small>Lembaga pelatihan rekaan untuk demo dan gladi. <span lang="en">An invented training
provider for demos and rehearsals.</span></small></p></body></html>"""
_FORM = """<form method="post"><label for="kode">Kode redeem <span lang="en">(redeem code)</span>
</label><input id="kode" name="redeem_code" autocomplete="off" required maxlength="64">
<button>Tukar</button></form>"""
_TAKEN = (
    "Kode Anda diterima. Pelatihan dimulai; kelulusannya kami laporkan sendiri.",
    "Your code is accepted. The course begins; we report its completion ourselves.",
)
_SILENT = (
    "Layanan Prakerja sedang tidak menjawab. Cobalah lagi sebentar lagi.",
    "The platform does not answer. Please try again in a moment.",
)


class Sites:
    """The pages of all providers."""

    def __init__(self, providers: Providers, *, names: Mapping[str, str]) -> None:
        self._providers = providers
        self._names = names

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=4096)
        app.router.add_get("/", self._list)
        app.router.add_get("/_admin/report", self._report)
        app.router.add_get("/{provider}/tukar", self._ask)
        app.router.add_post("/{provider}/tukar", self._take)
        return app

    async def _list(self, _: web.Request) -> web.Response:
        links = "".join(
            f'<li><a href="/{html.escape(name)}/tukar">{html.escape(self._name(name))}</a></li>'
            for name in self._providers.names()
        )
        return _page("Lembaga pelatihan", f"<ul>{links}</ul>" if links else "<p>Belum ada.</p>")

    def _name(self, client_code: str) -> str:
        return self._names.get(client_code, client_code)

    async def _report(self, _: web.Request) -> web.Response:
        return web.json_response(self._providers.report.as_json(self._providers.under_way))

    async def _ask(self, request: web.Request) -> web.Response:
        name = request.match_info["provider"]
        if name not in self._providers.names():
            raise web.HTTPNotFound
        return _page(self._name(name), _FORM)

    async def _take(self, request: web.Request) -> web.Response:
        name, is_program = request.match_info["provider"], request.content_type.endswith("json")
        code = await _code_in(request, is_program=is_program)
        if not code:
            raise web.HTTPUnprocessableEntity(text="redeem_code is missing")
        try:
            found = await self._providers.take(name, code)
        except UnknownProvider:
            raise web.HTTPNotFound from None
        except Refused as refused:
            words = (refused.message or "Kode ini tidak dapat dipakai.", refused.code)
            return _told(self._name(name), words, status=422, is_program=is_program)
        except NoAnswer:
            return _told(self._name(name), _SILENT, status=503, is_program=is_program)
        if is_program:
            return web.json_response({"course_code": found.get("course_code")})
        return _told(self._name(name), _TAKEN, status=200, is_program=False)


async def _code_in(request: web.Request, *, is_program: bool) -> str:
    """The code without the blanks and dashes that make it readable; empty without one."""
    try:
        typed = json.loads(await request.text()) if is_program else await request.post()
    except ValueError:
        return ""
    given = typed.get("redeem_code", "") if hasattr(typed, "get") else ""
    code = "".join(each for each in str(given) if each.isalnum()).upper()
    return code if len(code) <= _LONGEST_CODE else ""


def _told(name: str, words: tuple[str, str], *, status: int, is_program: bool) -> web.Response:
    if is_program:
        return web.json_response({"message": words[0], "code": words[1]}, status=status)
    said = f'<p>{html.escape(words[0])}</p><p lang="en">{html.escape(words[1])}</p>'
    return _page(name, said + (_FORM if status != 200 else ""), status=status)  # noqa: PLR2004


def _page(title: str, body: str, *, status: int = 200) -> web.Response:
    text = _PAGE.format(title=html.escape(title), body=body)
    return web.Response(text=text, content_type="text/html", status=status)


@dataclass(frozen=True, slots=True)
class Script:
    """Who the providers are and how they behave."""

    keys_file: Path
    """Client codes and sign keys, as `gelombang courses load --keys` writes them."""
    names: Mapping[str, str]
    """What each provider is called, by its client code."""
    sessions: Mapping[str, int]
    """How many sessions each course has, by its code."""
    platform_url: str
    seconds_to_complete: float
    """Real seconds from redeeming to the first report."""


def run(*, port: int, script: Script) -> None:
    """Serve until SIGTERM or SIGINT; the first line that is printed names the address.

    Port 0 takes a free one, for somebody who started us and holds our standard input: when that
    ends, also because they were killed, so do we.
    """
    asyncio.run(_serve(port, script))


async def _serve(port: int, script: Script) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    if port == 0:
        loop.add_reader(STDIN, lambda: None if os.read(STDIN, 1) else stopped.set())
    providers = Providers(
        keys_file=script.keys_file, sessions=script.sessions,
        platform=Pool(script.platform_url, connections=_CONNECTIONS),
        seconds_to_complete=script.seconds_to_complete,
    )  # fmt: skip
    runner = web.AppRunner(
        Sites(providers, names=script.names).application(),
        access_log=None,
        shutdown_timeout=GRACE_SECONDS,
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
    address, listens_on = runner.addresses[0][:2]
    print(f"http://{address}:{listens_on}", flush=True)  # noqa: T201 whoever started us reads it
    await stopped.wait()
    await providers.close()
    await runner.cleanup()
