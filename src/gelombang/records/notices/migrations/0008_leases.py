"""Until when a deliverer has a notice, in a column that no index knows: it rewrites nothing.

A claim then changes the row in its place, where its page has room. So half of each new page is left
free; what its rows no longer need is used again for the next change.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0007_texts_taken"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="leased_until",
            field=models.DateTimeField(
                help_text="real instant until which a deliverer has it", null=True
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="next_attempt_at",
            field=models.DateTimeField(help_text="real instant"),
        ),
        migrations.RunSQL(
            "ALTER TABLE notices_notice SET (fillfactor = 50)",
            "ALTER TABLE notices_notice RESET (fillfactor)",
        ),
    ]
