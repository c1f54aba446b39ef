"""Pumping by many accounts and numbers through the real action meets the budget; mail goes on."""

import logging
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from tests.journey.registration.test_actions import register
from tests.journey.verification.world import at_once, one

from gelombang import store
from gelombang.journey.registration import actions
from gelombang.journey.registration.pumping import TextBudget, TooManyTexts
from gelombang.kit.indexing import blind_index
from gelombang.kit.sealing import Keyring, seal
from gelombang.records.notices.rules import Via
from gelombang.records.people import actions as people
from gelombang.records.people.rules import Newcomer

log = logging.getLogger(__name__)
pytestmark = pytest.mark.usefixtures("database_url")
NOW = datetime(2020, 4, 24, 3, tzinfo=UTC)
HOUR = datetime(2026, 11, 2, 8, tzinfo=UTC)
BATCH = 1_000  # accounts that are made, and then ask, together
EACH = 5  # numbers that one account asks codes for
APART = timedelta(minutes=36)  # so that nobody is merely told to wait: three hours for all
PARTIES = 2
BUDGET = TextBudget(
    an_hour=400, idr_a_day=120_000, idr_each=400
)  # 300 messages a day, 200 new an hour


def accounts(keyring: Keyring, first: int, count: int) -> list[UUID]:
    """So many accounts of the attacker."""
    newcomers = [
        Newcomer(
            email_index=blind_index(keyring, f"x{number}@example.id", purpose="email"),
            email_sealed=seal(keyring, f"x{number}@example.id", purpose="email"),
            phone_index=None, phone_sealed=None, language="id", enrolled_at=NOW,
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    with store.transaction():
        return list(people.enrol(newcomers=newcomers).values())


def pump(
    keyring: Keyring, attackers: Sequence[UUID], first: int, *, step: timedelta
) -> tuple[int, int]:
    """Each account asks codes for numbers of its own from all over; how many were owed, refused."""
    owed = refused = 0
    for place, person in enumerate(attackers):
        for again in range(EACH):
            number = (first + place) * EACH + again
            try:
                actions.ask_phone(
                    person_id=person, phone=f"0811{number * 99_991 % 10**8:08d}", via=Via.SMS,
                    is_stepped_up=True, budget=BUDGET, keyring=keyring, now=NOW,
                    real_now=HOUR + again * APART + (first + place) * step,
                )  # fmt: skip
            except TooManyTexts:
                refused += 1
            else:
                owed += 1
    return owed, refused


def ask_by_mail(keyring: Keyring, number: int) -> float:
    """Somebody real signs in by e-mail meanwhile: milliseconds until the letter is owed."""
    register(keyring, f"jujur{number}@example.id")
    before = one("SELECT count(*) FROM notices_notice WHERE channel = 'email'")
    began = time.perf_counter()
    actions.send_code(
        keyring=keyring, base_url="https://x", email=f"jujur{number}@example.id", language="id",
        now=NOW, real_now=HOUR,
    )  # fmt: skip
    took = time.perf_counter() - began
    assert one("SELECT count(*) FROM notices_notice WHERE channel = 'email'") == before + 1
    return 1_000 * took


@pytest.mark.parametrize("requests", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_many_accounts_and_numbers_send_no_more_than_the_budget_and_mail_goes_on(keyring, requests):
    outcomes, mail, began = [], [], time.perf_counter()
    count = requests // EACH
    step = APART / count
    for first in range(0, count, BATCH):
        found = accounts(keyring, first, min(BATCH, count - first))
        half = -(-len(found) // PARTIES)
        outcomes += at_once(
            *(
                partial(pump, keyring, found[at : at + half], first + at, step=step)
                for at in range(0, len(found), half)
            )
        )
        mail.append(ask_by_mail(keyring, first))
    owed, refused = map(sum, zip(*outcomes, strict=True))
    took = time.perf_counter() - began
    assert owed + refused == requests
    sent = one("SELECT count(*) FROM notices_notice WHERE channel = 'sms'")
    log.info(
        "%d asked in %.0f s, %d owed, mail %.1f ms", requests, took, sent, statistics.median(mail)
    )
    assert sent == owed == BUDGET.a_day, "three hours would take 600: the day's rupiah ends it"
    most = one("SELECT max(used) FROM notices_allowance WHERE scope = 'sms:new'")
    assert most <= BUDGET.an_hour // 2
    used = one("SELECT sum(used) FROM notices_allowance WHERE scope = 'sms:day'")
    assert used * BUDGET.idr_each <= BUDGET.idr_a_day
