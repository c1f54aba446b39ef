"""Changes of address and number under way, and where people are signed in."""

import django.db.models.deletion
from django.db import migrations, models

from gelombang import store


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_claim_settled"),
        ("registration", "0005_index_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.TextField()),
                ("email_sealed", models.BinaryField(help_text="purpose email", null=True)),
                ("email_index", models.BinaryField(help_text="purpose email", null=True)),
                ("phone_sealed", models.BinaryField(help_text="purpose phone", null=True)),
                ("phone_index", models.BinaryField(help_text="purpose phone", null=True)),
                (
                    "code_mac",
                    models.BinaryField(help_text="HMAC of row salt and code; never the code"),
                ),
                ("salt", models.BinaryField()),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("attempts_left", models.IntegerField(default=5)),
                (
                    "is_stepped_up",
                    models.BooleanField(help_text="a fresh code of the present address came first"),
                ),
                ("proven_at", models.DateTimeField(null=True)),
                (
                    "effective_at",
                    models.DateTimeField(help_text="at once, or after the waiting time", null=True),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.TextField(default="", help_text="applied, cancelled, replaced or taken"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "id"], name="registration_change_person"),
                    models.Index(
                        condition=models.Q(("email_index__isnull", False)),
                        fields=["email_index", "id"],
                        name="registration_change_email",
                    ),
                    models.Index(
                        condition=models.Q(("phone_index__isnull", False)),
                        fields=["phone_index", "id"],
                        name="registration_change_phone",
                    ),
                    models.Index(
                        condition=models.Q(("effective_at__isnull", False), ("outcome", "")),
                        fields=["effective_at"],
                        name="registration_change_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "phone"])),
                        name="registration_change_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "email"),
                                ("email_index__isnull", False),
                                ("email_sealed__isnull", False),
                                ("phone_index__isnull", True),
                                ("phone_sealed__isnull", True),
                            ),
                            models.Q(
                                ("channel", "phone"),
                                ("email_index__isnull", True),
                                ("email_sealed__isnull", True),
                                ("phone_index__isnull", False),
                                ("phone_sealed__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="registration_change_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts_left__gte", 0)),
                        name="registration_change_tries",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "device",
                    models.TextField(help_text="browser and system in two words, nothing finer"),
                ),
                ("signed_in_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "id"], name="registration_signin_person"),
                    models.Index(fields=["seen_at"], name="registration_signin_seen"),
                ],
            },
        ),
        migrations.RunSQL(
            store.guard_indexes("registration_contactchange", "email_index", "phone_index"),
            store.unguard_indexes("registration_contactchange"),
        ),
    ]
