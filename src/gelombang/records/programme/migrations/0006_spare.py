"""What a call might have called: a front door of before leaves both at 0."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns with a constant default, which rewrites no row."""

    dependencies = (("programme", "0005_visitors"),)
    operations = (
        migrations.AddField(
            model_name="queuecall",
            name="spare",
            field=models.IntegerField(
                db_default=0, help_text="tickets that it might have passed too, had there been any"
            ),
        ),
        migrations.AddField(
            model_name="queuecall",
            name="per_second",
            field=models.IntegerField(
                db_default=0,
                help_text="tickets a second that it was allowed; 0 where it was not told",
            ),
        ),
    )
