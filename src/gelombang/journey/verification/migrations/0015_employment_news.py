"""News of the employment insurer, never edited, and what is still to be done about it."""

import django.db.models.deletion
from django.db import migrations, models

from gelombang import store

NEWS = "verification_employmentnews"


class Migration(migrations.Migration):
    """Two new tables. A rotation may give the indexes of the news another key, nothing else."""

    dependencies = (("verification", "0014_marks_of_waves"), ("keys", "0001_initial"))
    operations = (
        migrations.CreateModel(
            name="EmploymentNews",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "reference_index",
                    models.BinaryField(
                        help_text="of the insurer's reference of the event, purpose news"
                    ),
                ),
                (
                    "person_index",
                    models.BinaryField(
                        help_text="of the NIK, purpose person; nothing of a stranger", null=True
                    ),
                ),
                (
                    "code",
                    models.TextField(help_text="how the employment ended; empty of a stranger"),
                ),
                (
                    "told_at",
                    models.DateTimeField(help_text="real instant, by the insurer's clock"),
                ),
                ("taken_at", models.DateTimeField(help_text="virtual instant")),
                (
                    "message_sha256",
                    models.TextField(help_text="of the raw message, signature and all"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reference_index",), name="verification_news_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenNews",
            fields=[
                (
                    "news",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="verification.employmentnews",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="verification.identity",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(store.append_only(NEWS), store.not_append_only(NEWS)),
        migrations.RunSQL(
            store.append_only_but_new_keys(NEWS, "reference_index", "person_index"),
            store.append_only_again(NEWS),
        ),
        migrations.RunSQL(
            store.guard_indexes(NEWS, "reference_index"), store.unguard_indexes(NEWS)
        ),
    )
