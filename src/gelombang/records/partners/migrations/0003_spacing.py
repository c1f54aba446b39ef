"""Moments of calls keep their distance: the latest one that somebody has is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column, and what two others mean."""

    dependencies = (("partners", "0002_pacing"),)
    operations = (
        migrations.AddField(
            model_name="partner",
            name="reserved_until",
            field=models.DateTimeField(
                help_text="real instant by the database's clock; nobody has a later moment",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="latest_reservation",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="its number; moments of an earlier one stay taken",
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="unsent",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="reserved calls handed back because their moment went by",
            ),
        ),
    )
