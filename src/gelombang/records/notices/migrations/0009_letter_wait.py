"""How long an ordinary letter takes to leave, for the front door: a table of one row and its view."""

from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0008_leases"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterWait",
            fields=[
                (
                    "id",
                    models.BooleanField(
                        default=True,
                        help_text="true: there is one row",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "seconds",
                    models.IntegerField(
                        default=0, help_text="real time; 0 where it is not worth a word"
                    ),
                ),
                ("measured_at", models.DateTimeField(help_text="real instant")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", True)), name="notices_one_letter_wait"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            store.statement("gelombang.records.notices", "letter_wait_facts"),
            "DROP VIEW letter_wait_facts",
        ),
    ]
