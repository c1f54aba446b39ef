"""Visitors of a day: sketches that name nobody, and one count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two new tables."""

    dependencies = (("programme", "0004_queues"),)
    operations = (
        migrations.CreateModel(
            name="VisitorDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                (
                    "visitors",
                    models.IntegerField(help_text="an estimate, off by 1.6 % as a rule"),
                ),
                ("folded_at", models.DateTimeField()),
            ],
            options={"db_table": "visitor_day"},
        ),
        migrations.CreateModel(
            name="VisitorSketch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(help_text="of the calendar, in WIB")),
                ("registers", models.BinaryField(help_text="HyperLogLog, 4,096 bytes")),
                ("recorded_at", models.DateTimeField()),
                ("process", models.TextField(help_text="host, process id and its start")),
            ],
            options={
                "db_table": "visitor_sketch",
                "indexes": [
                    models.Index(fields=["day", "process", "-id"], name="visitor_sketch_latest")
                ],
            },
        ),
    )
