from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="partner",
            name="latest_reservation",
            field=models.BigIntegerField(
                db_default=0, default=0, help_text="its number; an earlier one is not handed back"
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="throttled",
            field=models.BigIntegerField(
                db_default=0, default=0, help_text="calls it refused because they were too many"
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="unsent",
            field=models.BigIntegerField(
                db_default=0, default=0, help_text="reserved calls whose moment went by"
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="wrong_answers",
            field=models.BigIntegerField(
                db_default=0, default=0, help_text="outages whose answer was about somebody else"
            ),
        ),
    ]
