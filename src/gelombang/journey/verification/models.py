"""Stated identities, questions to partners, attestations, disputes, nomination matches."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.verification.rules import CheckState, IdentityState


class Identity(store.Row):
    """What a person stated about themselves, sealed; a correction is a new version."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    version = models.IntegerField(help_text="1, 2 ... per person; the highest is in force")
    state = models.TextField(default=IdentityState.PENDING)
    nik_sealed = store.SealedField(purpose="nik", help_text="purpose nik")
    family_card_sealed = store.SealedField(purpose="family_card", help_text="purpose family_card")
    name_sealed = store.SealedField(purpose="name", help_text="purpose name")
    sex_sealed = store.SealedField(purpose="sex", help_text="purpose sex: male or female")
    birth_place_sealed = store.SealedField(purpose="birth_place", help_text="purpose birth_place")
    birth_date_sealed = store.SealedField(
        purpose="birth_date", help_text="purpose birth_date: ISO 8601"
    )
    province_sealed = store.SealedField(
        purpose="province", help_text="purpose province: two-digit code of residence"
    )
    person_index = store.IndexField(
        purpose="person", db_index=True, help_text="of the NIK, purpose person"
    )
    nomination_index = store.IndexField(
        purpose="nomination", db_index=True, help_text="of the NIK, purpose nomination"
    )
    lifetime_index = store.IndexField(purpose="lifetime", help_text="of the NIK, purpose lifetime")
    family_card_index = store.IndexField(purpose="family_card", help_text="purpose family_card")
    area = models.CharField(max_length=2, default="", help_text="province, once confirmed")
    submitted_at = models.DateTimeField(help_text="virtual instant")
    decided_at = models.DateTimeField(null=True, help_text="virtual instant of the verdict")

    class Meta:
        """Versions do not repeat; at most one is verified per person."""

        constraints = (
            models.UniqueConstraint(fields=["person", "version"], name="verification_version"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=IdentityState.VERIFIED),
                name="verification_one_verified",
            ),
            models.UniqueConstraint(
                fields=["person_index"],
                condition=Q(state=IdentityState.VERIFIED),
                name="verification_one_person_per_nik",
            ),
        )
        indexes = (
            models.Index(
                fields=["decided_at"],
                condition=Q(state=IdentityState.VERIFIED),
                name="verification_verified_at",
            ),
            models.Index(fields=["lifetime_index"], name="verification_lifetime"),
            models.Index(fields=["family_card_index"], name="verification_family_card"),
        )


class Check(store.Row):
    """One question to one partner about one version of one person's data."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    state = models.TextField(default=CheckState.DUE)
    due_at = models.DateTimeField(
        help_text="real instant from which it may be asked; the lease's end while it is asked"
    )
    leased_until = models.DateTimeField(null=True, help_text="real instant")
    attempts = models.IntegerField(default=0)
    unprocessed = models.IntegerField(
        default=0, db_default=0, help_text="answers that it cannot be processed, since it was due"
    )
    needed_by = models.DateTimeField(
        null=True, help_text="virtual instant: the close of the wave that the person is in"
    )

    class Meta:
        """Asked once per kind; the work list reads open ones only."""

        constraints = (
            models.UniqueConstraint(fields=["identity", "kind"], name="verification_check_once"),
        )
        indexes = (
            models.Index(
                fields=["kind", "due_at", "id"],
                condition=Q(state__in=(CheckState.DUE, CheckState.ASKED)),
                name="verification_check_open",
            ),
            models.Index(
                fields=["kind", "needed_by", "due_at", "id"],
                condition=Q(state__in=(CheckState.DUE, CheckState.ASKED), needed_by__isnull=False),
                name="verification_check_needed",
            ),
            models.Index(
                fields=["kind"],
                condition=Q(state=CheckState.HELD),
                name="verification_check_held",
            ),
        )


class BacklogSample(store.Row):
    """The counters of one partner at one moment; forecasts are learnt from two days of them."""

    kind = models.TextField()
    real_at = models.DateTimeField(help_text="real instant")
    at = models.DateTimeField(help_text="virtual instant")
    waiting = models.BigIntegerField(help_text="open questions of the kind")
    answers = models.BigIntegerField(help_text="of the partner, ever")
    parked_until = models.DateTimeField(null=True, help_text="virtual instant, while parked")
    is_stopped = models.BooleanField()

    class Meta:
        """Read by kind in order of time."""

        indexes = (models.Index(fields=["kind", "real_at"], name="verification_sampled"),)


class Queue(models.Model):
    """How long the queue of a kind is, where its every n-th question stands, and what is foretold.

    Kept so that no page has to count a million questions.
    """

    kind = models.TextField(primary_key=True)
    counted_at = models.DateTimeField(help_text="real instant")
    waiting = models.BigIntegerField(help_text="open questions")
    marks = models.JSONField(
        help_text="[place, due_at, id, needed_by] of every n-th question, in order: of "
        "everybody, then of each wave"
    )
    outlook = models.JSONField(help_text="records.partners.forecasting.Outlook")


class Interruption(store.Row):
    """Time in which a partner could not be asked: down, parked or stopped."""

    kind = models.TextField(help_text="of check")
    cause = models.TextField(help_text="records.partners.forecasting.Hold")
    began_at = models.DateTimeField(help_text="virtual instant")
    began_real_at = models.DateTimeField(help_text="real instant")
    ended_at = models.DateTimeField(null=True, help_text="virtual instant")
    ended_real_at = models.DateTimeField(null=True, help_text="real instant")
    told_check = models.BigIntegerField(default=0, help_text="people up to this check are told")
    told_end = models.BigIntegerField(
        default=0, help_text="people up to this wait notice are told of its end"
    )
    is_closed = models.BooleanField(
        default=False, help_text="everybody was told of its end, or nobody of its beginning"
    )

    class Meta:
        """One of a kind at a time, until everybody knows that it is over."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_closed=False), name="verification_one_interruption"
            ),
        )


