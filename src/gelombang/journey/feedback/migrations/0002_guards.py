"""Reviews and answers that nobody edits, and the views for later steps."""

from django.db import migrations

from gelombang import store

APPEND_ONLY = ("feedback_review", "feedback_surveyanswer")


class Migration(migrations.Migration):
    """Guards and facts."""

    dependencies = (
        ("feedback", "0001_initial"),
        ("audit", "0002_guards"),
        ("certification", "0002_guards"),
    )
    operations = (
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.feedback", "facts"),
            "DROP VIEW survey_facts; DROP VIEW review_facts;",
        ),
        migrations.RunSQL(
            store.statement("gelombang.journey.feedback", "guards"),
            "DROP TRIGGER feedback_review_fits ON feedback_review;"
            "DROP TRIGGER feedback_survey_after_review ON feedback_surveyanswer;"
            "DROP FUNCTION feedback_refuse_stranger();"
            "DROP FUNCTION feedback_refuse_early_answer();",
        ),
    )
