"""Tickets and proofs are spent once, and receipts are found by the admission.

Safe on a full table: columns come empty, indexes are built beside the work, and receipts are
copied in batches. Intake keeps its old index on receipts until the new one stands.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from gelombang import store

BATCH = 10_000
TABLE = "registration_admission"
COPY = """
UPDATE registration_admission AS admission
SET receipt = submission.receipt
FROM registration_submission AS submission
WHERE submission.id = admission.submission_id
  AND admission.submission_id IN (
      SELECT submission_id FROM registration_admission WHERE receipt IS NULL LIMIT %s
  )
"""


def copy_receipts(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give every admission its submission's receipt, batch by batch, each its own transaction."""
    editor.execute(store.not_append_only(TABLE))
    with editor.connection.cursor() as cursor:
        cursor.execute(COPY, [BATCH])
        while cursor.rowcount:
            cursor.execute(COPY, [BATCH])
    editor.execute(store.append_only(TABLE))


def unique(name: str, table: str, column: str, *, where: str = "") -> migrations.RunSQL:
    """A unique index that is built while people write."""
    return migrations.RunSQL(
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({column}) {where}",
        f"DROP INDEX CONCURRENTLY {name}",
    )


class Migration(migrations.Migration):
    """Outside one transaction, since an index that is built beside the work needs several."""

    atomic = False
    dependencies = (("registration", "0003_facts"),)
    operations = (
        migrations.AddField(
            "submission",
            "claimed_at",
            models.DateTimeField(
                help_text="virtual issue of the ticket, for who finished after the close", null=True
            ),
        ),
        migrations.AlterField(
            "submission",
            "ticket",
            models.TextField(help_text="id of the waiting-room ticket that was spent", null=True),
        ),
        migrations.AlterField(
            "submission",
            "proof",
            models.TextField(help_text="name of the proof of work that was spent", null=True),
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "ALTER TABLE registration_admission ADD COLUMN receipt text",
                    "ALTER TABLE registration_admission DROP COLUMN receipt",
                )
            ],
            [
                migrations.AddField(
                    "admission",
                    "receipt",
                    models.TextField(help_text="of the submission, to find it by"),
                    preserve_default=False,
                )
            ],
        ),
        migrations.RunPython(copy_receipts, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE registration_admission"
            " ADD CONSTRAINT registration_receipt_there CHECK (receipt IS NOT NULL) NOT VALID",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE registration_admission VALIDATE CONSTRAINT registration_receipt_there",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "ALTER TABLE registration_admission ALTER COLUMN receipt SET NOT NULL",
            "ALTER TABLE registration_admission ALTER COLUMN receipt DROP NOT NULL",
        ),
        migrations.RunSQL(
            "ALTER TABLE registration_admission DROP CONSTRAINT registration_receipt_there",
            migrations.RunSQL.noop,
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "ALTER INDEX registration_receipt_once RENAME TO registration_receipt_before",
                    "ALTER INDEX registration_receipt_before RENAME TO registration_receipt_once",
                ),
                unique("registration_receipt_once", "registration_admission", "receipt"),
                migrations.RunSQL(
                    "ALTER TABLE registration_submission"
                    " DROP CONSTRAINT registration_receipt_before",
                    "ALTER TABLE registration_submission"
                    " ADD CONSTRAINT registration_receipt_before UNIQUE (receipt)",
                ),
                unique(
                    "registration_ticket_once",
                    "registration_submission",
                    "ticket",
                    where="WHERE ticket IS NOT NULL",
                ),
                unique(
                    "registration_proof_once",
                    "registration_submission",
                    "proof",
                    where="WHERE proof IS NOT NULL",
                ),
            ],
            [
                migrations.RemoveConstraint("submission", "registration_receipt_once"),
                migrations.AddConstraint(
                    "admission",
                    models.UniqueConstraint(fields=["receipt"], name="registration_receipt_once"),
                ),
                migrations.AddConstraint(
                    "submission",
                    models.UniqueConstraint(
                        fields=["ticket"],
                        condition=Q(ticket__isnull=False),
                        name="registration_ticket_once",
                    ),
                ),
                migrations.AddConstraint(
                    "submission",
                    models.UniqueConstraint(
                        fields=["proof"],
                        condition=Q(proof__isnull=False),
                        name="registration_proof_once",
                    ),
                ),
            ],
        ),
    )
