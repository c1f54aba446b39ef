"""A mail provider that takes connections and hangs: the second one has the letters within 30 s.

The client of the hanging one waits a tenth of the usual time. What letters waited for is counted
instead of timed: each wait for the hanging server, at the length that it usually has.
"""

import contextlib
import threading
from datetime import UTC, datetime

import pytest
from tests.jobs.hanging_server import GREETS, HELLO, TAKES_ENVELOPE, TAKES_MAIL, HangingServer
from tests.jobs.test_notices import SENDER, Server, a_provider, owe, states

from gelombang.gateways.messaging.client import USUAL, MailServer, Patience, SmtpClient
from gelombang.gateways.messaging.protocol import Mail, Outcome
from gelombang.jobs import notices as jobs
from gelombang.jobs.loop import Context
from gelombang.jobs.mail_providers import FIRST, SECOND, Provider
from gelombang.kit import clock
from gelombang.records.notices import actions
from gelombang.records.partners import queries as partners
from gelombang.settings.environment import load

pytestmark = pytest.mark.django_db

LINES = 3
TAKE_OVER = 30.0
QUICK = Patience(connect=USUAL.connect / 10, answer=USUAL.answer / 10)


@pytest.fixture
def context(keyring):
    return Context(now=datetime(2020, 4, 24, 3, tzinfo=UTC), real_now=clock.real_now(),
                   keyring=keyring, base_url="", environment=load(),
                   stop=threading.Event())  # fmt: skip


@contextlib.contextmanager
def a_hanging_provider(hanging, patience=QUICK):
    server = MailServer("127.0.0.1", hanging.port, SENDER)
    with SmtpClient(server, connections=LINES, patience=patience) as client:
        yield Provider(FIRST, client, per_second=50_000)


def usual_wait(hanging):
    """Seconds that the waits for the server would have taken one after the other."""
    quick = (b"", b"EHLO", b"NOOP")
    return sum(
        USUAL.connect if ignored[:4].upper() in quick else USUAL.answer
        for ignored in hanging.unanswered
    )


@pytest.mark.parametrize(
    "says", [(), (GREETS,), (GREETS, HELLO), (GREETS, HELLO, TAKES_ENVELOPE)],
    ids=["no greeting", "no hello", "no envelope", "no end of the mail"],
)  # fmt: skip
def test_a_single_letter_is_with_the_second_provider_within_half_a_minute(keyring, context, says):
    with (
        HangingServer(*says) as hanging,
        Server() as server,
        a_hanging_provider(hanging) as first,
        a_provider(SECOND, server.port) as second,
    ):
        owe(keyring, "kode", urgent=True)
        assert jobs.Deliverer([first, second]).run(context) == 1
        assert len(server.catch) == 1
        assert 0 < usual_wait(hanging) <= TAKE_OVER
    assert states() == {"kode": "sent"}


def test_letters_that_are_owed_meanwhile_do_not_wait_for_the_hanging_one(keyring, context):
    found = []

    def claim(**asked):
        found.append(len(claimed := actions.claim_batch(**asked)))
        if len(found) == 2:
            owe(keyring, "baru", urgent=True)
        return claimed

    with (
        HangingServer(GREETS, HELLO) as hanging,
        Server() as server,
        a_hanging_provider(hanging, Patience(answer=4.0)) as first,
        a_provider(SECOND, server.port) as second,
    ):
        owe(keyring, "kode", urgent=True)
        assert jobs.Deliverer([first, second], claim=claim).run(context) == 2
    assert found[:3] == [1, 0, 1], "claimed while the first letter was under way"
    assert states() == {"kode": "sent", "baru": "sent"}


def test_lines_that_lay_idle_do_not_each_cost_a_wait(keyring, context):
    with (
        HangingServer(GREETS, HELLO, TAKES_ENVELOPE, TAKES_MAIL) as hanging,
        Server() as server,
        a_hanging_provider(hanging) as first,
        a_provider(SECOND, server.port) as second,
    ):
        chunks = [first.gateway.submit([a_mail(number)]) for number in range(LINES)]
        assert [chunk.result(10)[0].outcome for chunk in chunks] == [Outcome.TAKEN] * LINES
        hanging.greet_nobody()
        owe(keyring, "kode", urgent=True)
        assert jobs.Deliverer([first, second]).run(context) == 1
        assert hanging.unanswered[0].startswith(b"NOOP")
        assert usual_wait(hanging) <= TAKE_OVER / 2


def test_many_letters_are_with_the_second_provider_within_half_a_minute(keyring, context):
    with (
        HangingServer(GREETS, HELLO) as hanging,
        Server() as server,
        a_hanging_provider(hanging) as first,
        a_provider(SECOND, server.port) as second,
    ):
        owe(keyring, *(f"orang{n}" for n in range(200)))
        assert jobs.Deliverer([first, second]).run(context) == 200
        assert len(server.catch) == 200
        assert usual_wait(hanging) / LINES <= TAKE_OVER, "so many lines wait at a time"
        assert partners.partner(code=FIRST).failures_in_row >= 20
    assert set(states().values()) == {"sent"}


def a_mail(number):
    return Mail(number, to=f"orang{number}@example.id", subject="Hai", body="Halo\n")
