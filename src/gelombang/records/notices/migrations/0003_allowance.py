"""How much of a limit is used, period by period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_guards"),
    ]

    operations = [
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
            ],
            options={
                "indexes": [models.Index(fields=["starts_at"], name="notices_allowance_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "starts_at"), name="notices_allowance_once"
                    )
                ],
            },
        ),
    ]
