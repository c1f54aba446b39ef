"""The door as a whole: its routes, its start and its end."""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from gelombang.frontdoor import (
    answers,
    confirming,
    joining,
    queueing,
    registering,
    static_pages,
    sundries,
    told,
)
from gelombang.frontdoor.config import DoorConfig
from gelombang.frontdoor.core import Header, Match, Request, Response, Route, Router, WrongMethod
from gelombang.frontdoor.desk import Desk, set_up
from gelombang.frontdoor.landing import Landing
from gelombang.frontdoor.meters import outcome_of
from gelombang.frontdoor.pages import templates
from gelombang.frontdoor.standing import StandingFile
from gelombang.frontdoor.told import Message
from gelombang.kit import clock

log = logging.getLogger(__name__)
CLOSE: Header = ("connection", "close")
VISITED = frozenset({"/", "/daftar", "/konfirmasi/*", "/antrean/*"})
"""Pages of the door whose readers are counted; files and probes are not visits."""


def routes(desk: Desk) -> tuple[Route, ...]:
    """The HTTP contract, one line a call."""
    css = sundries.asset("gaya.css", "text/css; charset=utf-8")
    scripts = ("antrean.js", "kerja.js", "ulang.js")
    script = "text/javascript; charset=utf-8"
    icon = sundries.asset("favicon.svg", "image/svg+xml")
    robots = sundries.asset("robots.txt", "text/plain; charset=utf-8")
    return (
        Route("GET", "/", Landing(desk).show),
        Route("GET", "/daftar", partial(registering.show_form, desk)),
        Route("POST", "/daftar", partial(registering.take_form, desk), reads="form"),
        Route("GET", "/tanda-terima/*", partial(registering.show_receipt_page, desk)),
        Route("POST", "/api/v1/registrations", partial(registering.take_json, desk), reads="json"),
        Route("GET", "/konfirmasi/*", partial(confirming.show_button, desk)),
        Route("POST", "/konfirmasi/*", partial(confirming.take, desk), reads="form"),
        Route("POST", "/gabung/*", partial(joining.take_form, desk), reads="form", is_shared=True),
        Route("POST", "/api/v1/waves/*/entries", partial(joining.take_json, desk), reads="json"),
        Route("GET", "/api/v1/tantangan", partial(queueing.show_challenge, desk)),
        Route("GET", "/antrean.json", partial(queueing.show_counts, desk)),
        Route("GET", "/antrean/rumah", partial(queueing.show_house_queue, desk)),
        Route("GET", "/antrean/*/qr.svg", partial(queueing.show_picture, desk)),
        Route("GET", "/antrean/*", partial(queueing.show_ticket, desk)),
        Route("GET", "/bahasa/*", partial(sundries.switch_language, desk)),
        Route("GET", "/gaya.css", css),
        *(Route("GET", f"/{name}", sundries.asset(name, script)) for name in scripts),
        Route("GET", "/favicon.ico", icon),
        Route("GET", "/robots.txt", robots),
        Route("GET", "/healthz", partial(sundries.healthz, desk)),
        Route("GET", "/readyz", partial(sundries.readyz, desk)),
    )


class Door:
    """Answers requests; knows nothing of servers and protocols."""

    def __init__(self, config: DoorConfig) -> None:
        self.config = config
        self.desk = set_up(config)
        self._router = Router(routes(self.desk))
        self._starting: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._counting: asyncio.Task[None] | None = None
        self._standing = (
            StandingFile(
                config.run_dir,
                meters=self.desk.meters,
                is_reachable=lambda: self.desk.calendar.reachable,
                waiting=self.desk.waiting,
            )
            if config.run_dir
            else None
        )
        self.is_leaving = False
        """Whether this process stops soon: every answer then asks for another connection."""

    async def start(self) -> None:
        """Read the pages and look once; a database that is away only means "paused"."""
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start())
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        templates()
        settle_memory()
        with contextlib.suppress(ValueError, NotImplementedError, RuntimeError):
            # Only in a main thread; elsewhere nobody sends it.
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self.leave)
        await self.desk.look()
        static_pages.warm(self.desk.calendar.facts, clock.now())
        self._looking = asyncio.ensure_future(self.desk.keep_fresh())
        self._counting = asyncio.ensure_future(self.desk.visitors.keep_telling())
        if self._standing is not None:
            self._telling = asyncio.ensure_future(self._standing.keep_written())

    def leave(self) -> None:
        """Ask everybody to come back on another connection from now on: SIGUSR1 says it."""
        self.is_leaving = True

    async def stop(self) -> None:
        """Answer who still waits, then let everything go."""
        for task in (self._looking, self._telling, self._counting):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        await self.desk.close()
        if self._standing is not None:
            self._standing.remove()

    def find(self, method: str, path: str) -> Match | WrongMethod | None:
        """Which route answers; None where the door owns nothing."""
        return self._router.find(method, path)

    async def answer(self, match: Match, request: Request) -> Response:
        """The response of a route. A bug becomes a page that says so, and a loud log entry."""
        if match.route.reads == "form" and is_foreign(request, self.config):
            return self.tell(request, told.FOREIGN)
        if request.method == "GET" and match.route.pattern in VISITED:
            self.note_visit(request)
        try:
            response = await match.route.handler(request)
        except Exception:
            log.exception("%s failed", match.route.name)
            response = told.tell(request, told.BROKEN)
        return self.dressed(response)

    def tell(
        self, request: Request, message: Message, *, headers: Sequence[Header] = ()
    ) -> Response:
        """The message as the reader needs it, as a whole response."""
        return self.dressed(told.tell(request, message, headers=headers))

    def dressed(self, response: Response) -> Response:
        """The response with the headers that every answer of the door carries."""
        found = answers.dressed(response, is_secure=self.config.is_secure)
        return replace(found, headers=(*found.headers, CLOSE)) if self.is_leaving else found

    def note_visit(self, request: Request) -> None:
        """Count whoever looks at a page, by address and browser."""
        browser = request.headers.get("user-agent") or ""
        self.desk.visitors.note(request.client, browser, now=clock.now())

    def note(self, found: Match | WrongMethod | None, response: Response, seconds: float) -> None:
        """Count what was answered, so many seconds after it arrived."""
        if not isinstance(found, Match):
            return
        route = found.route
        outcome = response.outcome or outcome_of(response.status, writes=route.writes)
        self.desk.meters.note(route.group, outcome, seconds)
        if outcome == "accepted":
            self.desk.queues.strain.note(seconds)


def settle_memory() -> None:
    """Keep what was loaded out of every later collection, and collect less often.

    Requests make no cycles to speak of; looking through all modules for some cost 7 % of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def is_foreign(request: Request, config: DoorConfig) -> bool:
    """Whether another site sends this form in a reader's name.

    Browsers say where a form stands by Sec-Fetch-Site, older ones by Origin; the oldest say
    nothing and are let in, since nothing here goes by a cookie alone but the door pass.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("cross-site", "same-site")
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return False
    host = origin.partition("://")[2]
    return host not in config.own_hosts and host != request.headers.get("host")
