"""The view of awards that later steps may join to."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The package's award_facts.sql."""

    dependencies = (("selection", "0003_award_terms"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.selection", "award_facts"), "DROP VIEW award_facts"
        ),
    )
