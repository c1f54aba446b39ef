"""Indexes of a former key are refused, and a rotation may change keys, nothing else."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """Guards of the blind indexes (records.keys)."""

    dependencies = (("verification", "0004_usage_reports"), ("keys", "0001_initial"))
    operations = (
        migrations.RunSQL(
            store.guard_indexes(
                "verification_identity",
                "person_index",
                "nomination_index",
                "lifetime_index",
                "family_card_index",
            ),
            store.unguard_indexes("verification_identity"),
        ),
        migrations.RunSQL(
            store.guard_indexes("verification_dispute", "person_index"),
            store.unguard_indexes("verification_dispute"),
        ),
    )
