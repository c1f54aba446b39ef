"""Nobody is judged who left the wave or was carried out of it."""

from django.db import migrations

from gelombang import store


class Migration(migrations.Migration):
    """One more guard of candidates."""

    dependencies = (("selection", "0005_deadlines"), ("waves", "0004_carried"))
    operations = (
        migrations.RunSQL(
            store.statement("gelombang.journey.selection", "carried_guard"),
            """
            DROP TRIGGER selection_candidate_joined ON selection_candidate;
            DROP FUNCTION selection_refuse_absent();
            """,
        ),
    )
