"""Indexes of a former key are refused, and a rotation may change keys, nothing else."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """Guards of the blind indexes (records.keys)."""

    dependencies = (("registration", "0004_spent_once"), ("keys", "0001_initial"))
    operations = (
        migrations.RunSQL(
            store.guard_indexes("registration_signincode", "email_index"),
            store.unguard_indexes("registration_signincode"),
        ),
        migrations.RunSQL(
            store.append_only_but_new_keys(
                "registration_submission",
                "email_sealed",
                "email_index",
                "phone_sealed",
                "phone_index",
            ),
            store.append_only_again("registration_submission"),
        ),
        migrations.RunSQL(
            store.append_only_but_new_keys("email_confirmation", "email_index"),
            store.append_only_again("email_confirmation"),
        ),
    )
