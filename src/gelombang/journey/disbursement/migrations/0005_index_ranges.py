"""A step of an index rotation finds its rows by a range of their indexes, in every column."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while others write."""

    atomic = False
    dependencies = (("disbursement", "0004_index_keys"),)
    operations = (
        AddIndexConcurrently(
            model_name="payoutaccount",
            index=models.Index(fields=["account_index"], name="disbursement_by_account"),
        ),
        AddIndexConcurrently(
            model_name="payoutaccount",
            index=models.Index(
                fields=["held_index"],
                condition=models.Q(("held_index__isnull", False)),
                name="disbursement_by_held",
            ),
        ),
    )
