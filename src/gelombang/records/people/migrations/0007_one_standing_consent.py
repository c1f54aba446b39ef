"""One standing consent for a purpose; nothing was ever written into the table before this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_index_ranges"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("person", "purpose", "version"),
                name="people_one_standing_consent",
            ),
        ),
    ]
