"""Workers that pay are killed at random moments: everybody is paid, and nobody twice."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.gateways.payments.paying import KEY
from tests.jobs.paying_fake import Shop, open_shop
from tests.journey.disbursement import paying, world
from tests.journey.disbursement.paying import AMOUNT

from gelombang.journey.disbursement import queries
from gelombang.kit import clock
from gelombang.kit.clock import set_face
from gelombang.records.partners import actions as partners, queries as partner_queries

pytestmark = pytest.mark.django_db(transaction=True)
PAYOUTS = 60
KILLS = 6
FASTER = 400.0  # virtual seconds in a real one: the grace is over in a little more than two
FAULTS = ("", "accept_then_timeout", "timeout_never", "in_progress", "", "")
OURS = ("books_balance", "transfers_sound", "transfers_go_legal_ways", "accounts_not_below_zero",
        "money_stays_with_its_award", "floats_follow_payments")  # fmt: skip


def settings_of(shop: Shop, place: Path) -> dict[str, str]:
    account = asdict(shop.account)
    wanted = ("base_url", "client_key", "client_secret", "partner_id", "channel_id",
              "signature_encoding")  # fmt: skip
    return os.environ | {
        "GELOMBANG_PAYMENT_PARTNERS": json.dumps(
            {"gopay": {name: account[name] for name in wanted}}
        ),
        "GELOMBANG_PAYMENT_PRIVATE_KEY": KEY,
        "GELOMBANG_CLOCK": str(place / "clock.json"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@contextmanager
def workers(count: int, settings: dict[str, str]) -> Iterator[list[subprocess.Popen[str]]]:
    """Paying workers that start together; whatever is left of them is killed."""
    command = [sys.executable, str(Path(__file__).parent / "paying_worker.py"), "4", "2"]
    started = [
        subprocess.Popen(
            command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for worker in started:
            kill(worker)


def kill(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.wait(timeout=10)
    if worker.stdout is not None:
        worker.stdout.close()


def wait_for(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begins\n"


def until(reached, *, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if reached():
            return True
        time.sleep(0.05)
    return bool(reached())


def slow_contract() -> None:
    """So few calls a second that the payouts take as long as the kills."""
    agreed = partner_queries.agreed(code="gopay")
    when = {"now": world.NOW, "real_now": clock.real_now()}
    partners.provide(agreed=agreed, actor="cli:test", **when)
    slow = type(agreed.contract)("gopay", "GoPay", calls_per_second=25, burst=4, batch_size=1)
    partners.agree(contract=slow, reason="lambat", actor="cli:test", **when)


def audited(url: str) -> dict[str, list[str]]:
    """The auditor's complaints about payments and the books, by invariant."""
    finished = subprocess.run(
        [sys.executable, "-m", "gelombang.auditor", "--json"],
        env=os.environ | {"GELOMBANG_DATABASE_READONLY_URL": url},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    results = json.loads(finished.stdout)["results"]
    ours = [each for each in results if each["group"] == "payments" or each["name"] in OURS]
    assert len(ours) > len(OURS)
    return {each["name"]: each["offenders"] for each in ours if each["violations"]}


def test_kill_9_at_random_moments_pays_everybody_once(keyring, readonly_url, tmp_path):
    chance = random.Random(os.environ.get("GELOMBANG_TEST_SEED", "20200601"))
    batch = paying.released(keyring, PAYOUTS)
    slow_contract()
    at_kills: list[dict[str, int]] = []
    with open_shop(tmp_path) as shop:
        shop.seed([
            {"account_no": world.wallet(number), "name": world.NAME,
             "fault": FAULTS[number % len(FAULTS)]}
            for number in range(PAYOUTS)
        ])  # fmt: skip
        shop.misbehave(latency_ms=60)
        set_face(tmp_path / "clock.json", virtual=world.NOW, rate=FASTER)
        settings = settings_of(shop, tmp_path)
        with workers(KILLS + 1, settings) as started:
            for doomed in started[:-1]:
                wait_for(doomed)
                time.sleep(chance.uniform(0.05, 0.6))
                kill(doomed)
                at_kills.append(paying.states())
            assert until(lambda: paying.states() == {"paid": PAYOUTS}, seconds=30), paying.states()
            assert until(
                lambda: queries.batch(reference=batch.reference).state == "finished", seconds=5
            )
        booked = shop.payments()
    under_way = [each for each in at_kills if each.get("sent")]
    assert len(under_way) >= KILLS // 2, "the kills came while payouts were under way"
    assert [each["times_booked"] for each in booked] == [1] * PAYOUTS
    assert {each["amount"] for each in booked} == {AMOUNT}
    assert paying.purse("partner_clearing") == 0
    assert paying.purse("paid_out") == paying.purse("partner_external") == PAYOUTS * AMOUNT
    assert paying.first_instalments() == {"paid": PAYOUTS}
    assert audited(readonly_url) == {}
