"""The view that later steps may join to."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The package's facts.sql."""

    dependencies = (("verification", "0002_guards"), ("nominations", "0003_facts"))
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.verification", "facts"),
            "DROP VIEW verification_facts",
        ),
    )