class WaitNotice(store.Row):
    """A person was told once that their check waits, or that it goes on. Never edited."""

    interruption = models.ForeignKey(
        Interruption, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    phase = models.TextField(help_text="rules.WaitPhase")
    told_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """Once for each change."""

        constraints = (
            models.UniqueConstraint(
                fields=["interruption", "identity", "phase"], name="verification_wait_told_once"
            ),
        )
        indexes = (
            models.Index(fields=["interruption", "phase", "id"], name="verification_wait_in_order"),
        )


class Attestation(store.Row):
    """A usable answer of a partner: kept for appeals, never edited."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    verdict = models.TextField()
    source = models.TextField(help_text="who answered, e.g. Dukcapil")
    code = models.TextField(help_text="the partner's response code, or ours of the comparison")
    detail = models.JSONField(default=dict, help_text="names of elements that differ; no values")
    answer_sha256 = models.TextField(help_text="of the raw answer")
    as_of = models.DateTimeField(null=True, help_text="state of the partner's data, where it says")
    answered_at = models.DateTimeField(help_text="virtual instant")
    expires_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """Read by identity and kind, latest first."""

        indexes = (models.Index(fields=["identity", "kind", "-id"], name="verification_attested"),)


class EmploymentNews(store.Row):
    """One event that the employment insurer told of by itself, kept once, never edited.

    Of somebody about whom it is not asked here nothing but the reference is kept. Insurers may make
    references of what they know about people: hence the index.
    """

    reference_index = store.IndexField(
        purpose="news", help_text="of the insurer's reference of the event, purpose news"
    )
    person_index = store.IndexField(
        purpose="person",
        at_once=False,
        null=True,
        help_text="of the NIK, purpose person; nothing of a stranger",
    )
    code = models.TextField(help_text="how the employment ended; empty of a stranger")
    told_at = models.DateTimeField(help_text="real instant, by the insurer's clock")
    taken_at = models.DateTimeField(help_text="virtual instant")
    message_sha256 = models.TextField(help_text="of the raw message, signature and all")

    class Meta:
        """The same event may be told again: it stays one."""

        constraints = (
            models.UniqueConstraint(fields=["reference_index"], name="verification_news_once"),
        )


class OpenNews(models.Model):
    """News for which a question is not due again yet; the row goes when it is."""

    news = models.OneToOneField(
        EmploymentNews, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, related_name="+", db_index=False
    )


class Usage(store.Row):
    """One answer of the civil registry that was used: to be reported to it once, never edited."""

    question = models.OneToOneField(Check, on_delete=models.PROTECT, related_name="+")
    xid = store.TransactionIdField(help_text="of the writer: readers go by commit order")

    class Meta:
        """Read in commit order."""

        indexes = (models.Index(fields=["xid", "id"], name="verification_usage_order"),)


class UsageReport(store.Row):
    """A batch of uses, fixed before it is sent: the same again is known as sent already."""

    after_xid = models.BigIntegerField(help_text="the batch begins after this use, by (xid, id)")
    after_id = models.BigIntegerField()
    upto_xid = models.BigIntegerField(help_text="and ends with this one")
    upto_id = models.BigIntegerField()
    uses = models.IntegerField()
    made_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """Batches follow each other: two never begin at the same place."""

        constraints = (
            models.UniqueConstraint(
                fields=["after_xid", "after_id"], name="verification_usage_batches_follow"
            ),
        )


class UsageReportSent(models.Model):
    """The registry has a batch."""

    report = models.OneToOneField(
        UsageReport, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    is_repeat = models.BooleanField(help_text="it had the batch before: our first try got through")
    sent_at = models.DateTimeField(help_text="virtual instant")


class Dispute(store.Row):
    """Two confirmed claims on one NIK, waiting for casework."""

    person_index = store.IndexField(
        purpose="person", help_text="of the NIK in question, purpose person"
    )
    opened_at = models.DateTimeField(help_text="virtual instant")
    resolved_at = models.DateTimeField(null=True, help_text="virtual instant")

    class Meta:
        """One open dispute per NIK."""

        constraints = (
            models.UniqueConstraint(
                fields=["person_index"],
                condition=Q(resolved_at__isnull=True),
                name="verification_one_open_dispute",
            ),
        )


class DisputeClaim(store.Row):
    """One side of a dispute."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A claim stands in a dispute once."""

        constraints = (
            models.UniqueConstraint(fields=["dispute", "identity"], name="verification_claim_once"),
        )


class NominationMatch(store.Row):
    """A nomination found its person (R058)."""

    nomination = models.OneToOneField(
        "nominations.Nomination", on_delete=models.PROTECT, related_name="+"
    )
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="+")
    matched_at = models.DateTimeField(help_text="virtual instant")


class MatchedList(models.Model):
    """A list of nominations that was compared with everybody verified before it came."""

    list = models.OneToOneField(
        "nominations.NominationList", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    matched_at = models.DateTimeField(help_text="virtual instant")
