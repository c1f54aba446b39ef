"""The sweep that delivers what is owed: claim a few, send them, record them, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import cache
from typing import TYPE_CHECKING

import structlog

from gelombang.gateways.messaging.client import MailServer, SmtpClient
from gelombang.gateways.messaging.protocol import Mail, MailGateway, MailServerAway, Outcome, Sent
from gelombang.jobs.loop import Context, Sweep
from gelombang.kit import clock
from gelombang.kit.sealing import SealBroken, unseal
from gelombang.records.notices import actions
from gelombang.records.notices.rules import Answer, Claimed, Delivery, numbered, open_letter

if TYPE_CHECKING:
    from gelombang.settings.environment import Environment

log = structlog.get_logger(__name__)

CHUNK = 25
"""Mails that one connection sends before they are recorded. After a crash at most this many on
each connection reach people a second time."""
ROUND = 2_000
"""Mails after which a run ends, so that the worker can look at its stop sign."""

Chunk = dict[int, Claimed]
Pending = dict["Future[list[Sent]]", Chunk]


def deliver(context: Context, gateway: MailGateway) -> int:
    """Deliver owed notices over all connections until nothing is due; how many were taken.

    Raises MailServerAway when the server was away for some; those are owed as before.
    """
    pending: Pending = {}
    taken, claimed, is_away = 0, 0, False
    while True:
        while not is_away and len(pending) < gateway.connections and not context.stop.is_set():
            chunk = _claim() if claimed < ROUND else {}
            if not chunk:
                break
            claimed += len(chunk)
            pending[gateway.submit(_mails(chunk.values(), context))] = chunk
        if not pending:
            break
        for future in wait(pending, return_when=FIRST_COMPLETED).done:
            sent = future.result()
            _record(pending.pop(future), sent)
            taken += sum(each.outcome is Outcome.TAKEN for each in sent)
            is_away = is_away or any(each.outcome is Outcome.UNTRIED for each in sent)
    if is_away:
        raise MailServerAway
    return taken


def _claim() -> Chunk:
    notices = actions.claim_batch(real_now=clock.real_now(), limit=CHUNK)
    return {notice.id: notice for notice in notices}


def _mails(notices: Iterable[Claimed], context: Context) -> list[Mail]:
    return [mail for notice in notices if (mail := _mail(notice, context)) is not None]


def _mail(notice: Claimed, context: Context) -> Mail | None:
    keyring = context.keyring
    try:
        to = unseal(keyring, notice.address_sealed, purpose="email")
        letter = open_letter(keyring, notice.letter_sealed)
    except SealBroken:
        log.error("a notice does not open with our keys", notice=notice.id)  # noqa: TRY400
        return None
    letter = numbered(letter, notice=notice.id, base_url=context.base_url, keyring=keyring)
    return Mail(reference=notice.id, to=to, subject=letter.subject, body=letter.body)


def _record(chunk: Chunk, sent: Iterable[Sent]) -> None:
    """Record a chunk at once. A notice that did not open waits for the key that opens it."""
    outcomes = {each.reference: Delivery(each.outcome.value) for each in sent}
    actions.record(
        answers=[
            Answer(notice=notice, delivery=outcomes.get(notice.id, Delivery.DEFERRED))
            for notice in chunk.values()
        ],
        real_now=clock.real_now(),
    )


@cache
def _gateway(server: MailServer) -> SmtpClient:
    """One client a process: its connections stay open between two runs."""
    return SmtpClient(server)


def mail_server(environment: Environment) -> MailServer:
    """Where this environment hands over its mail."""
    user, password = environment.smtp_user, environment.smtp_password
    return MailServer(
        host=environment.smtp_host,
        port=environment.smtp_port,
        sender=environment.smtp_from,
        user=user.get_secret_value() if user else None,
        password=password.get_secret_value() if password else None,
    )


def _deliver(context: Context) -> int:
    return deliver(context, _gateway(mail_server(context.environment)))


SWEEPS = (Sweep(name="notices.deliver", run=_deliver),)
