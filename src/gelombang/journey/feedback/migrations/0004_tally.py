"""Ratings are added up once, not every review again at every look."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The tallies and their cursor."""

    dependencies = (("feedback", "0003_in_commit_order"),)
    operations = (
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("course_code", models.TextField(primary_key=True, serialize=False)),
                ("rating_sum", models.BigIntegerField()),
                ("rating_count", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "facts",
                    models.TextField(help_text="ratings", primary_key=True, serialize=False),
                ),
                (
                    "before_xid",
                    models.TextField(help_text="xid8 as text: every row below it was counted"),
                ),
            ],
        ),
    )
