"""Purchases say which transaction moved them last: later steps pull them in commit order."""

from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    """The column, its index, the trigger that keeps it, and the view with it."""

    dependencies = (("learning", "0002_guards"),)
    operations = (
        migrations.AddField(
            "purchase",
            "xid",
            store.TransactionIdField(
                help_text="transaction that moved it last, for later steps in commit order"
            ),
        ),
        migrations.AddIndex(
            "purchase",
            models.Index(
                fields=["xid"],
                condition=models.Q(state="completed"),
                name="learning_purchase_pull",
            ),
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.learning", "pulled"),
            "DROP TRIGGER learning_purchase_moved ON learning_purchase;"
            "DROP FUNCTION learning_note_move();"
            "DROP VIEW purchase_facts;" + store.statement("gelombang.journey.learning", "facts"),
        ),
    )
