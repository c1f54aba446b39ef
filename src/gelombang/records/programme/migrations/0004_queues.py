"""What the front door counts, how far its queues were called, and the right to finish."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from gelombang import store

PACKAGE = "gelombang.records.programme"


class Migration(migrations.Migration):
    """New tables and one more column of a view: nothing that is there changes."""

    dependencies = (("programme", "0003_door_controls"),)
    operations = (
        migrations.CreateModel(
            name="DoorTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("process", models.TextField(help_text="host and process id")),
                ("at", models.DateTimeField(help_text="real instant")),
                ("offered", models.IntegerField()),
                ("accepted", models.IntegerField(help_text="committed, with a receipt")),
                ("ticketed", models.IntegerField()),
                ("shed", models.IntegerField(help_text="paused or full")),
                ("paced", models.IntegerField()),
                ("refused", models.IntegerField()),
                (
                    "queue_depth",
                    models.IntegerField(help_text="rows that waited for a commit at its end"),
                ),
                ("batches", models.IntegerField()),
                ("rows", models.IntegerField()),
                ("commit_ms", models.IntegerField(help_text="of all its batches together")),
                (
                    "latency",
                    ArrayField(
                        models.IntegerField(),
                        help_text="bucket, count, bucket, count ... of the writing routes",
                    ),
                ),
            ],
            options={
                "db_table": "door_tally",
                "indexes": [models.Index(fields=["at"], name="door_tally_at")],
            },
        ),
        migrations.CreateModel(
            name="QueueTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "subject",
                    models.TextField(help_text="`registration`, a wave id, or `house`"),
                ),
                (
                    "second",
                    models.BigIntegerField(help_text="of the queue's axis: seconds since 1970"),
                ),
                ("issued", models.IntegerField()),
            ],
            options={
                "db_table": "queue_tally",
                "indexes": [models.Index(fields=["subject", "second"], name="queue_tally_place")],
            },
        ),
        migrations.CreateModel(
            name="QueueCall",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.TextField()),
                ("tick", models.BigIntegerField(help_text="real seconds since 1970")),
                (
                    "watermark_us",
                    models.BigIntegerField(
                        help_text="microseconds since 1970: tickets at or before it may come in"
                    ),
                ),
                (
                    "called",
                    models.IntegerField(
                        help_text="tickets that the watermark passed since the last call"
                    ),
                ),
            ],
            options={
                "db_table": "queue_call",
                "constraints": [
                    models.UniqueConstraint(fields=["subject", "tick"], name="queue_call_once")
                ],
            },
        ),
        # A view may be given columns in place, and only losing them needs it made anew.
        migrations.RunSQL(
            store.statement(PACKAGE, "finish_facts"),
            f"DROP VIEW door_facts; {store.statement(PACKAGE, 'door_facts')}",
        ),
    )
