"""One row per person, consent, and the registry of lifetime claims."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.kit.ids import uuid7
from gelombang.records.people.rules import BARRING, ClaimState


class Person(models.Model):
    """Somebody with an account. Identifiers are sealed; indexes find them without reading them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email_sealed = store.SealedField(
        purpose="email", null=True, help_text="purpose email; null once erased"
    )
    email_index = store.IndexField(purpose="email", unique=True, help_text="purpose email")
    phone_sealed = store.SealedField(purpose="phone", null=True, help_text="purpose phone")
    phone_index = store.IndexField(purpose="phone", null=True, help_text="purpose phone")
    nik_index = store.IndexField(
        purpose="person",
        null=True,
        help_text="purpose person; set when the civil registry confirmed",
    )
    language = models.CharField(max_length=2, default="id")
    enrolled_at = models.DateTimeField(help_text="virtual instant")
    erased_at = models.DateTimeField(null=True, help_text="virtual instant")

    class Meta:
        """One person per NIK. Most rows have neither number, so the indexes leave those out."""

        constraints = (
            models.UniqueConstraint(
                fields=["nik_index"],
                condition=Q(nik_index__isnull=False),
                name="people_one_person_per_nik",
            ),
        )
        indexes = (
            models.Index(
                fields=["phone_index"],
                condition=Q(phone_index__isnull=False),
                name="people_person_phone",
            ),
        )


class Consent(store.Row):
    """What a person agreed to, per purpose and version of the text."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    version = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One that stands, for a purpose and a version of its text."""

        constraints = (
            models.UniqueConstraint(
                fields=["person", "purpose", "version"],
                condition=Q(withdrawn_at__isnull=True),
                name="people_one_standing_consent",
            ),
        )


class LifetimeClaim(store.Row):
    """The bar against a second benefit: kept when personal data is erased (R075, R076)."""

    lifetime_index = store.IndexField(purpose="lifetime", help_text="purpose lifetime, of the NIK")
    state = models.TextField(default=ClaimState.HELD)
    basis = models.TextField(help_text="award:<id>, or import:<sha256 of the list>:<line>")
    claimed_at = models.DateTimeField(help_text="virtual instant")
    settled_at = models.DateTimeField(
        null=True, help_text="virtual instant at which a held claim was used or released"
    )

    class Meta:
        """At most one claim that bars, per person, for ever."""

        constraints = (
            models.UniqueConstraint(
                fields=["lifetime_index"],
                condition=Q(state__in=BARRING),
                name="people_one_lifetime_claim",
            ),
            models.UniqueConstraint(fields=["basis"], name="people_claim_basis_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ClaimState]),
                name="people_claim_state_known",
            ),
        )
        indexes = (models.Index(fields=["lifetime_index"], name="people_claim_lifetime"),)
