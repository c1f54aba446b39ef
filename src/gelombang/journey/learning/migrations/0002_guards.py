"""Moves of purchases, attendance that nobody edits, purchases that fit, facts for later steps."""

from django.db import migrations

from gelombang import store
from gelombang.journey.learning.rules import PURCHASE_MOVES

GUARDED = {"learning_purchase": PURCHASE_MOVES}
APPEND_ONLY = ("learning_attendance",)


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (
        ("learning", "0001_initial"),
        ("audit", "0002_guards"),
        ("selection", "0004_award_facts"),
    )
    operations = (
        *(
            migrations.RunSQL(store.guard_moves(table, moves), store.unguard_moves(table))
            for table, moves in GUARDED.items()
        ),
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.learning", "guards"),
            "DROP TRIGGER learning_purchase_agreed ON learning_purchase;"
            "DROP FUNCTION learning_refuse_second_thoughts();"
            "DROP TRIGGER learning_purchase_fits ON learning_purchase;"
            "DROP FUNCTION learning_refuse_misfit();",
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.learning", "facts"), "DROP VIEW purchase_facts"
        ),
    )
