import django.db.models.deletion
from django.db import migrations, models

import gelombang.store
from gelombang import store

KEPT = ("verification_usage", "verification_usagereport", "verification_usagereportsent")


class Migration(migrations.Migration):
    dependencies = [
        ("verification", "0003_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "after_xid",
                    models.BigIntegerField(
                        help_text="the batch begins after this use, by (xid, id)"
                    ),
                ),
                ("after_id", models.BigIntegerField()),
                ("upto_xid", models.BigIntegerField(help_text="and ends with this one")),
                ("upto_id", models.BigIntegerField()),
                ("uses", models.IntegerField()),
                ("made_at", models.DateTimeField(help_text="virtual instant")),
            ],
        ),
        migrations.CreateModel(
            name="Usage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "xid",
                    gelombang.store.TransactionIdField(
                        help_text="of the writer: readers go by commit order"
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="verification.check",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsageReportSent",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="verification.usagereport",
                    ),
                ),
                (
                    "is_repeat",
                    models.BooleanField(
                        help_text="it had the batch before: our first try got through"
                    ),
                ),
                ("sent_at", models.DateTimeField(help_text="virtual instant")),
            ],
        ),
        migrations.AddConstraint(
            model_name="usagereport",
            constraint=models.UniqueConstraint(
                fields=("after_xid", "after_id"), name="verification_usage_batches_follow"
            ),
        ),
        migrations.AddIndex(
            model_name="usage",
            index=models.Index(fields=["xid", "id"], name="verification_usage_order"),
        ),
        *(
            migrations.RunSQL(store.append_only(table), store.not_append_only(table))
            for table in KEPT
        ),
    ]
