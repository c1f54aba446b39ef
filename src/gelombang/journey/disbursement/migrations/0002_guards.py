"""Moves of accounts, instalments, batches and payouts; owners for ever; payouts that fit."""

from django.db import migrations

from gelombang import store
from gelombang.journey.disbursement.rules import (
    ACCOUNT_MOVES,
    BATCH_MOVES,
    INSTALMENT_MOVES,
    PAYOUT_MOVES,
)

GUARDED = {
    "disbursement_payoutaccount": ACCOUNT_MOVES,
    "disbursement_instalment": INSTALMENT_MOVES,
    "disbursement_payoutbatch": BATCH_MOVES,
    "disbursement_payout": PAYOUT_MOVES,
}
APPEND_ONLY = ("disbursement_accountowner", "disbursement_partneranswer")


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (
        ("disbursement", "0001_initial"),
        ("audit", "0002_guards"),
        ("feedback", "0002_guards"),
    )
    operations = (
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED.items()
        ),
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.disbursement", "guards"),
            "DROP TRIGGER disbursement_payout_leaves ON disbursement_payout;"
            "DROP FUNCTION disbursement_refuse_blind_sending();"
            "DROP TRIGGER disbursement_payout_permanent ON disbursement_payout;"
            "DROP FUNCTION disbursement_refuse_second_thoughts();"
            "DROP TRIGGER disbursement_payout_fits ON disbursement_payout;"
            "DROP FUNCTION disbursement_refuse_misfit();"
            "ALTER TABLE disbursement_payoutaccount"
            " DROP CONSTRAINT disbursement_account_of_owner;"
            "ALTER TABLE disbursement_accountowner DROP CONSTRAINT disbursement_owner_pair;",
        ),
    )
