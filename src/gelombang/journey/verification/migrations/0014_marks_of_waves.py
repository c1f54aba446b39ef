"""Marks of a queue are kept for each wave's part of it, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words only: a row of before holds everybody's marks, and the next count, within a minute, all."""

    dependencies = (("verification", "0013_further_facts"),)
    operations = (
        migrations.AlterField(
            model_name="queue",
            name="marks",
            field=models.JSONField(
                help_text="[place, due_at, id, needed_by] of every n-th question, in order: of "
                "everybody, then of each wave"
            ),
        ),
    )
