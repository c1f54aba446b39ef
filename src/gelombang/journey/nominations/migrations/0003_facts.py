"""The views that later steps may join to."""

from django.db import migrations

from gelombang import store

BACKWARD = "DROP VIEW nomination_list_facts; DROP VIEW nomination_facts"


class Migration(migrations.Migration):
    """The package's facts.sql."""

    dependencies = (("nominations", "0002_guards"),)
    operations = (
        migrations.RunSQL(store.statement("gelombang.journey.nominations", "facts"), BACKWARD),
    )
