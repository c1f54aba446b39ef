"""The mail catcher: an SMTP server that delivers to nobody, with an inbox page and a JSON API.

It is the honest fake of a mail server (it refuses what one refuses and can be told to be busy or
broken) and the mailbox of everybody in demos and rehearsals. It keeps what arrived in memory only.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec
import structlog
import uvloop
from aiohttp import web

from gelombang.gateways.messaging import page
from gelombang.gateways.messaging.catch import MOST_MAILS, Catch, Caught, read_mail
from gelombang.gateways.messaging.fake_reports import FULL, GONE, Reporter, bounce, complaint
from gelombang.gateways.messaging.listener import LineDropped, Listener, listen
from gelombang.kit import clock
from gelombang.kit.words import Language, language_of

log = structlog.get_logger(__name__)

LONGEST_WAIT = 30.0
MOST_LISTED = 5_000
ON_A_PAGE = 100
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(slots=True)
class Temper:
    """How the server behaves towards an address; tests and fault drills change it."""

    refused: set[str] = field(default_factory=set)
    """Addresses that do not exist: 550, for ever."""
    deferred: set[str] = field(default_factory=set)
    """Addresses that are busy: 450, try again."""
    blocked: set[str] = field(default_factory=set)
    """Addresses to which a policy keeps us from writing: 554, which says nothing about them."""
    broken: set[str] = field(default_factory=set)
    """Addresses at whose mail the line goes dead."""
    bouncing: set[str] = field(default_factory=set)
    """Addresses whose mail is taken and comes back: nobody reads it."""
    full: set[str] = field(default_factory=set)
    """Addresses whose mail is taken and comes back: the mailbox is full."""
    complaining: set[str] = field(default_factory=set)
    """Addresses whose reader calls every mail unwanted."""
    is_busy: bool = False
    """Every address is busy."""
    is_blocking: bool = False
    """A policy keeps us from writing to anybody."""

    def change(self, wanted: object) -> None:
        """Behave as a JSON object of lists says; what it does not name is off.

        Raises ValueError for anything else.
        """
        switches = ("is_busy", "is_blocking")
        names = [each for each in self.__slots__ if each not in switches]
        if not isinstance(wanted, dict) or not wanted.keys() <= {*names, *switches}:
            raise ValueError(f"takes {', '.join(switches)} and lists of addresses: "
                             f"{', '.join(names)}")  # fmt: skip
        for name in names:
            setattr(self, name, {str(each) for each in wanted.get(name, [])})
        for switch in switches:
            setattr(self, switch, bool(wanted.get(switch, False)))


CATCH = web.AppKey("catch", Catch)
TEMPER = web.AppKey("temper", Temper)


class Keeper:
    """What the SMTP server does with a mail: it keeps it."""

    def __init__(self, catch: Catch, temper: Temper, reporter: Reporter | None) -> None:
        self._catch, self._temper, self._reporter = catch, temper, reporter

    def refusal_of(self, address: str) -> str | None:
        """Take an address, or refuse it as the temper says. Raises LineDropped."""
        if address in self._temper.refused:
            return "550 5.1.1 no such mailbox"
        if address in self._temper.deferred or self._temper.is_busy:
            return "450 4.2.1 mailbox busy, try again later"
        if address in self._temper.blocked or self._temper.is_blocking:
            return "554 5.7.1 your sender is blocked by policy"
        if address in self._temper.broken:
            raise LineDropped
        return None

    def keep(self, *, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep the mail, once for every address, however often it travels; tell what comes back."""
        subject, body, message_id = read_mail(content)
        received_at = clock.real_now().isoformat()
        for address in recipients:
            if self._reporter is not None and (report := self._report_on(address, content)):
                self._reporter.tell(report)
            self._catch.add(
                to=address, subject=subject, body=body, received_at=received_at,
                message_id=message_id, sender=sender,
            )  # fmt: skip

    def _report_on(self, address: str, content: bytes) -> bytes | None:
        if address in self._temper.bouncing:
            return bounce(content, address=address, status=GONE)
        if address in self._temper.full:
            return bounce(content, address=address, status=FULL)
        return complaint(content) if address in self._temper.complaining else None


async def start_smtp(
    catch: Catch,
    *,
    host: str,
    port: int,
    temper: Temper | None = None,
    reporter: Reporter | None = None,
) -> Listener:
    """Listen for mail in the running event loop."""
    return await listen(Keeper(catch, temper or Temper(), reporter), host=host, port=port)


