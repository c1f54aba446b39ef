"""What each of SNAP's response codes does to a payment."""

import csv

import pytest
from tests.gateways.payments.paying import DATA

from gelombang.gateways.payments.codes import Meaning, meaning_of

CLASSES = {
    "final_success": {Meaning.DONE},
    "pending_poll_status": {Meaning.IN_PROGRESS},
    "poll_status": {Meaning.IN_PROGRESS},
    "treat_as_success_then_poll_status": {Meaning.IN_PROGRESS},
    "treat_as_success_for_bank_credit_then_poll_status": {Meaning.IN_PROGRESS},
    "final_failure": {Meaning.FINAL},
    "final_failure_ask_new_account": {Meaning.ACCOUNT},
    "retry_next_month": {Meaning.LIMIT},
    "config_error": {Meaning.OURS},
    "refresh_token_and_retry_once": {Meaning.NO_TOKEN},
    "stop_batch_alert_treasury": {Meaning.NO_FUNDS},
    "retry_later_cutoff": {Meaning.NOT_NOW},
    "retry_later": {Meaning.NOT_NOW},
    "retry_next_day": {Meaning.NOT_NOW},
    "retry_backoff": {Meaning.NOT_NOW},
    "poll_status_then_new_external_id": {Meaning.NOT_NOW},
    "manual_review": {Meaning.UNCERTAIN},
    "see_status_logic": {Meaning.UNCERTAIN},
    "n/a": {Meaning.UNCERTAIN},
    "unknown_poll_status": {Meaning.UNCERTAIN},
}
# The amount is too high whatever the month; a paid bill may have been paid by us.
OTHERWISE = {("403", "02"): Meaning.LIMIT, ("404", "14"): Meaning.UNCERTAIN}
KNOWN = list(csv.DictReader((DATA / "response_codes.csv").read_text().splitlines()))


def test_the_list_is_whole():
    assert len(KNOWN) > 50


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row['http']}-{row['case']}")
def test_a_code_is_read_as_its_class(row):
    found = meaning_of(f"{row['http']}38{row['case']}")
    wanted = OTHERWISE.get((row["http"], row["case"]))
    assert found in ({wanted} if wanted else CLASSES[row["retry_class"]])


@pytest.mark.parametrize("code", ["2003801", "2013800", "4003899", "4093802", "4183800", "9993899"])
def test_a_code_that_nobody_knows_is_never_final(code):
    assert meaning_of(code) is Meaning.UNCERTAIN
