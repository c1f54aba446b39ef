"""Messages owed to people: the outbox."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.records.notices.rules import NoticeState, Via


class Notice(store.Row):
    """One message, with its own sealed address and text, owed once per key."""

    key = models.TextField(help_text="why it is owed, e.g. confirm:<receipt>")
    person_id = models.UUIDField(null=True, db_index=True)
    kind = models.TextField(help_text="which letter, e.g. registration.confirm")
    channel = models.TextField(
        default=Via.EMAIL, db_default=Via.EMAIL.value, help_text="email, sms or whatsapp"
    )
    address_sealed = store.SealedField(
        purpose="email",
        help_text="purpose email, whatever the channel: a number of sms and whatsapp too",
    )
    language = models.CharField(max_length=2, default="id")
    letter_sealed = store.SealedField(
        purpose="letter", help_text="purpose letter: JSON of subject and body"
    )
    state = models.TextField(default=NoticeState.OWED)
    urgent = models.BooleanField(default=False, help_text="a code somebody waits for goes first")
    owed_at = models.DateTimeField(help_text="virtual instant")
    attempts = models.IntegerField(default=0, help_text="of which the mail system took part in")
    next_attempt_at = models.DateTimeField(help_text="real instant")
    leased_until = models.DateTimeField(
        null=True, help_text="real instant until which a deliverer has it"
    )
    sent_at = models.DateTimeField(null=True, help_text="real instant")
    provider = models.TextField(null=True, help_text="who took a text message, e.g. sms_1")
    arrived_at = models.DateTimeField(null=True, help_text="real instant of a delivery receipt")

    class Meta:
        """The work list reads the owed ones only.

        No index knows the lease, so that a claim changes a row in its place (half of a page is
        left free for that) and touches no index.
        """

        constraints = (
            models.UniqueConstraint(fields=["key"], name="notices_owed_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in NoticeState]),
                name="notices_state_known",
            ),
        )
        indexes = (
            models.Index(
                fields=["urgent", "next_attempt_at", "id"],
                condition=Q(state=NoticeState.OWED),
                name="notices_owed",
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state=NoticeState.OWED) & ~Q(channel=Via.EMAIL),
                name="notices_owed_texts",
            ),
            models.Index(
                fields=["provider", "sent_at"],
                condition=Q(provider__isnull=False),
                name="notices_texts_taken",
            ),
        )


class Allowance(models.Model):
    """How much of a limit is used: letters of a provider's day, codes of a number, of a prefix."""

    scope = models.TextField(help_text="what is limited, e.g. mail_1, sms, sms:0812")
    starts_at = models.DateTimeField(help_text="the instant at which its period began")
    used = models.IntegerField(default=0)
    real_at = models.DateTimeField(help_text="real instant of its first use, for sweeping")

    class Meta:
        """One row for every period of a scope; old ones are swept away."""

        constraints = (
            models.UniqueConstraint(fields=["scope", "starts_at"], name="notices_allowance_once"),
        )
        indexes = (models.Index(fields=["real_at"], name="notices_allowance_age"),)


class LetterWait(models.Model):
    """The one row that says how long an ordinary letter takes to leave: what the door shows."""

    id = models.BooleanField(primary_key=True, default=True, help_text="true: there is one row")
    seconds = models.IntegerField(default=0, help_text="real time; 0 where it is not worth a word")
    measured_at = models.DateTimeField(help_text="real instant")

    class Meta:
        """One row."""

        constraints = (
            models.CheckConstraint(condition=Q(id=True), name="notices_one_letter_wait"),
        )


class Addressee(models.Model):
    """What is known of a person's address beside the address itself. Instants are real."""

    person_id = models.UUIDField(primary_key=True)
    unreachable_at = models.DateTimeField(
        null=True, help_text="a mail system said that nobody reads mail there"
    )
    unwanted_at = models.DateTimeField(null=True, help_text="its reader called a letter unwanted")
    status = models.TextField(default="", help_text="enhanced status code of the latest report")
    readdressed_at = models.DateTimeField(
        null=True, help_text="reports on letters of before are about another address"
    )
