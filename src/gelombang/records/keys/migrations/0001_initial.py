"""The frontier of the index keys, and what the database refuses because of it."""

from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    """The table with its one row, the functions of the guards, the view for the front door."""

    initial = True
    dependencies = (("audit", "0002_guards"),)
    operations = (
        migrations.CreateModel(
            name="IndexFrontier",
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
                    "settled",
                    models.SmallIntegerField(
                        default=0, help_text="key of all indexes, unless rotating"
                    ),
                ),
                (
                    "coming",
                    models.SmallIntegerField(
                        default=0, help_text="key they move to; settled if none"
                    ),
                ),
                (
                    "reached",
                    models.BigIntegerField(
                        default=0,
                        help_text="indexes whose first four bytes are below it have moved",
                    ),
                ),
                (
                    "coming_print",
                    models.TextField(
                        db_default="", default="", help_text="fingerprint of the coming key"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", True)), name="keys_one_frontier"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reached__range", (0, 4294967296))),
                        name="keys_frontier_reached",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            store.statement("gelombang.records.keys", "guards"),
            store.statement("gelombang.records.keys", "no_guards"),
        ),
    )
