"""`gelombang payouts`: batches, doubts and floats, as whoever looks after the machine sees them."""

import pytest
from tests.journey.disbursement import paying
from typer.testing import CliRunner

from gelombang.cli.payouts import app
from gelombang.cli.say import console
from gelombang.journey.disbursement.paying import Said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def wide(monkeypatch) -> None:
    monkeypatch.setattr(console, "_width", 200)


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_batches_doubts_and_floats_are_shown_and_a_float_is_funded(keyring):
    assert "No batch was made yet" in run("batches").output
    assert "Nothing is in doubt" in run("unknown").output
    assert "no contract yet" in run("floats").output
    why = ("--reason", "Pendanaan tahap pertama")
    refused = run("fund", "gopay", "600000", *why)
    assert (refused.exit_code, "No programme is loaded" in refused.output) == (1, True)
    batch = paying.released(keyring, 2)
    first, second = paying.claim(keyring)
    paying.hear(keyring, [paying.reply(first, Said.UNANSWERED),
                          paying.reply(second, Said.PAID, amount=1)])  # fmt: skip
    shown = run("batches").output
    for word in (batch.reference, "released", "Rp1.200.000", *paying.OFFICERS):
        assert word in shown
    doubts = run("unknown").output
    assert first.reference in doubts
    assert "enquired about from" in doubts
    assert "a person looks: amount_differs" in doubts
    assert first.account_no not in doubts
    funded = run("fund", "gopay", "600000", *why)
    assert funded.exit_code == 0, funded.output
    assert "gopay: Rp600.000 booked, Rp999.400.000 free" in funded.output
    assert "Rp1.000.600.000" in run("floats").output
    for wrong in (("fund", "dana", "1", *why), ("fund", "ovo", "1", "--reason", "x")):
        assert run(*wrong).exit_code == 1
