"""Which provider took a text message, so that slow receipts are seen: it rewrites nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0005_texts_owed"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="provider",
            field=models.TextField(help_text="who took a text message, e.g. sms_1", null=True),
        ),
    ]
