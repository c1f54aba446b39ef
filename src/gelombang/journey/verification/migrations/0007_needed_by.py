"""By when an answer is needed, and the order in which such questions are claimed."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    """Made while others write: the column is empty, the index is built beside the work."""

    atomic = False
    dependencies = (("verification", "0006_index_ranges"),)
    operations = (
        migrations.AlterField(
            model_name="check",
            name="due_at",
            field=models.DateTimeField(
                help_text="real instant from which it may be asked; the lease's end while it is "
                "asked"
            ),
        ),
        migrations.AddField(
            model_name="check",
            name="needed_by",
            field=models.DateTimeField(
                help_text="virtual instant: the close of the wave that the person is in", null=True
            ),
        ),
        AddIndexConcurrently(
            model_name="check",
            index=models.Index(
                condition=models.Q(("needed_by__isnull", False), ("state__in", ("due", "asked"))),
                fields=["kind", "needed_by", "due_at", "id"],
                name="verification_check_needed",
            ),
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.verification", "open_check_facts"),
            "DROP VIEW verification_open_check_facts",
        ),
    )
