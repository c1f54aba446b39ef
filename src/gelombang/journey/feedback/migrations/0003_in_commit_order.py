"""Reviews and answers say which transaction wrote them: later steps pull them in commit order."""

from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    """The columns, their indexes, and the views with them."""

    dependencies = (("feedback", "0002_guards"),)
    operations = (
        migrations.AddField(
            "review",
            "xid",
            store.TransactionIdField(help_text="transaction, for later steps in commit order"),
        ),
        migrations.AddField(
            "surveyanswer",
            "xid",
            store.TransactionIdField(help_text="transaction, for later steps in commit order"),
        ),
        migrations.AddIndex("review", models.Index(fields=["xid"], name="feedback_review_pull")),
        migrations.AddIndex(
            "surveyanswer", models.Index(fields=["xid"], name="feedback_survey_pull")
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.feedback", "pulled"),
            "DROP VIEW review_facts; DROP VIEW survey_facts;"
            + store.statement("gelombang.journey.feedback", "facts"),
        ),
    )
