"""Waves, intake of entry requests, entries and their tickets."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.waves.rules import EntryState, WaveState


class Wave(models.Model):
    """One wave of the programme. Its instants are the schedule's, by its id."""

    id = models.CharField(max_length=32, primary_key=True, help_text="e.g. PKJ-2020-W01")
    number = models.IntegerField()
    programme_version = models.ForeignKey(
        "programme.ProgrammeVersion", on_delete=models.PROTECT, related_name="+"
    )
    quota = models.IntegerField(help_text="places")
    state = models.TextField(default=WaveState.PLANNED)
    opened_at = models.DateTimeField(null=True, help_text="virtual instant")
    closed_at = models.DateTimeField(null=True, help_text="virtual instant of the schedule's close")
    closed_real_at = models.DateTimeField(null=True, help_text="real instant of the move to closed")
    settling_entry = models.BigIntegerField(
        default=0, db_default=0, help_text="entries up to this id are settled or carried"
    )
    settled_at = models.DateTimeField(
        null=True, help_text="virtual instant at which every entry was settled or carried"
    )


class EntryRequest(store.Row):
    """Intake, append-only, written by the front door: somebody pressed Join."""

    idempotency_key = models.TextField()
    receipt = models.TextField()
    wave_id = models.CharField(max_length=32)
    person_id = models.UUIDField(help_text="from the door pass; decided by `enter`")
    language = models.CharField(max_length=2)
    received_at = models.DateTimeField(help_text="virtual instant of arrival")
    real_at = models.DateTimeField(help_text="real instant of arrival")
    claimed_at = models.DateTimeField(
        null=True, help_text="virtual issue of the ticket, for who finished after the close"
    )
    ticket = models.TextField(null=True, help_text="id of the waiting-room ticket that was spent")
    xid = store.TransactionIdField()

    class Meta:
        """Pulled in commit order; a receipt leads to its answer on the next page."""

        db_table = "wave_entry_request"
        constraints = (
            models.UniqueConstraint(fields=["idempotency_key"], name="wave_entry_key_once"),
            models.UniqueConstraint(fields=["receipt"], name="wave_entry_receipt_once"),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ticket__isnull=False), name="wave_entry_ticket_once"
            ),
        )
        indexes = (models.Index(fields=["xid", "id"], name="wave_entry_request_pull"),)


class IntakeCursor(models.Model):
    """How far an intake table has been pulled, in (xid, id) order."""

    intake = models.TextField(primary_key=True, help_text="name of the intake table")
    xid = models.TextField(default="0", help_text="xid8 as text")
    row_id = models.BigIntegerField(default=0)


class Entry(store.Row):
    """One person in one wave."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default=EntryState.JOINED)
    joined_at = models.DateTimeField(help_text="virtual instant of the request's arrival")
    withdrawn_at = models.DateTimeField(null=True, help_text="virtual instant, while withdrawn")
    carried_at = models.DateTimeField(null=True, help_text="virtual instant of the freeze")
    continues_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="the same person's entry in the next wave, once that is open",
    )  # fmt: skip

    class Meta:
        """One entry per wave and person; only a carried one goes on as another."""

        constraints = (
            models.UniqueConstraint(fields=["wave", "person"], name="waves_entry_once"),
            models.CheckConstraint(
                condition=Q(state=EntryState.CARRIED, carried_at__isnull=False)
                | (~Q(state=EntryState.CARRIED) & Q(carried_at=None, continues_as=None)),
                name="waves_entry_carried",
            ),
        )
        indexes = (
            models.Index(fields=["joined_at"], name="waves_entry_joined"),
            models.Index(fields=["wave", "id"], name="waves_entry_in_order"),
            models.Index(
                fields=["id"],
                condition=Q(state=EntryState.CARRIED, continues_as=None),
                name="waves_entry_to_continue",
            ),
            models.Index(
                fields=["continues_as"],
                condition=Q(continues_as__isnull=False),
                name="waves_entry_continued",
            ),
        )


class Ticket(models.Model):
    """The meaningless public id of an entry, given at joining. Never edited (draw.md)."""

    ticket = models.CharField(max_length=24, primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")


class EntryAnswer(models.Model):
    """What became of a request: an entry, or a refusal told on the next page."""

    request = models.OneToOneField(
        EntryRequest, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(default="", help_text="code of the refusal, empty when entered")
    wave_id = models.CharField(max_length=32, help_text="as the request named it")
    person_id = models.UUIDField()
    answered_at = models.DateTimeField()

    class Meta:
        """Read by person and wave, latest first."""

        indexes = (
            models.Index(fields=["person_id", "wave_id", "-request"], name="waves_answer_person"),
        )
