"""Indexes of a former key are refused, and a rotation may change keys, nothing else."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """Guards of the blind indexes (records.keys)."""

    dependencies = (("people", "0004_claim_settled"), ("keys", "0001_initial"))
    operations = (
        migrations.RunSQL(
            store.guard_indexes("people_person", "email_index", "phone_index", "nik_index"),
            store.unguard_indexes("people_person"),
        ),
        migrations.RunSQL(
            store.guard_indexes("people_lifetimeclaim", "lifetime_index"),
            store.unguard_indexes("people_lifetimeclaim"),
        ),
    )
