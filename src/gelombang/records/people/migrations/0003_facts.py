"""The views that later packages may join to."""

from django.db import migrations

from gelombang import store

BACKWARD = "DROP VIEW lifetime_claim_facts; DROP VIEW people_contact_facts"


class Migration(migrations.Migration):
    """The package's facts.sql."""

    dependencies = (("people", "0002_guards"),)
    operations = (
        migrations.RunSQL(store.statement("gelombang.records.people", "facts"), BACKWARD),
    )
