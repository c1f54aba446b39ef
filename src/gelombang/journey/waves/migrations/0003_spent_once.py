"""A ticket is spent once, a late finisher is judged by it, and text has one index instead of two.

Safe on a full table: the column comes empty and indexes are built beside the work. Pressing Join
asks for no proof of work, since the door pass is worth more: its column, never written, goes.
"""

from django.db import migrations, models
from django.db.models import Q

TABLE = "wave_entry_request"
OLD_UNIQUES = r"""
DO $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'wave_entry_request'::regclass AND contype = 'u'
          AND conname LIKE 'wave\_entry\_request\_%'
    LOOP
        EXECUTE format('ALTER TABLE wave_entry_request DROP CONSTRAINT %I', name);
    END LOOP;
    FOR name IN
        SELECT indexname FROM pg_indexes
        WHERE tablename = 'wave_entry_request' AND indexname LIKE '%\_like'
    LOOP
        EXECUTE format('DROP INDEX %I', name);
    END LOOP;
END $$
"""
# Going back, the database keeps the named ones: they forbid the same.


def unique(name: str, column: str, *, where: str = "") -> migrations.RunSQL:
    """A unique index that is built while people write."""
    return migrations.RunSQL(
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {TABLE} ({column}) {where}",
        f"DROP INDEX CONCURRENTLY {name}",
    )


class Migration(migrations.Migration):
    """Outside one transaction, since an index that is built beside the work needs several."""

    atomic = False
    dependencies = (("waves", "0002_guards"),)
    operations = (
        migrations.AddField(
            "entryrequest",
            "claimed_at",
            models.DateTimeField(
                help_text="virtual issue of the ticket, for who finished after the close", null=True
            ),
        ),
        migrations.AlterField(
            "entryrequest",
            "ticket",
            models.TextField(help_text="id of the waiting-room ticket that was spent", null=True),
        ),
        migrations.RemoveField("entryrequest", "proof"),
        migrations.SeparateDatabaseAndState(
            [
                unique("wave_entry_key_once", "idempotency_key"),
                unique("wave_entry_receipt_once", "receipt"),
                unique("wave_entry_ticket_once", "ticket", where="WHERE ticket IS NOT NULL"),
                migrations.RunSQL(OLD_UNIQUES, migrations.RunSQL.noop),
            ],
            [
                migrations.AlterField("entryrequest", "idempotency_key", models.TextField()),
                migrations.AlterField("entryrequest", "receipt", models.TextField()),
                migrations.AddConstraint(
                    "entryrequest",
                    models.UniqueConstraint(fields=["idempotency_key"], name="wave_entry_key_once"),
                ),
                migrations.AddConstraint(
                    "entryrequest",
                    models.UniqueConstraint(fields=["receipt"], name="wave_entry_receipt_once"),
                ),
                migrations.AddConstraint(
                    "entryrequest",
                    models.UniqueConstraint(
                        fields=["ticket"],
                        condition=Q(ticket__isnull=False),
                        name="wave_entry_ticket_once",
                    ),
                ),
            ],
        ),
    )
