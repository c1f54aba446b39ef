"""The processes of a system, each a command of its own for a real deployment."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings

from gelombang.cli.database import set_up_django
from gelombang.cli.operator_port import start_operator_port
from gelombang.cli.postgres import port_is_free
from gelombang.cli.supervisor import PartFailedError
from gelombang.cli.workers import Serve, Workers
from gelombang.kit.errors import HindranceError
from gelombang.kit.niceness import step_aside, step_forward
from gelombang.settings import logs
from gelombang.settings.environment import Environment, load

log = structlog.get_logger("gelombang.cli")
STOP_SECONDS = 8
SWITCH_SECONDS = 0.001
"""That one sweep may compute while others wait: a call to a partner has 20 ms to leave in."""
SPARE_FILES = 256  # logs, pages, PostgreSQL
HEADER_MILLISECONDS = 10_000
"""How long a connection may say nothing, or take for its head: then it is closed."""


class PortInUseError(HindranceError):
    """Somebody already listens where we have to; the text names the port and its setting."""


def require_free_ports(host: str, ports: Sequence[tuple[str, int]]) -> None:
    """Raise PortInUseError for the first (setting, port) that somebody listens on."""
    for setting, port in ports:
        if not port_is_free(port, host=host):
            raise PortInUseError(
                f"Port {port} of {host} is in use: stop what listens there, "
                f"or set {setting} to another port."
            )


def start_process() -> Environment:
    """What every process does first: check its environment and configure its logs."""
    environment = load()
    logs.configure(level=environment.log_level, form=environment.log_format)
    return environment


def serve_application(target: str, *, interface: Interfaces, serve: Serve | None = None) -> None:
    """Serve an application of `settings` until told to stop: by `serve`, or by Granian.

    Access logs stay off: the paths of links carry tokens.
    """
    environment = start_process()
    is_house = interface is Interfaces.WSGI
    require_free_ports(environment.host, [("GELOMBANG_PORT", environment.port)])
    if environment.operator_port and not is_house:
        _tell_operators(environment)
    _allow_connections(environment.edge_backpressure)
    Workers(
        target,
        serve=serve,
        address=environment.host,
        port=environment.port,
        interface=interface,
        workers=environment.edge_workers,
        backpressure=environment.edge_backpressure,
        # Only the house alone has threads of its own: as many as it may have connections.
        blocking_threads=environment.database_connections if is_house else None,
        loop=Loops.auto if is_house else Loops.uvloop,
        http=HTTPModes.http1,  # the header time-out does not reach connections that may be HTTP/2
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_access=False,
        log_dictconfig=logs.configuration(level=environment.log_level, form=environment.log_format),
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def _allow_connections(count: int) -> None:
    """Let this process and its workers hold so many connections: each is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        log.warning("fewer connections than wanted", open_files=most, wanted=wanted)


def _tell_operators(environment: Environment) -> None:
    """Serve health and metrics beside the workers."""
    place = (environment.operator_host, environment.operator_port)
    require_free_ports(place[0], [("GELOMBANG_OPERATOR_PORT", place[1])])
    start_operator_port(host=place[0], port=place[1], directory=environment.door_dir)


def run_worker(only: Sequence[str] | None) -> None:
    """Run the sweeps of the given names (all without names) until told to stop.

    In a rush people come first: what they sent is safe, and can be pulled a little later.
    """
    step_aside(start_process().worker_niceness)
    sys.setswitchinterval(SWITCH_SECONDS)
    set_up_django()
    from gelombang.jobs import worker

    stop = stop_on_signals()
    try:
        worker.run(sweeps=only, stop=stop)
    except (worker.UnknownSweepError, worker.SweepBrokenError) as broken:
        raise PartFailedError(str(broken)) from None


def run_fakes(
    *, only: Sequence[str] = (), port: int | None = None, faults: Path | None = None
) -> None:
    """Serve the invented partners (all without names) until told to stop.

    Raises PartFailedError for a name or a fault script that is none.
    """
    environment = start_process()
    if environment.fakes_niceness:
        step_forward(environment.fakes_niceness)
    listens = port or environment.fakes_port
    require_free_ports("127.0.0.1", [("GELOMBANG_FAKES_PORT", listens)])
    from gelombang.gateways import fault_script, serve

    try:
        names = serve.chosen(only, os.environ)
        scripts = fault_script.read_file(faults) if faults else {}
        serve.run(listens, environment.data_dir, names, scripts=scripts)
    except (serve.UnknownFakeError, fault_script.ScriptInvalidError) as wrong:
        raise PartFailedError(str(wrong)) from None


def run_mailbox() -> None:
    """Catch mail and show it until told to stop."""
    environment = start_process()
    require_free_ports(
        "127.0.0.1",
        [
            ("GELOMBANG_MAIL_PORT", environment.mail_port),
            ("GELOMBANG_SMTP_PORT", environment.smtp_port),
        ],
    )
    from gelombang.gateways.messaging import fake
    from gelombang.gateways.messaging.fake_reports import Reporter

    secret = environment.messaging_secret
    fake.run(
        page_port=environment.mail_port,
        smtp_port=environment.smtp_port,
        reporter=(
            Reporter(base_url=environment.base_url, secret=secret.get_secret_value())
            if secret
            else None
        ),
    )


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
