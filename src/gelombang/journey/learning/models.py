"""Providers, their courses, and what people bought of them."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.learning.rules import (
    FINAL,
    GIVEN_BACK,
    LAST_SESSION,
    REDEEMED_ONCE,
    UNFINISHED,
    Mode,
    PurchaseState,
)


class Provider(models.Model):
    """A training provider (lembaga pelatihan) that the programme office approved (R080)."""

    code = models.TextField(primary_key=True, help_text="ours, e.g. bina-karya")
    name = models.TextField()
    client_code = models.TextField(unique=True, help_text="as it signs its calls to us")
    sign_key_sealed = store.SealedField(
        purpose="sign_key", help_text="purpose sign_key: what it signs calls with"
    )
    is_approved = models.BooleanField(default=True)
    loaded_at = models.DateTimeField(help_text="virtual instant")


class Category(models.Model):
    """What courses are sorted by."""

    code = models.TextField(primary_key=True)
    position = models.IntegerField(help_text="as the catalogue's file orders them")
    name_id = models.TextField()
    name_en = models.TextField()


class Course(store.Row):
    """A course of the catalogue (pelatihan), as it is offered now."""

    code = models.TextField(unique=True, help_text="e.g. BK-EXCEL-01")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    title_id = models.TextField()
    title_en = models.TextField()
    about_id = models.TextField()
    about_en = models.TextField()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    mode = models.TextField()
    price = models.BigIntegerField(help_text="whole rupiah")
    hours = models.IntegerField(help_text="of study")
    sessions = models.IntegerField(default=1, help_text="attendances that completion needs")
    schedule_code = models.TextField()
    schedule_id = models.TextField(help_text="when it takes place, in words")
    schedule_en = models.TextField()
    is_on_sale = models.BooleanField(default=True)
    cancelled_at = models.DateTimeField(
        null=True, help_text="virtual instant; the office called the class off, for ever"
    )
    cancel_reason = models.TextField(default="", db_default="", help_text="words of the desk")
    rating_sum = models.BigIntegerField(default=0, help_text="copied from reviews by a job")
    rating_count = models.BigIntegerField(default=0, help_text="copied from reviews by a job")
    loaded_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """A price is above zero; a mode is one of ours."""

        constraints = (
            models.CheckConstraint(condition=Q(price__gt=0), name="learning_course_price"),
            models.CheckConstraint(
                condition=Q(mode__in=[mode.value for mode in Mode]), name="learning_course_mode"
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, sessions__gt=0, sessions__lte=LAST_SESSION),
                name="learning_course_length",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(is_on_sale=False),
                name="learning_course_cancelled_is_off_sale",
            ),
        )


class Purchase(store.Row):
    """A course bought with the training balance; what was agreed stays as it was."""

    award = models.ForeignKey(
        "selection.Award", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    price = models.BigIntegerField(help_text="whole rupiah, as it was when it was bought")
    state = models.TextField(default=PurchaseState.HELD)
    redeem_code = models.CharField(max_length=24, unique=True, db_collation="C")
    bought_at = models.DateTimeField(help_text="virtual instant")
    redeemed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="failed or cancelled")
    end_reason = models.TextField(default="", db_default="", help_text="code or words of the desk")
    xid = store.TransactionIdField(
        help_text="transaction that moved it last, for later steps in commit order"
    )

    class Meta:
        """The first training is finished before the next (R079)."""

        constraints = (
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=UNFINISHED), name="learning_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="learning_purchase_price"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PurchaseState]),
                name="learning_purchase_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REDEEMED_ONCE) | Q(redeemed_at__isnull=False),
                name="learning_purchase_redeemed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=PurchaseState.COMPLETED) | Q(completed_at__isnull=False),
                name="learning_purchase_completed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GIVEN_BACK) | Q(ended_at__isnull=False),
                name="learning_purchase_ended_dated",
            ),
        )
        indexes = (
            models.Index(fields=["award", "id"], name="learning_purchase_award"),
            models.Index(fields=["person", "id"], name="learning_purchase_person"),
            models.Index(
                fields=["course", "id"],
                condition=Q(state__in=UNFINISHED),
                name="learning_purchase_unfinished",
            ),
            models.Index(
                fields=["xid"],
                condition=Q(state=PurchaseState.COMPLETED),
                name="learning_purchase_pull",
            ),
        )


class Attendance(store.Row):
    """One session that the provider reported (presensi). Never edited."""

    purchase = models.ForeignKey(
        Purchase, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sequence = models.IntegerField(help_text="1 redeem, 2 to 10 sessions, 999 final test")
    reported_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """A session is attended once."""

        constraints = (
            models.CheckConstraint(
                condition=Q(sequence__range=(1, LAST_SESSION)) | Q(sequence=FINAL),
                name="learning_attendance_sequence",
            ),
            models.UniqueConstraint(
                fields=["purchase", "sequence"], name="learning_attendance_once"
            ),
        )


class ProviderCall(store.Row):
    """The answer to a signed call, so that the same call again gets the same answer, no effect."""

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signature = models.CharField(max_length=64, db_collation="C")
    path = models.TextField()
    status = models.IntegerField(help_text="of the HTTP answer")
    answer = models.TextField(help_text="JSON to the byte")
    received_at = models.DateTimeField(help_text="real instant")

    class Meta:
        """A signature of a provider is answered once."""

        constraints = (
            models.UniqueConstraint(fields=["provider", "signature"], name="learning_call_once"),
        )
        indexes = (models.Index(fields=["received_at"], name="learning_call_received"),)
