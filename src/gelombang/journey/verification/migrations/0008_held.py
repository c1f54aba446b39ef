"""Questions that a registry cannot process are counted, and in the end held for people."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from gelombang import store
from gelombang.journey.verification.rules import CHECK_MOVES

TABLE = "verification_check"
BEFORE = {
    "due": frozenset({"asked", "answered"}),
    "asked": frozenset({"due", "answered"}),
    "answered": frozenset({"due"}),
}


class Migration(migrations.Migration):
    """Made while others write. Back only while nothing is held: the former guard knows no such."""

    atomic = False
    dependencies = (("verification", "0007_needed_by"),)
    operations = (
        migrations.AddField(
            model_name="check",
            name="unprocessed",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="answers that it cannot be processed, since it was due",
            ),
        ),
        AddIndexConcurrently(
            model_name="check",
            index=models.Index(
                condition=models.Q(("state", "held")),
                fields=["kind"],
                name="verification_check_held",
            ),
        ),
        migrations.RunSQL(
            f"BEGIN; {store.unguard_moves(TABLE)}; {store.guard_moves(TABLE, CHECK_MOVES)}; COMMIT",
            f"BEGIN; {store.unguard_moves(TABLE)}; {store.guard_moves(TABLE, BEFORE)}; COMMIT",
        ),
    )
