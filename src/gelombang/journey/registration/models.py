"""Intake from the front door, registrations, and sign-in codes."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.registration.rules import Channel, RegistrationState


class Submission(store.Row):
    """Intake, append-only, written by the front door: somebody pressed Register."""

    idempotency_key = models.TextField()
    receipt = models.TextField()
    email_sealed = store.SealedField(purpose="email", help_text="purpose email")
    email_index = store.IndexField(purpose="email", at_once=False, help_text="purpose email")
    phone_sealed = store.SealedField(purpose="phone", null=True, help_text="purpose phone")
    phone_index = store.IndexField(
        purpose="phone", at_once=False, null=True, help_text="purpose phone"
    )
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField(help_text="virtual instant of arrival")
    real_at = models.DateTimeField(help_text="real instant of arrival")
    claimed_at = models.DateTimeField(
        null=True, help_text="virtual issue of the ticket, for who finished after the close"
    )
    ticket = models.TextField(null=True, help_text="id of the waiting-room ticket that was spent")
    proof = models.TextField(null=True, help_text="name of the proof of work that was spent")
    xid = store.TransactionIdField()

    class Meta:
        """Pulled in commit order.

        Every index here grows at its right edge: keys, tickets and proofs begin with their time.
        A receipt is as random as a MAC, so its index belongs to the admission, off the hot path.
        Named constraints make one index each, where `unique=True` on text would make a second one
        for pattern matching, on the hottest table that we have.
        """

        db_table = "registration_submission"
        constraints = (
            models.UniqueConstraint(fields=["idempotency_key"], name="registration_key_once"),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(ticket__isnull=False),
                name="registration_ticket_once",
            ),
            models.UniqueConstraint(
                fields=["proof"], condition=Q(proof__isnull=False), name="registration_proof_once"
            ),
        )
        indexes = (models.Index(fields=["xid", "id"], name="registration_submission_pull"),)


class EmailConfirmation(store.Row):
    """Intake, append-only, written by the front door: a confirm button was pressed."""

    receipt = models.TextField()
    email_index = store.IndexField(
        purpose="email", at_once=False, help_text="purpose email, from the token of the link"
    )
    received_at = models.DateTimeField(help_text="virtual instant of arrival")
    real_at = models.DateTimeField(help_text="real instant of arrival")
    xid = store.TransactionIdField()

    class Meta:
        """Pulled in commit order."""

        db_table = "email_confirmation"
        constraints = (models.UniqueConstraint(fields=["receipt"], name="email_confirmation_once"),)
        indexes = (models.Index(fields=["xid", "id"], name="email_confirmation_pull"),)


class IntakeCursor(models.Model):
    """How far an intake table has been pulled, in (xid, id) order."""

    intake = models.CharField(max_length=63, primary_key=True, help_text="name of the table")
    xid = models.TextField(default="0", help_text="xid8 as text")
    row_id = models.BigIntegerField(default=0)


class Registration(store.Row):
    """One registration per person: all submissions of one address are the same."""

    person = models.OneToOneField("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default=RegistrationState.REGISTERED)
    submitted_at = models.DateTimeField(help_text="virtual instant of the first submission")
    email_confirmed_at = models.DateTimeField(null=True, help_text="virtual instant")

    class Meta:
        """Counted by instant for the public funnel."""

        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RegistrationState]),
                name="registration_state_known",
            ),
        )
        indexes = (
            models.Index(fields=["submitted_at"], name="registration_submitted"),
            models.Index(
                fields=["email_confirmed_at"],
                condition=Q(email_confirmed_at__isnull=False),
                name="registration_confirmed",
            ),
        )


class Admission(models.Model):
    """Which registration a submission became: every receipt leads to a person."""

    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="+")
    receipt = models.TextField(help_text="of the submission, to find it by")
    letter_owed_at = models.DateTimeField(
        null=True, help_text="real instant; null when the address had enough letters that day"
    )

    class Meta:
        """A receipt leads to one registration."""

        constraints = (
            models.UniqueConstraint(fields=["receipt"], name="registration_receipt_once"),
        )


class SignInCode(store.Row):
    """A six-digit code to sign in with. Lives ten real minutes and five tries.

    Every address that asks gets a row, known or not: limits, waiting times and answers are then
    the same for both, and nobody learns who takes part.
    """

    email_index = store.IndexField(purpose="email", help_text="purpose email")
    person = models.ForeignKey(
        "people.Person",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="who the code lets in; null where no code was sent",
    )
    link_sent = models.BooleanField(
        default=False, help_text="the address was not confirmed yet and got a new confirm link"
    )
    code_mac = models.BinaryField(help_text="HMAC of row salt and code; never the code")
    salt = models.BinaryField()
    sent_at = models.DateTimeField(help_text="real instant")
    texted_at = models.DateTimeField(
        null=True, help_text="real instant at which it went out by text message"
    )
    expires_at = models.DateTimeField(help_text="real instant")
    attempts_left = models.IntegerField(default=5)
    used_at = models.DateTimeField(null=True, help_text="real instant")

    class Meta:
        """The newest code of an address counts; old ones are swept away."""

        indexes = (
            models.Index(fields=["email_index", "id"], name="registration_code_address"),
            models.Index(fields=["sent_at"], name="registration_code_sent"),
            models.Index(
                fields=["email_index"],
                condition=Q(link_sent=True),
                name="registration_links_sent",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(attempts_left__gte=0), name="registration_code_tries"
            ),
        )


class ContactChange(store.Row):
    """Somebody asks for another address or number, and proves it by a code sent there.

    All instants are real. An address that somebody else has gets a row whose code was never sent.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    channel = models.TextField()
    email_sealed = store.SealedField(purpose="email", null=True, help_text="purpose email")
    email_index = store.IndexField(purpose="email", null=True, help_text="purpose email")
    phone_sealed = store.SealedField(purpose="phone", null=True, help_text="purpose phone")
    phone_index = store.IndexField(purpose="phone", null=True, help_text="purpose phone")
    code_mac = models.BinaryField(help_text="HMAC of row salt and code; never the code")
    salt = models.BinaryField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.IntegerField(default=5)
    is_stepped_up = models.BooleanField(help_text="a fresh code of the present address came first")
    proven_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True, help_text="at once, or after the waiting time")
    settled_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", help_text="applied, cancelled, replaced or taken")

    class Meta:
        """Counted by person and by value, so that neither is flooded; due ones are applied."""

        indexes = (
            models.Index(fields=["person", "id"], name="registration_change_person"),
            models.Index(
                fields=["email_index", "id"],
                condition=Q(email_index__isnull=False),
                name="registration_change_email",
            ),
            models.Index(
                fields=["phone_index", "id"],
                condition=Q(phone_index__isnull=False),
                name="registration_change_phone",
            ),
            models.Index(
                fields=["effective_at"],
                condition=Q(outcome="", effective_at__isnull=False),
                name="registration_change_due",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]),
                name="registration_change_channel",
            ),
            models.CheckConstraint(
                condition=Q(
                    channel=Channel.EMAIL,
                    email_sealed__isnull=False,
                    email_index__isnull=False,
                    phone_sealed__isnull=True,
                    phone_index__isnull=True,
                )
                | Q(
                    channel=Channel.PHONE,
                    email_sealed__isnull=True,
                    email_index__isnull=True,
                    phone_sealed__isnull=False,
                    phone_index__isnull=False,
                ),
                name="registration_change_value",
            ),
            models.CheckConstraint(
                condition=Q(attempts_left__gte=0), name="registration_change_tries"
            ),
        )


class SignIn(store.Row):
    """Where somebody is signed in, until it ends. Instants are real."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    device = models.TextField(help_text="browser and system in two words, nothing finer")
    signed_in_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Listed for its person; old ones are swept away."""

        indexes = (
            models.Index(fields=["person", "id"], name="registration_signin_person"),
            models.Index(fields=["seen_at"], name="registration_signin_seen"),
        )