def application(catch: Catch, temper: Temper | None = None) -> web.Application:
    """The inbox page and the JSON API over what was caught."""
    app = web.Application(middlewares=[_with_headers])
    app[CATCH], app[TEMPER] = catch, temper or Temper()
    app.add_routes(
        [
            web.get("/", _inbox),
            web.get("/messages/{number:[0-9]{1,18}}", _letter),
            web.get("/kotak.css", _style),
            web.get("/bahasa/{language:id|en}", _choose_language),
            web.get("/api/messages", _list),
            web.get("/api/stream", _stream),
            web.delete("/api/messages", _clear),
            web.put("/api/temper", _change_temper),
        ]
    )
    return app


@web.middleware
async def _with_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    response = await handler(request)
    response.headers.update(HEADERS)
    return response


def _language(request: web.Request) -> Language:
    return language_of(request.cookies.get("bahasa") or request.query.get("bahasa"))


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        raise web.HTTPBadRequest(text=f"{name} is a whole number up to {most}")
    return min(int(text), most)


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def _json(catch: Catch, mails: list[Caught]) -> web.Response:
    """A JSON array; headers tell whether older mails were forgotten."""
    headers = {
        "X-First-Id": str(catch.first_id),
        "X-Forgotten": str(catch.forgotten),
        "X-Repeated": str(catch.repeated),
    }
    body = msgspec.json.encode(mails)
    return web.Response(body=body, headers=headers, content_type="application/json")


async def _inbox(request: web.Request) -> web.Response:
    catch, search = request.app[CATCH], request.query.get("to", "")[:254]
    text = page.inbox(
        catch.newest(search=search, limit=ON_A_PAGE),
        search=search,
        known=len(catch),
        forgotten=catch.forgotten,
        most=MOST_MAILS,
        language=_language(request),
    )
    return _html(text)


async def _letter(request: web.Request) -> web.Response:
    mail = request.app[CATCH].find(int(request.match_info["number"]))
    if mail is None:
        return _html(page.missing(language=_language(request)), status=404)
    return _html(page.letter(mail, language=_language(request)))


async def _style(_request: web.Request) -> web.Response:
    return web.Response(text=page.style(), content_type="text/css")


async def _choose_language(request: web.Request) -> web.Response:
    answer = web.Response(status=303, headers={"Location": "/"})
    answer.set_cookie("bahasa", request.match_info["language"], samesite="Lax", path="/")
    return answer


async def _list(request: web.Request) -> web.Response:
    catch, address = request.app[CATCH], request.query.get("to", "")
    after = _number(request, "after", 0, 10**17)
    limit = _number(request, "limit", 100, MOST_LISTED)
    if address:
        return _json(catch, catch.to_address(address, after=after, limit=limit))
    return _json(catch, catch.after(after, limit=limit))


async def _stream(request: web.Request) -> web.Response:
    catch = request.app[CATCH]
    after = _number(request, "after", 0, 10**17)
    limit = _number(request, "limit", MOST_LISTED, MOST_LISTED)
    await catch.wait_for(after, seconds=_number(request, "wait", 0, int(LONGEST_WAIT)))
    return _json(catch, catch.after(after, limit=limit))


async def _clear(request: web.Request) -> web.Response:
    request.app[CATCH].clear()
    return web.Response(status=204)


async def _change_temper(request: web.Request) -> web.Response:
    try:
        request.app[TEMPER].change(await request.json())
    except ValueError as wrong:
        raise web.HTTPUnprocessableEntity(text=str(wrong)) from None
    return web.Response(status=204)


async def serve(
    *,
    page_port: int,
    smtp_port: int,
    stop: asyncio.Event,
    host: str = "127.0.0.1",
    reporter: Reporter | None = None,
) -> None:
    """Catch mail and show it until `stop` is set."""
    catch, temper = Catch(), Temper()
    server = await start_smtp(catch, host=host, port=smtp_port, temper=temper, reporter=reporter)
    runner = web.AppRunner(application(catch, temper), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, host, page_port).start()
    log.info("mail catcher started", page=f"http://{host}:{page_port}/", smtp=smtp_port)
    try:
        await stop.wait()
    finally:
        server.close()
        await runner.cleanup()


def run(
    *, page_port: int, smtp_port: int, host: str = "127.0.0.1", reporter: Reporter | None = None
) -> None:
    """Catch mail and show it until SIGTERM or Ctrl-C."""

    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(
            page_port=page_port, smtp_port=smtp_port, stop=stop, host=host, reporter=reporter
        )

    uvloop.run(until_told())
