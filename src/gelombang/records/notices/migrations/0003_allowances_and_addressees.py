"""How much of a limit is used, period by period; and what is known of addresses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Addressee",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "unreachable_at",
                    models.DateTimeField(
                        help_text="a mail system said that nobody reads mail there", null=True
                    ),
                ),
                (
                    "unwanted_at",
                    models.DateTimeField(
                        help_text="its reader called a letter unwanted", null=True
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        default="", help_text="enhanced status code of the latest report"
                    ),
                ),
                (
                    "readdressed_at",
                    models.DateTimeField(
                        help_text="reports on letters of before are about another address",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allowance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.TextField(help_text="what is limited, e.g. mail_1, sms, sms:0812"),
                ),
                (
                    "starts_at",
                    models.DateTimeField(help_text="the instant at which its period began"),
                ),
                ("used", models.IntegerField(default=0)),
                (
                    "real_at",
                    models.DateTimeField(help_text="real instant of its first use, for sweeping"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["real_at"], name="notices_allowance_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "starts_at"), name="notices_allowance_once"
                    )
                ],
            },
        ),
    ]
