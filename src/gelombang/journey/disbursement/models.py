"""Payout accounts, instalments, batches, payouts, and what partners answered."""

from django.db import models
from django.db.models import F, Q

from gelombang import store
from gelombang.journey.disbursement.paying import STRANGE
from gelombang.journey.disbursement.rules import (
    OPEN,
    OWNING,
    TAKING,
    AccountState,
    BatchState,
    InstalmentState,
    PayoutState,
)


class AccountOwner(models.Model):
    """Whose a payout account is, for ever: one account, one person (money.md, rule 8)."""

    account_index = store.IndexField(
        purpose="payout_account", primary_key=True, help_text="purpose payout_account"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")


class PayoutAccount(store.Row):
    """One linking of a wallet or bank account, from the statement to the partner's answer."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    partner = models.TextField(help_text="gopay, ovo, linkaja or bni")
    account_sealed = store.SealedField(
        purpose="account", null=True, help_text="purpose account; null once erased"
    )
    account_index = store.IndexField(
        purpose="payout_account", help_text="purpose payout_account, of partner and number"
    )
    held_index = store.IndexField(
        purpose="payout_account",
        null=True,
        help_text="the index once linked: the database ties it to its owner",
    )
    ending = models.CharField(max_length=4, help_text="last digits, for people to recognise it")
    holder_sealed = store.SealedField(
        purpose="name", null=True, help_text="purpose name; as the partner has it"
    )
    name_score = models.IntegerField(null=True, help_text="0 to 100 against the verified name")
    state = models.TextField(default=AccountState.ASKED)
    reason = models.TextField(default="", db_default="", help_text="code of the refusal")
    asked_at = models.DateTimeField(help_text="virtual instant")
    decided_at = models.DateTimeField(null=True, help_text="virtual instant")
    effective_at = models.DateTimeField(
        null=True, help_text="virtual instant from which money goes there: a change cools 72 hours"
    )
    answer_sha256 = models.TextField(default="", db_default="")
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(help_text="real instant")

    class Meta:
        """One linked account and one open question a person; what is linked has an owner."""

        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=AccountState.LINKED),
                name="disbursement_one_account",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state=AccountState.ASKED),
                name="disbursement_one_question",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=OWNING, held_index=F("account_index"), effective_at__isnull=False
                )
                | (~Q(state__in=OWNING) & Q(held_index=None)),
                name="disbursement_linked_is_owned",
            ),
        )
        indexes = (
            models.Index(
                fields=["partner", "next_attempt_at"],
                condition=Q(state=AccountState.ASKED),
                name="disbursement_accounts_to_ask",
            ),
            models.Index(fields=["account_index"], name="disbursement_by_account"),
            models.Index(
                fields=["held_index"],
                condition=Q(held_index__isnull=False),
                name="disbursement_by_held",
            ),
        )


class Instalment(store.Row):
    """One payment that an award promises: which, how much, when."""

    award = models.ForeignKey(
        "selection.Award", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.TextField(help_text="part of the scheme: completion_incentive, survey_incentive")
    number = models.IntegerField(help_text="1 ... of its kind")
    times = models.IntegerField(help_text="how many of its kind the scheme promises")
    amount = models.BigIntegerField(help_text="whole rupiah")
    state = models.TextField(default=InstalmentState.PLANNED)
    held_reason = models.TextField(default="", db_default="", help_text="code while held")
    due_at = models.DateTimeField(
        null=True, help_text="virtual instant; null while its condition is not met"
    )
    planned_at = models.DateTimeField(help_text="virtual instant")
    became_due_at = models.DateTimeField(null=True, help_text="booked as due, virtual instant")
    paid_at = models.DateTimeField(null=True, help_text="virtual instant")
    look_again_at = models.DateTimeField(
        null=True, help_text="virtual instant; held, and what stands in the way may be gone by then"
    )

    class Meta:
        """Each payment of an award exists once."""

        constraints = (
            models.UniqueConstraint(
                fields=["award", "kind", "number"], name="disbursement_instalment_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, number__gte=1, number__lte=F("times")),
                name="disbursement_instalment_sound",
            ),
            models.CheckConstraint(
                condition=Q(state=InstalmentState.HELD, held_reason__gt="")
                | (~Q(state=InstalmentState.HELD) & Q(held_reason="")),
                name="disbursement_held_for_a_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=InstalmentState.PLANNED, due_at__isnull=False),
                name="disbursement_coming_due",
            ),
            models.Index(
                fields=["id"], condition=Q(state=InstalmentState.DUE), name="disbursement_due"
            ),
            models.Index(
                fields=["id"], condition=Q(state=InstalmentState.HELD), name="disbursement_held"
            ),
            models.Index(
                fields=["look_again_at", "id"],
                condition=Q(state=InstalmentState.HELD, look_again_at__isnull=False),
                name="disbursement_look_again",
            ),
            models.Index(fields=["person", "id"], name="disbursement_of_person"),
        )


class Progress(models.Model):
    """How far the facts of an earlier step have been taken up, in commit order."""

    facts = models.TextField(primary_key=True, help_text="reviews or surveys")
    before_xid = models.TextField(help_text="xid8 as text: every row below it was looked at")


class PayoutBatch(store.Row):
    """Payouts that three different people make, check and release (money.md, rule 12)."""

    reference = models.TextField(unique=True, help_text="e.g. B-20200601-0001")
    state = models.TextField(default=BatchState.PREPARED)
    payouts = models.IntegerField(help_text="how many, when it was made")
    amount = models.BigIntegerField(help_text="their sum in rupiah, when it was made")
    needs_second_check = models.BooleanField(help_text="its sum exceeds the programme's threshold")
    made_by = models.TextField()
    made_at = models.DateTimeField()
    approved_by = models.TextField(default="", db_default="")
    approved_at = models.DateTimeField(null=True)
    second_approved_by = models.TextField(default="", db_default="")
    second_approved_at = models.DateTimeField(null=True)
    released_by = models.TextField(default="", db_default="")
    released_at = models.DateTimeField(null=True)
    stopped_by = models.TextField(default="", db_default="")
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.TextField(default="", db_default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """Three different people, four above the threshold."""

        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("made_by")),
                name="disbursement_checker_is_not_maker",
            ),
            models.CheckConstraint(
                condition=Q(second_approved_by="")
                | (
                    ~Q(second_approved_by=F("made_by"))
                    & ~Q(second_approved_by=F("approved_by"))
                    & ~Q(approved_by="")
                ),
                name="disbursement_second_checker_is_another",
            ),
            models.CheckConstraint(
                condition=Q(released_by="")
                | (
                    ~Q(released_by=F("made_by"))
                    & ~Q(released_by=F("approved_by"))
                    & ~Q(released_by=F("second_approved_by"))
                    & ~Q(approved_by="")
                    & (Q(needs_second_check=False) | ~Q(second_approved_by=""))
                ),
                name="disbursement_releaser_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[BatchState.RELEASED, BatchState.FINISHED])
                | ~Q(released_by=""),
                name="disbursement_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.APPROVED) | ~Q(approved_by=""),
                name="disbursement_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(payouts__gt=0, amount__gt=0), name="disbursement_batch_not_empty"
            ),
        )


class Payout(store.Row):
    """One attempt to pay one instalment, under one permanent reference (money.md)."""

    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="+")
    partner = models.TextField()
    reference = models.CharField(
        max_length=35, unique=True, db_collation="C", help_text="fixed before the first call"
    )
    amount = models.BigIntegerField(help_text="whole rupiah")
    state = models.TextField(default=PayoutState.PREPARED)
    attempts = models.IntegerField(default=0, help_text="times it was sent, same reference")
    sent_at = models.DateTimeField(null=True, help_text="virtual instant of the latest sending")
    leased_until = models.DateTimeField(
        null=True, help_text="real instant; a call is under way, or its process died"
    )
    enquiries = models.IntegerField(default=0, help_text="since the latest sending")
    next_step_at = models.DateTimeField(
        null=True, help_text="virtual instant of the next sending or enquiry; null: none by itself"
    )
    may_resend = models.BooleanField(
        default=False,
        db_default=False,
        help_text="the partner certainly did not carry it out: the next step sends it again",
    )
    partner_ref = models.TextField(default="", db_default="", help_text="the partner's own number")
    code = models.TextField(default="", db_default="", help_text="the partner's latest code")
    reason = models.TextField(
        default="", db_default="", help_text="why it failed, or what is strange about it"
    )
    answered_amount = models.BigIntegerField(
        null=True, help_text="rupiah in the partner's answer, where it differs from ours"
    )
    settled_at = models.DateTimeField(null=True, help_text="virtual instant of the final answer")

    class Meta:
        """At most one payout of an instalment that is open or paid."""

        constraints = (
            models.UniqueConstraint(
                fields=["instalment"],
                condition=Q(state__in=TAKING),
                name="disbursement_one_payout",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Za-z0-9-]{1,35}$"),
                name="disbursement_reference_form",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="disbursement_payout_amount"),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.SENT)
                | Q(leased_until__isnull=False, sent_at__isnull=False),
                name="disbursement_sent_under_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(may_resend=False) | Q(state=PayoutState.UNKNOWN),
                name="disbursement_resend_from_unknown",
            ),
        )
        indexes = (
            models.Index(fields=["instalment", "id"], name="disbursement_of_instalment"),
            models.Index(
                fields=["partner", "id"],
                condition=Q(state=PayoutState.RELEASED),
                name="disbursement_to_send",
            ),
            models.Index(
                fields=["partner", "next_step_at", "id"],
                condition=Q(next_step_at__isnull=False),
                name="disbursement_next_steps",
            ),
            models.Index(
                fields=["leased_until"],
                condition=Q(state=PayoutState.SENT),
                name="disbursement_under_way",
            ),
            models.Index(
                fields=["batch", "state", "id"],
                condition=Q(state__in=OPEN),
                name="disbursement_open_of_batch",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state=PayoutState.UNKNOWN) | Q(reason__in=sorted(STRANGE)),
                name="disbursement_to_look_at",
            ),
        )


class PartnerAnswer(store.Row):
    """What a partner said to one call about a payout. Never edited."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="+")
    call = models.TextField(help_text="pay or enquire")
    attempt = models.IntegerField(
        default=1, db_default=1, help_text="which sending it was, or was about"
    )
    outcome = models.TextField(help_text="name of the outcome, e.g. Paid, Unanswered")
    code = models.TextField(default="")
    amount = models.BigIntegerField(null=True, help_text="rupiah, where the answer says one")
    answer_sha256 = models.TextField(default="")
    answered_at = models.DateTimeField(help_text="virtual instant")
    real_answered_at = models.DateTimeField()
