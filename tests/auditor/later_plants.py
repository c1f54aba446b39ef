"""One broken promise for every invariant of the programme's second half; see plants.py."""

from tests.auditor.world import person

STRANGER = f"'{person('dedi')}'"


def drop(table: str, constraint: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"


def again(table: str, *, instead: dict[str, str], where: str) -> str:
    """A copy of some rows with other values in some columns."""
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(original, jsonb_build_object("
        + ", ".join(f"'{column}', {value}" for column, value in instead.items())
        + f"))).* FROM {table} AS original WHERE {where}"
    )


COMPLETED = "state = 'completed'"
MONEY = [
    ("money_stays_with_its_award", "transfer:",
     ["INSERT INTO ledger_account (kind, holder, currency) "
      "VALUES ('training_balance', 'award:4711', 'IDR')",
      "UPDATE ledger_transfer SET debit_account_id = (SELECT id FROM ledger_account "
      "WHERE holder = 'award:4711') WHERE kind = 'purchase_hold'"]),
    ("money_stays_with_its_award", "transfer:",
     ["UPDATE disbursement_payout SET reference = 'PKJ-9' WHERE reference = 'PKJ-3'"]),
    ("grants_as_promised", "award:", ["DELETE FROM ledger_transfer WHERE kind = 'grant'"]),
    ("grants_as_promised", "award:",
     ["UPDATE ledger_transfer SET amount = amount - 1 WHERE kind = 'grant'"]),
    ("grants_as_promised", "award:", ["UPDATE selection_award SET accepted_at = NULL"]),
    ("grants_as_promised", "award:",
     [again("ledger_transfer", instead={"id": "4711", "reference": "'once more'"},
            where="kind = 'grant'")]),
    ("balances_within_the_grant", "account:",
     ["UPDATE ledger_transfer SET amount = 2000000 WHERE kind = 'purchase_void'"]),
    ("ended_awards_hold_nothing", "award:", ["UPDATE selection_award SET state = 'lapsed'"]),
    ("lapsed_never_bought", "award:",
     ["UPDATE selection_award SET state = 'lapsed', ended_at = purchase_by"]),
    ("lapsed_never_bought", "award:",
     ["UPDATE selection_award SET state = 'lapsed', ended_at = awarded_at",
      "DELETE FROM ledger_transfer WHERE kind = 'purchase_hold'"]),
    ("floats_follow_payments", "payout:PKJ-3",
     ["DELETE FROM ledger_transfer WHERE kind = 'float_out'"]),
    ("floats_follow_payments", "payout:PKJ-3",
     ["UPDATE ledger_transfer SET amount = 1 WHERE kind = 'float_out'"]),
    ("floats_follow_payments", "payout:PKJ-2",
     ["UPDATE ledger_transfer SET reference = 'float_out:PKJ-2' WHERE kind = 'float_out'"]),
]  # fmt: skip

TRAINING = [
    ("purchases_held", "purchase:",
     ["DELETE FROM ledger_transfer WHERE reference LIKE 'purchase_hold:%'"]),
    ("purchases_held", "purchase:", ["UPDATE learning_purchase SET price = price + 1"]),
    ("purchases_held", "purchase:", [f"DELETE FROM learning_purchase WHERE {COMPLETED}"]),
    ("purchases_resolved", "purchase:",
     ["DELETE FROM ledger_transfer WHERE kind = 'purchase_post'"]),
    ("purchases_resolved", "purchase:",
     ["DELETE FROM ledger_transfer WHERE kind = 'purchase_void'"]),
    ("purchases_resolved", "purchase:",
     ["UPDATE ledger_account SET holder = 'provider:cucu' WHERE kind = 'provider_payable'"]),
    ("one_training_at_a_time", "purchase:",
     ["UPDATE learning_purchase SET ended_at = ended_at + interval '9 days' "
      "WHERE state = 'cancelled'"]),
    ("purchases_by_recipients", "purchase:",
     [f"UPDATE learning_purchase SET person_id = {STRANGER}"]),
    ("purchases_by_recipients", "purchase:",
     ["UPDATE selection_award SET accepted_at = accepted_at + interval '9 days'"]),
    ("purchases_by_recipients", "purchase:", ["UPDATE learning_purchase SET provider_id = 'x'"]),
    ("completed_after_redeeming", "purchase:", ["DELETE FROM learning_attendance"]),
    ("completed_after_redeeming", "purchase:",
     ["UPDATE learning_purchase SET redeemed_at = bought_at - interval '1 day' "
      f"WHERE {COMPLETED}"]),
    ("spent_claims_used", "award:", ["UPDATE people_lifetimeclaim SET state = 'held'"]),
    ("certificates_of_completed", "certificate:",
     [f"UPDATE certification_certificate SET person_id = {STRANGER}"]),
    ("certificates_of_completed", "certificate:",
     ["UPDATE certification_certificate SET purchase_id = "
      "(SELECT id FROM learning_purchase WHERE state = 'cancelled')"]),
    ("certificates_of_completed", "certificate:",
     ["UPDATE certification_certificate SET issued_at = issued_at - interval '9 days'"]),
    ("reviews_of_certificates", "review:", ["DELETE FROM certification_certificate"]),
    ("reviews_of_certificates", "review:", [f"UPDATE feedback_review SET person_id = {STRANGER}"]),
    ("reviews_of_certificates", "review:",
     ["UPDATE feedback_review SET reviewed_at = reviewed_at - interval '9 days'"]),
    ("surveys_of_recipients", "survey:",
     [f"UPDATE feedback_surveyanswer SET person_id = {STRANGER}"]),
    ("surveys_of_recipients", "survey:", ["DELETE FROM feedback_review"]),
    ("ratings_as_reviewed", "course:B-01", ["UPDATE learning_course SET rating_sum = 4"]),
    ("ratings_as_reviewed", "course:B-01", ["DELETE FROM feedback_review"]),
]  # fmt: skip

PAYMENTS = [
    ("instalments_as_promised", "instalment:",
     ["UPDATE disbursement_instalment SET amount = amount + 1"]),
    ("instalments_as_promised", "instalment:",
     ["UPDATE disbursement_instalment SET number = 5, times = 5 WHERE number = 4"]),
    ("instalments_as_promised", "instalment:",
     [f"UPDATE disbursement_instalment SET person_id = {STRANGER}"]),
    ("instalments_as_promised", "instalment:",
     ["UPDATE disbursement_instalment SET kind = 'bonus' WHERE number = 4"]),
    ("instalments_earned", "instalment:", ["DELETE FROM feedback_review"]),
    ("instalments_earned", "instalment:",
     ["UPDATE disbursement_instalment SET due_at = due_at + interval '90 days'"]),
    ("due_booked", "instalment:", ["DELETE FROM ledger_transfer WHERE kind = 'due'"]),
    ("due_booked", "instalment:",
     ["UPDATE ledger_transfer SET amount = amount - 1 WHERE kind = 'due'"]),
    ("due_booked", "transfer:",
     ["UPDATE ledger_transfer SET reference = 'due:4711' WHERE reference = "
      "(SELECT min(reference) FROM ledger_transfer WHERE kind = 'due')"]),
    ("paid_at_most_once", "instalment:",
     [drop("disbursement_payout", "disbursement_payout_reference_key") + " CASCADE",
      "DROP INDEX disbursement_one_payout",
      again("disbursement_payout", instead={"id": "4711"}, where="state = 'paid'")]),
    ("paid_at_most_once", "instalment:",
     ["UPDATE disbursement_instalment SET state = 'paid' WHERE state = 'in_payment'"]),
    ("paid_at_most_once", "instalment:", ["DELETE FROM disbursement_payout"]),
    ("payments_backed", "payout:", ["DELETE FROM feedback_review"]),
    ("payments_backed", "payout:", ["UPDATE selection_award SET accepted_at = NULL"]),
    ("payments_backed", "payout:PKJ-3",
     ["UPDATE disbursement_payout SET amount = amount * 2 WHERE reference = 'PKJ-3'"]),
    ("payouts_booked", "payout:PKJ-2",
     ["DELETE FROM ledger_transfer WHERE reference = 'payout_reserve:PKJ-2'"]),
    ("payouts_booked", "payout:PKJ-3",
     ["DELETE FROM ledger_transfer WHERE kind = 'payout_post'"]),
    ("payouts_booked", "payout:PKJ-1",
     ["UPDATE disbursement_payout SET state = 'stopped' WHERE reference = 'PKJ-1'"]),
    ("payouts_to_own_accounts", "payout:PKJ-3",
     [f"UPDATE disbursement_payoutaccount SET person_id = {STRANGER} WHERE partner = 'bni'"]),
    ("payouts_to_own_accounts", "payout:PKJ-3",
     ["UPDATE disbursement_payoutaccount SET effective_at = effective_at + interval '9 days'"]),
    ("payouts_to_own_accounts", "payout:PKJ-3",
     [f"UPDATE disbursement_accountowner SET person_id = {STRANGER} "
      "WHERE account_index = '\\x32'"]),
    ("accounts_of_one_person", "account:",
     [again("disbursement_payoutaccount", instead={"id": "4711", "person_id": STRANGER},
            where="state = 'linked'")]),
    ("accounts_of_one_person", "account:",
     ["DROP INDEX disbursement_one_account",
      "UPDATE disbursement_payoutaccount SET state = 'linked'"]),
    ("batches_by_three_people", "batch:B-1",
     [drop("disbursement_payoutbatch", "disbursement_releaser_is_another"),
      "UPDATE disbursement_payoutbatch SET released_by = made_by WHERE reference = 'B-1'"]),
    ("batches_by_three_people", "batch:B-2",
     ["UPDATE disbursement_payoutbatch SET amount = amount + 1 WHERE reference = 'B-2'"]),
    ("payouts_of_released_batches", "payout:PKJ-3",
     [drop("disbursement_payoutbatch", "disbursement_released_by_somebody"),
      "UPDATE disbursement_payoutbatch SET released_by = '', released_at = NULL"]),
    ("payouts_of_released_batches", "payout:PKJ-3",
     ["UPDATE disbursement_payoutbatch SET released_at = released_at + interval '9 days'"]),
    ("settled_by_answer", "payout:PKJ-3",
     ["DELETE FROM disbursement_partneranswer WHERE outcome = 'Paid'"]),
    ("settled_by_answer", "payout:PKJ-3",
     ["UPDATE disbursement_partneranswer SET amount = 1 WHERE outcome = 'Paid'"]),
    ("settled_by_answer", "payout:PKJ-1",
     ["UPDATE disbursement_partneranswer SET outcome = 'Unanswered' WHERE outcome = 'Refused'"]),
    ("enquired_patiently", "payout:PKJ-2",
     [again("disbursement_partneranswer", instead={"id": "4711"}, where="call = 'enquire'")]),
    ("enquired_patiently", "payout:PKJ-2",
     [again("disbursement_partneranswer",
            instead={"id": str(number),
                     "answered_at": f"answered_at + interval '{number} hours'"},
            where="call = 'enquire' AND id < 4711")
      for number in (4711, 4712, 4713)]),
    ("references_permanent", "payout:PKJ 3",
     [drop("disbursement_payout", "disbursement_reference_form"),
      "UPDATE disbursement_payout SET reference = 'PKJ 3' WHERE reference = 'PKJ-3'"]),
]  # fmt: skip

LATER_PLANTS = [*MONEY, *TRAINING, *PAYMENTS]
