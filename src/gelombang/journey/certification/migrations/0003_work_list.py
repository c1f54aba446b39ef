"""Completed purchases that wait for a certificate, and how far completions were taken up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The list and its cursor."""

    dependencies = (("certification", "0002_guards"), ("learning", "0003_in_commit_order"))
    operations = (
        migrations.CreateModel(
            name="Due",
            fields=[
                (
                    "purchase",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="learning.purchase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "facts",
                    models.TextField(help_text="completions", primary_key=True, serialize=False),
                ),
                (
                    "before_xid",
                    models.TextField(help_text="xid8 as text: every row below it was looked at"),
                ),
            ],
        ),
    )
