"""The books are append-only, never below zero, and their balances are exact."""

from importlib import resources

from django.db import migrations

from gelombang import store

TABLES = ("ledger_account", "ledger_transfer", "ledger_snapshot")
FACTS = (resources.files("gelombang.records.ledger") / "sql" / "facts.sql").read_text(
    encoding="utf-8"
)
NO_FACTS = """
DROP TRIGGER ledger_transfer_fits ON ledger_transfer;
DROP FUNCTION ledger_refuse_misfit();
DROP TRIGGER ledger_transfer_no_overdraft ON ledger_transfer;
DROP FUNCTION ledger_refuse_overdraft();
DROP FUNCTION ledger_balance(bigint);
"""


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (("ledger", "0001_initial"), ("audit", "0002_guards"))
    operations = (
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in TABLES
        ),
        migrations.RunSQL(FACTS, NO_FACTS),
    )
