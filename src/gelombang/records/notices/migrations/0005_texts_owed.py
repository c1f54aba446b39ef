"""The work list of text messages; built beside running traffic, since the outbox may be large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One index, built without a lock on the table."""

    atomic = False
    dependencies = (("notices", "0004_texts"),)
    operations = (
        AddIndexConcurrently(
            "notice",
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="owed") & ~Q(channel="email"),
                name="notices_owed_texts",
            ),
        ),
    )
