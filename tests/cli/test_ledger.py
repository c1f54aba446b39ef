"""`gelombang ledger trace`: one rupiah explained from the budget to the account."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from tests.journey.selection import world
from tests.journey.selection.world import AFTER, REAL
from typer.testing import CliRunner

from gelombang import store
from gelombang.cli.ledger import app
from gelombang.cli.say import console
from gelombang.journey.disbursement import models as money
from gelombang.journey.selection import actions, queries
from gelombang.records.ledger import actions as ledger
from gelombang.records.ledger.rules import (
    AccountKind,
    Purse,
    Transfer,
    TransferKind,
    clearing_of,
    committed_to,
    due_to,
    external_of,
    float_of,
    paid_to,
)

INCENTIVE = 600_000
BEGUN = ["budget:PKJ-2020:apbn:1", "budget:PKJ-2020:apbn:2"]
pytestmark = pytest.mark.usefixtures("database_url")


@pytest.fixture(autouse=True)
def wide(monkeypatch) -> None:
    """A terminal on which no cell is broken into lines, whoever imported the console first."""
    monkeypatch.setattr(console, "_width", 240)


def run(*words: str):
    return CliRunner().invoke(app, ["trace", *words])


def traced(reference: str) -> dict:
    answer = run(reference, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def chain(reference: str) -> list[str]:
    return [step["reference"] for step in traced(reference)["chain"]]


def book(*transfers: Transfer) -> None:
    with store.transaction():
        ledger.transfer(transfers=transfers, now=AFTER)


@pytest.fixture
def award(keyring) -> queries.AwardView:
    """An award with one course earned, one under way, a payment paid at the second attempt."""
    award, other = world.winners(keyring, 2)
    for each in (award, other):
        world.accept(each)
    world.hold(other.id, 1, 999_000)
    world.hold(award.id, 2, 300_000)
    world.resolve(award.id, 2, 300_000, is_proven=True)
    world.hold(award.id, 3, 200_000)
    world.resolve(award.id, 3, 200_000, is_proven=False)
    world.hold(award.id, 4, 250_000)
    book(Transfer(Purse(AccountKind.TREASURY, "funder:apbn"), float_of("ovo"), 10**7,
                  TransferKind.FLOAT_IN, "float_in:ovo:1"))  # fmt: skip
    first, second = _instalments(award)
    _attempt(award, first, "P-1", arrived=False)
    _attempt(award, first, "P-2", arrived=True)
    _reserve(award, second, "P-3")
    return award


def _instalments(award) -> list[money.Instalment]:
    rows = [
        money.Instalment.objects.create(
            award_id=award.id, person_id=award.person_id, kind="completion_incentive",
            number=number, times=4, amount=INCENTIVE, planned_at=AFTER,
        )
        for number in (1, 2)
    ]  # fmt: skip
    book(*(Transfer(committed_to(award.id), due_to(award.id), INCENTIVE, TransferKind.DUE,
                    f"due:{row.id}") for row in rows))  # fmt: skip
    money.AccountOwner.objects.create(account_index=b"a", person_id=award.person_id)
    money.PayoutAccount.objects.create(
        person_id=award.person_id, partner="ovo", account_index=b"a", held_index=b"a",
        ending="7788", state="linked", asked_at=AFTER, effective_at=AFTER, next_attempt_at=REAL,
    )  # fmt: skip
    return rows


def _reserve(award, instalment: money.Instalment, reference: str) -> money.Payout:
    batch = money.PayoutBatch.objects.create(
        reference=f"B-{reference}", payouts=1, amount=INCENTIVE, needs_second_check=False,
        made_by="staff:keuangan1", made_at=AFTER,
    )  # fmt: skip
    payout = money.Payout.objects.create(
        instalment=instalment, batch=batch, account=money.PayoutAccount.objects.get(),
        partner="ovo", reference=reference, amount=INCENTIVE,
    )  # fmt: skip
    book(Transfer(due_to(award.id), clearing_of("ovo"), INCENTIVE, TransferKind.PAYOUT_RESERVE,
                  f"payout_reserve:{reference}"))  # fmt: skip
    return payout


def _attempt(award, instalment: money.Instalment, reference: str, *, arrived: bool) -> None:
    payout = _reserve(award, instalment, reference)
    resolves = f"payout_reserve:{reference}"
    if arrived:
        book(
            Transfer(clearing_of("ovo"), paid_to(award.id), INCENTIVE, TransferKind.PAYOUT_POST,
                     f"payout_post:{reference}", resolves),
            Transfer(float_of("ovo"), external_of("ovo"), INCENTIVE, TransferKind.FLOAT_OUT,
                     f"float_out:{reference}"),
        )  # fmt: skip
        return
    book(Transfer(clearing_of("ovo"), due_to(award.id), INCENTIVE, TransferKind.PAYOUT_VOID,
                  f"payout_void:{reference}", resolves))  # fmt: skip
    money.Payout.objects.filter(id=payout.id).update(state="stopped")


def test_a_rupiah_that_arrived_is_followed_from_the_budget(award):
    due = next(each for each in chain("P-2") if each.startswith("due:"))
    whole = [*BEGUN, f"commit:award:{award.id}", due, "payout_reserve:P-1", "payout_void:P-1",
             "payout_reserve:P-2", "payout_post:P-2", "float_out:P-2"]  # fmt: skip
    for reference in ("P-1", "P-2", "payout_post:P-2", "payout_void:P-1", "float_out:P-2", due):
        assert chain(reference) == whole, reference
    assert chain("P-3")[-1] == "payout_reserve:P-3"
    step = traced("payout_post:P-2")["chain"][-2]
    assert (step["debit"], step["credit"]) == ("partner_clearing partner:ovo",
                                               f"paid_out award:{award.id}")  # fmt: skip


def test_a_rupiah_for_training_is_followed_to_its_provider(award):
    begun = [*BEGUN, f"commit:award:{award.id}", f"grant:award:{award.id}"]
    for reference in ("purchase_hold:2", "purchase_post:2"):
        assert chain(reference) == [*begun, "purchase_hold:2", "purchase_post:2"]
    assert chain("purchase_void:3") == [*begun, "purchase_hold:3", "purchase_void:3"]


def test_the_whole_award_adds_up_by_its_number_or_its_ticket(award):
    by_number = traced(f"award:{award.id}")
    by_ticket = traced(award.ticket)
    assert by_number["chain"] == by_ticket["chain"]
    assert len(by_number["chain"]) == 2 + 2 + 5 + 2 + 6
    assert by_number["award"] == {
        "id": award.id,
        "ticket": award.ticket,
        "wave": "PKJ-2020-W01",
        "state": "accepted",
    }
    assert by_number["equation"] == by_ticket["equation"] == {
        "benefit": 3_550_000,
        "committed": 2_550_000 - 2 * INCENTIVE,
        "training_balance": 450_000,
        "held": 250_000,
        "earned_by_providers": 300_000,
        "due": 0,
        "in_clearing": INCENTIVE,
        "paid_out": INCENTIVE,
        "forfeited": 0,
        "total": 3_550_000,
        "adds_up": True,
    }  # fmt: skip
    assert "999000" not in json.dumps(by_number)  # nothing of anybody else


def test_a_lapsed_award_shows_where_its_money_went(award, keyring):
    late = {"now": AFTER + timedelta(days=300), "real_now": REAL}
    actions.lapse_due(keyring=keyring, base_url="http://127.0.0.1", **late)
    world.resolve(award.id, 4, 250_000, is_proven=False)
    assert actions.expire_balances(keyring=keyring, base_url="http://127.0.0.1", **late) == 1
    forfeit = f"forfeit:award:{award.id}:training_balance"
    found = traced(forfeit)
    assert [step["kind"] for step in found["chain"]] == [
        "budget", "budget", "commit", "grant", "forfeit",
    ]  # fmt: skip
    assert (found["equation"]["forfeited"], found["equation"]["training_balance"]) == (700_000, 0)


def test_people_read_a_table_and_nothing_about_the_person(award):
    answer = run("P-2")
    assert answer.exit_code == 0, answer.output
    for word in ("payout_post:P-2", "partner_clearing partner:ovo", "Rp600.000", "It adds up.",
                 "benefit Rp3.550.000", "+ earned by providers: Rp300.000"):  # fmt: skip
        assert word in answer.output
    for secret in ("7788", str(award.person_id), "@"):
        assert secret not in answer.output + run("P-2", "--json").output


def test_money_that_is_nobodys_yet_is_a_chain_of_one(award):
    for reference in ("budget:PKJ-2020:apbn:2", "float_in:ovo:1"):
        found = traced(reference)
        assert (found["award"], found["equation"]) == (None, None)
        assert [step["reference"] for step in found["chain"]] == [reference]
        assert run(reference).exit_code == 0


@pytest.mark.parametrize(
    "reference",
    ["P-9", "award:0", "award:999999999", "award:1e9", "award:" + "9" * 40, "commit:award:0", "",
     "%", "A" * 24, "x" * 5_000, "\x1b[31mred", "purchase_hold:2'; --", "\udce9"],
)  # fmt: skip
def test_an_unknown_reference_is_refused_in_a_sentence(award, reference):
    answer = run(reference, "--json")
    assert answer.exit_code == 1
    assert "no transfer, payment, award or ticket has this reference" in answer.stderr
    assert "\x1b" not in answer.stderr
    assert answer.stdout == ""


def test_money_that_does_not_add_up_is_said_and_ends_with_status_one(award):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_snapshot (account_id, balance, before_xid, taken_at)"
                       " SELECT id, 5, '0', now() FROM ledger_account"
                       " WHERE kind = 'training_balance' AND holder = %s",
                       [f"award:{award.id}"])  # fmt: skip
    answer = run(f"award:{award.id}")
    assert answer.exit_code == 1
    assert "-Rp5 is not explained" in answer.stderr
