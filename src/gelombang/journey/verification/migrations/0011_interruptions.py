"""Interruptions of partners, and who was told of them; the latter is never edited."""

import django.db.models.deletion
from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    """Two new tables."""

    dependencies = [
        ("verification", "0010_forecasts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Interruption",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField(help_text="of check")),
                ("cause", models.TextField(help_text="records.partners.forecasting.Hold")),
                ("began_at", models.DateTimeField(help_text="virtual instant")),
                ("began_real_at", models.DateTimeField(help_text="real instant")),
                ("ended_at", models.DateTimeField(help_text="virtual instant", null=True)),
                ("ended_real_at", models.DateTimeField(help_text="real instant", null=True)),
                (
                    "told_check",
                    models.BigIntegerField(default=0, help_text="people up to this check are told"),
                ),
                (
                    "told_end",
                    models.BigIntegerField(
                        default=0, help_text="people up to this wait notice are told of its end"
                    ),
                ),
                (
                    "is_closed",
                    models.BooleanField(
                        default=False,
                        help_text="everybody was told of its end, or nobody of its beginning",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_closed", False)),
                        fields=("kind",),
                        name="verification_one_interruption",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitNotice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("phase", models.TextField(help_text="rules.WaitPhase")),
                ("told_at", models.DateTimeField(help_text="virtual instant")),
                (
                    "identity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="verification.identity",
                    ),
                ),
                (
                    "interruption",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="verification.interruption",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["interruption", "phase", "id"], name="verification_wait_in_order"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("interruption", "identity", "phase"),
                        name="verification_wait_told_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            store.append_only("verification_waitnotice"),
            store.not_append_only("verification_waitnotice"),
        ),
    ]
