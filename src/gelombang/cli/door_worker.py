"""One process of the front door alone: its own server under the RSGI adapter, on uvloop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from typing import Any

import uvloop

from gelombang.frontdoor.http1.limits import WireLimits
from gelombang.frontdoor.http1.serving import Server
from gelombang.settings import logs
from gelombang.settings.environment import load


def serve_door(
    load_application: Callable[[], Any],
    listener: socket.socket,
    may_come: Callable[[], None],
) -> None:
    """Serve an RSGI application on this socket until SIGTERM or SIGINT, then answer who waits."""
    environment = load()
    logs.configure(level=environment.log_level, form=environment.log_format)
    application = load_application()
    limits = WireLimits(connections=environment.edge_backpressure)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    application.__rsgi_init__(loop)
    may_come()
    server = Server(application.__rsgi__, listener, limits=limits, loop=loop)
    try:
        loop.run_until_complete(server.serve(stop))
    finally:
        application.__rsgi_del__(loop)
        loop.close()
