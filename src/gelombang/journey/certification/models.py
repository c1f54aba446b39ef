"""Certificates of finished courses."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.certification.rules import CertificateState


class Certificate(store.Row):
    """What a person finished, as it was when it was issued (R082). Only its state ever changes."""

    number = models.CharField(
        max_length=24, unique=True, db_collation="C", help_text="random; who knows it may check it"
    )
    purchase = models.OneToOneField("learning.Purchase", on_delete=models.PROTECT, related_name="+")
    award = models.ForeignKey("selection.Award", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    holder_sealed = store.SealedField(
        purpose="name", null=True, help_text="purpose name; null once erased"
    )
    course_code = models.TextField()
    title_id = models.TextField()
    title_en = models.TextField()
    provider_name = models.TextField()
    hours = models.IntegerField()
    completed_at = models.DateTimeField(help_text="virtual instant")
    issued_at = models.DateTimeField(help_text="virtual instant")
    state = models.TextField(default=CertificateState.VALID)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(default="", db_default="")
    revoke_reason = models.TextField(default="", db_default="")
    revocation_told_at = models.DateTimeField(
        null=True, help_text="virtual instant at which a letter to the holder was owed"
    )

    class Meta:
        """Revoked means: when, by whom and why. Few are, and their holders are told once."""

        constraints = (
            models.CheckConstraint(
                condition=Q(state=CertificateState.VALID, revoked_at=None)
                | Q(state=CertificateState.REVOKED, revoked_at__isnull=False)
                & ~Q(revoked_by="")
                & ~Q(revoke_reason=""),
                name="certification_revoked_with_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"],
                condition=Q(state=CertificateState.REVOKED, revocation_told_at=None),
                name="certification_untold",
            ),
        )


class Due(models.Model):
    """A completed purchase that waits for its certificate; gone once it has one."""

    purchase = models.OneToOneField(
        "learning.Purchase", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )


class Progress(models.Model):
    """How far the facts of an earlier step have been taken up, in commit order."""

    facts = models.TextField(primary_key=True, help_text="completions")
    before_xid = models.TextField(help_text="xid8 as text: every row below it was looked at")
