"""A view of how long each answer may be relied on, for who checks again before money moves."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The view."""

    dependencies = (("verification", "0011_interruptions"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.verification", "attestation_facts"),
            "DROP VIEW attestation_facts",
        ),
    )
