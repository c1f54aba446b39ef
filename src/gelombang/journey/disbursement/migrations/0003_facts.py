"""What others may know about accounts, instalments and payouts."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """Facts."""

    dependencies = (("disbursement", "0002_guards"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.disbursement", "facts"),
            "DROP VIEW payout_facts; DROP VIEW instalment_facts; DROP VIEW payout_account_facts",
        ),
    )
