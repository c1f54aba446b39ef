"""Samples of the partners' progress, and what is known of each queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two new tables."""

    dependencies = (("verification", "0009_statement_facts"),)
    operations = (
        migrations.CreateModel(
            name="BacklogSample",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("real_at", models.DateTimeField(help_text="real instant")),
                ("at", models.DateTimeField(help_text="virtual instant")),
                ("waiting", models.BigIntegerField(help_text="open questions of the kind")),
                ("answers", models.BigIntegerField(help_text="of the partner, ever")),
                (
                    "parked_until",
                    models.DateTimeField(help_text="virtual instant, while parked", null=True),
                ),
                ("is_stopped", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "real_at"], name="verification_sampled")],
            },
        ),
        migrations.CreateModel(
            name="Queue",
            fields=[
                ("kind", models.TextField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField(help_text="real instant")),
                ("waiting", models.BigIntegerField(help_text="open questions")),
                (
                    "marks",
                    models.JSONField(
                        help_text="[place, due_at, id] of every n-th question, in order"
                    ),
                ),
                (
                    "outlook",
                    models.JSONField(help_text="records.partners.forecasting.Outlook"),
                ),
            ],
        ),
    )
