"""A step of an index rotation finds its rows by a range of their indexes, in every column."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while others write."""

    atomic = False
    dependencies = (("verification", "0005_index_keys"),)
    operations = (
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(fields=["lifetime_index"], name="verification_lifetime"),
        ),
        AddIndexConcurrently(
            model_name="identity",
            index=models.Index(fields=["family_card_index"], name="verification_family_card"),
        ),
    )
