"""Indexes of a former key are refused, and a rotation may change keys, nothing else."""

from django.db import migrations

from gelombang import store

# A rotation wraps an owner's index and that of its account by two statements of one transaction.
LATER = (
    "ALTER TABLE disbursement_payoutaccount"
    " ALTER CONSTRAINT disbursement_account_of_owner DEFERRABLE INITIALLY IMMEDIATE"
)
AT_ONCE = (
    "ALTER TABLE disbursement_payoutaccount"
    " ALTER CONSTRAINT disbursement_account_of_owner NOT DEFERRABLE"
)


class Migration(migrations.Migration):
    """Guards of the blind indexes (records.keys)."""

    dependencies = (("disbursement", "0003_facts"), ("keys", "0001_initial"))
    operations = (
        migrations.RunSQL(
            store.guard_indexes("disbursement_accountowner", "account_index"),
            store.unguard_indexes("disbursement_accountowner"),
        ),
        migrations.RunSQL(
            store.guard_indexes("disbursement_payoutaccount", "account_index", "held_index"),
            store.unguard_indexes("disbursement_payoutaccount"),
        ),
        migrations.RunSQL(
            store.append_only_but_new_keys("disbursement_accountowner", "account_index"),
            store.append_only_again("disbursement_accountowner"),
        ),
        migrations.RunSQL(LATER, AT_ONCE),
    )
