"""Winners whose award waits for a fresh answer of a registry."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The column comes empty, and its index is built beside the work."""

    atomic = False
    dependencies = (
        ("selection", "0006_candidates_joined"),
        ("verification", "0012_attestation_facts"),
    )
    operations = (
        migrations.AddField(
            "candidate",
            "rechecks_since",
            models.DateTimeField(
                help_text="virtual instant; a winner whose award waits for an answer since",
                null=True,
            ),
        ),
        AddIndexConcurrently(
            "candidate",
            models.Index(
                condition=Q(("rechecks_since__isnull", False)),
                fields=["draw", "entry"],
                name="selection_rechecks",
            ),
        ),
    )
