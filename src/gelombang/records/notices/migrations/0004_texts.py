"""Messages by SMS and WhatsApp beside letters: adding the columns rewrites nothing."""

from django.db import migrations, models

import gelombang.records.notices.rules


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_allowances_and_addressees"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="arrived_at",
            field=models.DateTimeField(help_text="real instant of a delivery receipt", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="channel",
            field=models.TextField(
                db_default="email",
                default=gelombang.records.notices.rules.Via["EMAIL"],
                help_text="email, sms or whatsapp",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="address_sealed",
            field=models.BinaryField(
                help_text="purpose email, whatever the channel: a number of sms and whatsapp too"
            ),
        ),
    ]
