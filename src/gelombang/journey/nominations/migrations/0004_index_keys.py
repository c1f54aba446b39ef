"""Indexes of a former key are refused, and a rotation may change keys, nothing else."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """Guards of the blind indexes (records.keys)."""

    dependencies = (("nominations", "0003_facts"), ("keys", "0001_initial"))
    operations = (
        migrations.RunSQL(
            store.guard_indexes("nominations_nomination", "nomination_index"),
            store.unguard_indexes("nominations_nomination"),
        ),
    )
