"""The view that later steps may join to."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The package's facts.sql."""

    dependencies = (("registration", "0002_guards"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.registration", "facts"),
            "DROP VIEW registration_facts",
        ),
    )
