"""The latest messages of each provider; built beside running traffic, as the outbox may be large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """One index, built without a lock on the table."""

    atomic = False
    dependencies = (("notices", "0006_who_took_a_text"),)
    operations = (
        AddIndexConcurrently(
            "notice",
            models.Index(
                fields=["provider", "sent_at"],
                condition=Q(provider__isnull=False),
                name="notices_texts_taken",
            ),
        ),
    )
