"""Entries that are carried into the next wave, and how far a wave's entries are settled.

Safe on a full table: columns come empty, indexes are built and the rule is checked beside the work.
"""

from importlib import resources

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import Q

GUARDS = (resources.files("gelombang.journey.waves") / "sql" / "guards.sql").read_text(
    encoding="utf-8"
)
NO_GUARDS = """
DROP TRIGGER waves_entry_continues ON waves_entry;
DROP FUNCTION waves_refuse_false_continuation();
"""
CARRIED = Q(("carried_at__isnull", False), ("state", "carried")) | (
    ~Q(("state", "carried")) & Q(("carried_at", None), ("continues_as", None))
)


class Migration(migrations.Migration):
    """Outside one transaction, since an index that is built beside the work needs several."""

    atomic = False
    dependencies = (("waves", "0003_spent_once"), ("verification", "0009_statement_facts"))
    operations = (
        migrations.AddField(
            "wave",
            "settling_entry",
            models.BigIntegerField(
                db_default=0, default=0, help_text="entries up to this id are settled or carried"
            ),
        ),
        migrations.AddField(
            "wave",
            "settled_at",
            models.DateTimeField(
                help_text="virtual instant at which every entry was settled or carried", null=True
            ),
        ),
        migrations.AddField(
            "entry",
            "carried_at",
            models.DateTimeField(help_text="virtual instant of the freeze", null=True),
        ),
        migrations.AddField(
            "entry",
            "continues_as",
            models.ForeignKey(
                db_index=False,
                help_text="the same person's entry in the next wave, once that is open",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="waves.entry",
            ),
        ),
        AddConstraintNotValid(
            "entry", models.CheckConstraint(condition=CARRIED, name="waves_entry_carried")
        ),
        ValidateConstraint("entry", "waves_entry_carried"),
        AddIndexConcurrently(
            "entry",
            models.Index(
                condition=Q(("continues_as", None), ("state", "carried")),
                fields=["id"],
                name="waves_entry_to_continue",
            ),
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(
                condition=Q(("continues_as__isnull", False)),
                fields=["continues_as"],
                name="waves_entry_continued",
            ),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    )
