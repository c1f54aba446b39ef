"""The database allows exactly the moves of the transition tables in `rules`, and keeps them."""

from importlib import import_module

import psycopg
import pytest
from django.apps import apps

# Which transition table belongs to which table; a table with a state and without a line here fails.
MOVES = {
    "certification_certificate": ("journey.certification", "CERTIFICATE_MOVES"),
    "disbursement_instalment": ("journey.disbursement", "INSTALMENT_MOVES"),
    "disbursement_payout": ("journey.disbursement", "PAYOUT_MOVES"),
    "disbursement_payoutaccount": ("journey.disbursement", "ACCOUNT_MOVES"),
    "disbursement_payoutbatch": ("journey.disbursement", "BATCH_MOVES"),
    "learning_purchase": ("journey.learning", "PURCHASE_MOVES"),
    "nominations_nomination": ("journey.nominations", "NOMINATION_MOVES"),
    "notices_notice": ("records.notices", "NOTICE_MOVES"),
    "people_lifetimeclaim": ("records.people", "CLAIM_MOVES"),
    "registration_registration": ("journey.registration", "REGISTRATION_MOVES"),
    "selection_award": ("journey.selection", "AWARD_MOVES"),
    "selection_draw": ("journey.selection", "DRAW_MOVES"),
    "verification_check": ("journey.verification", "CHECK_MOVES"),
    "verification_identity": ("journey.verification", "IDENTITY_MOVES"),
    "waves_entry": ("journey.waves", "ENTRY_MOVES"),
    "waves_wave": ("journey.waves", "WAVE_MOVES"),
}
APPEND_ONLY = {
    "verification_usage",
    "verification_usagereport",
    "verification_usagereportsent",
    "audit_entry",
    "audit_head",
    "audit_link",
    "audit_move",
    "disbursement_accountowner",
    "disbursement_partneranswer",
    "email_confirmation",
    "feedback_review",
    "feedback_surveyanswer",
    "learning_attendance",
    "ledger_transfer",
    "registration_submission",
    "verification_attestation",
    "wave_entry_request",
    "waves_ticket",
}
GUARDS = """
    SELECT relname, proname, tgargs
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid
    JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname IN ('guard_move', 'refuse_change') AND tgenabled <> 'D'
      AND tgtype & 16 = 16 -- on update: some tables only refuse that rows are deleted
"""


def _guards(url: str) -> tuple[dict[str, set[str]], set[str]]:
    """The moves that triggers allow by table, and the tables that refuse every change."""
    moves, closed = {}, set()
    with psycopg.connect(url) as connection:
        for table, function, arguments in connection.execute(GUARDS):
            if function == "refuse_change":
                closed.add(table)
            else:
                moves[table] = {part for part in arguments.decode().split("\0") if ">" in part}
    return moves, closed


def _declared(table: str) -> set[str]:
    package, name = MOVES[table]
    allowed = getattr(import_module(f"gelombang.{package}.rules"), name)
    return {f"{start}>{end}" for start, ends in allowed.items() for end in ends}


def test_every_table_with_a_state_has_a_transition_table():
    with_state = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("gelombang.")
        and any(field.name == "state" for field in model._meta.fields)
    }
    assert with_state == set(MOVES)


@pytest.mark.parametrize("table", sorted(MOVES))
def test_the_database_allows_exactly_the_declared_moves(worker_database, table):
    moves, _ = _guards(worker_database)
    assert moves.get(table) == _declared(table)


def test_every_state_can_be_reached_and_is_declared():
    for table, (package, name) in MOVES.items():
        allowed = getattr(import_module(f"gelombang.{package}.rules"), name)
        states = set(allowed)
        assert {end for ends in allowed.values() for end in ends} <= states, table
        assert states == set(type(next(iter(states)))), f"{table}: a state without a line"


def test_what_is_written_once_refuses_every_change(worker_database):
    _, closed = _guards(worker_database)
    assert closed >= APPEND_ONLY


def test_a_guard_that_differs_is_seen(database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP TRIGGER waves_wave_guard_state ON waves_wave")
        connection.execute(
            "CREATE TRIGGER waves_wave_guard_state BEFORE UPDATE OF state ON waves_wave "
            "FOR EACH ROW EXECUTE FUNCTION guard_move('state', 'drawn>planned')"
        )
    moves, _ = _guards(database_url)
    assert moves["waves_wave"] != _declared("waves_wave")
