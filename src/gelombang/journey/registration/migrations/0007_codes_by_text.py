"""Sign-in codes that went out by text message too: adding the column rewrites nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0006_contact_changes_and_sign_ins"),
    ]

    operations = [
        migrations.AddField(
            model_name="signincode",
            name="texted_at",
            field=models.DateTimeField(
                help_text="real instant at which it went out by text message", null=True
            ),
        ),
    ]
