"""The audit trail: entries, the chain over them, and the history of states."""

from django.db import models

from gelombang import store


class Entry(store.Row):
    """One thing that somebody did. Appended by the writer's own transaction, chained later."""

    at = models.DateTimeField(help_text="virtual instant of the deed")
    real_at = models.DateTimeField(help_text="real instant of the deed")
    actor = models.TextField(help_text="who: staff:<name>, person:<id>, job:<name>, cli:<user>")
    action = models.TextField(help_text="verb of the package, e.g. waves.open")
    subject = models.TextField(help_text="what it was done to, e.g. wave:PKJ-2020-W01")
    detail = models.JSONField(default=dict, help_text="facts of the deed; never personal data")
    xid = store.TransactionIdField(help_text="transaction, for reading in commit order")

    class Meta:
        """Sealed in commit order; asked for by what was done to whom, and by whom it was done."""

        indexes = (
            models.Index(fields=["xid", "id"], name="audit_entry_pull"),
            models.Index(fields=["subject", "-id"], name="audit_entry_subject"),
            models.Index(fields=["actor", "-id"], name="audit_entry_actor"),
        )


class Link(models.Model):
    """The place of an entry in the hash chain, written by the one sealer."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    position = models.BigIntegerField(unique=True)
    previous_hash = models.BinaryField()
    hash = models.BinaryField(help_text="SHA-256 over previous hash and canonical entry")


class Head(store.Row):
    """A published head of the chain: what a witness keeps."""

    position = models.BigIntegerField(unique=True)
    hash = models.BinaryField()
    published_at = models.DateTimeField()


class Move(store.Row):
    """One change of state of one row, written by trigger."""

    table_name = models.TextField()
    row_key = models.TextField()
    from_state = models.TextField()
    to_state = models.TextField()
    real_at = models.DateTimeField()

    class Meta:
        """Looked up by the row it tells about."""

        indexes = (models.Index(fields=["table_name", "row_key"], name="audit_move_row"),)
