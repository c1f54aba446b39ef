"""The views of transfers and balances that the steps may join to."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The package's movements.sql."""

    dependencies = (("ledger", "0002_guards"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.records.ledger", "movements"),
            "DROP VIEW ledger_balance_facts; DROP VIEW ledger_movement_facts;",
        ),
    )
