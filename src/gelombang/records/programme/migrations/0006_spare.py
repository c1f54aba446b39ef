"""What a call might have called beyond those who waited; a front door of before leaves it at 0."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column with a constant default, which rewrites no row."""

    dependencies = (("programme", "0005_visitors"),)
    operations = (
        migrations.AddField(
            model_name="queuecall",
            name="spare",
            field=models.IntegerField(
                db_default=0, help_text="tickets that it might have passed too, had there been any"
            ),
        ),
    )
