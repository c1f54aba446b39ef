"""A view of every version of a statement, for waves that people join while they are checked."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """The view."""

    dependencies = (("verification", "0008_held"),)
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.verification", "statement_facts"),
            "DROP VIEW statement_facts",
        ),
    )
