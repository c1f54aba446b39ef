"""The draw of a wave: candidates, places, awards."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.selection.rules import HOLDING, AwardState, DrawState


class Draw(store.Row):
    """At most one commitment and one result per wave."""

    wave = models.OneToOneField("waves.Wave", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default=DrawState.REQUESTED)
    requested_at = models.DateTimeField()
    requested_by = models.TextField()
    rules_file = models.TextField(default="", help_text="rules.json to the byte")
    rules_sha256 = models.TextField(default="")
    list_sha256 = models.TextField(default="")
    merkle_root = models.TextField(default="")
    candidates = models.IntegerField(null=True)
    published_at = models.DateTimeField(null=True, help_text="virtual instant of the commitment")
    beacon_chain = models.TextField(default="")
    beacon_round = models.BigIntegerField(null=True)
    beacon_at = models.DateTimeField(null=True, help_text="virtual instant of the round")
    randomness = models.TextField(default="")
    signature = models.TextField(default="")
    witnesses = models.JSONField(default=list, db_default=[], help_text="who got the digests")
    commitment_file = models.TextField(default="", db_default="", help_text="to the byte")
    cutoffs_file = models.TextField(default="", db_default="", help_text="to the byte")
    draw_requested_at = models.DateTimeField(null=True)
    round_failed_at = models.DateTimeField(
        null=True, help_text="real instant of the first try in vain to get the round"
    )
    void_reason = models.TextField(default="", db_default="")
    assessed_entry = models.BigIntegerField(
        default=0, db_default=0, help_text="entries up to this id are judged"
    )
    settled_entry = models.BigIntegerField(
        default=0, db_default=0, help_text="entries up to this id are awarded and told"
    )
    stopped_reason = models.TextField(
        default="", db_default="", help_text="code of the refusal that stopped awarding"
    )
    list_written_at = models.DateTimeField(null=True, help_text="real instant")
    result_written_at = models.DateTimeField(null=True, help_text="real instant")
    drawn_at = models.DateTimeField(null=True)
    awarded_at = models.DateTimeField(null=True)


class Candidate(models.Model):
    """One entry judged: eligible or not, with reasons; then its score and outcome."""

    entry = models.OneToOneField(
        "waves.Entry", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id = models.UUIDField()
    ticket = models.CharField(
        max_length=24, unique=True, db_collation="C", help_text="sorted by its bytes"
    )
    area = models.CharField(max_length=16)
    tier = models.CharField(max_length=8)
    eligible = models.BooleanField()
    reasons = models.JSONField(
        default=list, help_text="per rule that refuses: rule, version, fact, source, date"
    )
    decided_at = models.DateTimeField()
    score = models.CharField(max_length=64, default="")
    outcome = models.TextField(default="")
    won_in_pass = models.IntegerField(null=True)
    waiting_rank = models.IntegerField(null=True)
    place = models.OneToOneField(
        "Place", on_delete=models.PROTECT, null=True, related_name="+", help_text="that was won"
    )
    withheld = models.TextField(
        default="", db_default="", help_text="rule that forbade the award after the draw"
    )

    rechecks_since = models.DateTimeField(
        null=True, help_text="virtual instant; a winner whose award waits for an answer since"
    )

    class Meta:
        """Read in order of entries, and in order of tickets where eligible."""

        indexes = (
            models.Index(
                fields=["draw", "entry"],
                condition=Q(rechecks_since__isnull=False),
                name="selection_rechecks",
            ),
            models.Index(fields=["draw", "entry"], name="selection_candidate_draw"),
            models.Index(
                fields=["draw", "ticket"], condition=Q(eligible=True), name="selection_listed"
            ),
            models.Index(fields=["person_id"], name="selection_candidate_person"),
        )


class Place(store.Row):
    """One place of a wave: a row, so that no quota is ever oversold."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.CharField(max_length=16)
    tier = models.CharField(max_length=8)
    number = models.IntegerField(help_text="1 ... within the cell")

    class Meta:
        """A place exists once."""

        constraints = (
            models.UniqueConstraint(
                fields=["draw", "area", "tier", "number"], name="selection_place_once"
            ),
        )


class MerkleLevel(store.Row):
    """One level of the tree over the published list, so that a proof needs no rebuilding."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.IntegerField(help_text="0 are the leaves")
    hashes = models.BinaryField(help_text="32 bytes each, in order")

    class Meta:
        """A level stands once."""

        constraints = (
            models.UniqueConstraint(fields=["draw", "level"], name="selection_merkle_once"),
        )


class Award(store.Row):
    """A place given to a person, on the terms of one scheme version."""

    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(default=AwardState.OPEN)
    scheme = models.TextField(help_text="scheme code of the programme version")
    programme_version = models.ForeignKey(
        "programme.ProgrammeVersion", on_delete=models.PROTECT, related_name="+"
    )
    amount = models.BigIntegerField(help_text="the whole benefit in rupiah")
    awarded_at = models.DateTimeField()
    purchase_by = models.DateTimeField(
        null=True, help_text="virtual instant by which the first course must be bought"
    )
    spend_by = models.DateTimeField(
        null=True, help_text="virtual instant at which what is left of the balance expires"
    )
    accepted_at = models.DateTimeField(null=True, help_text="virtual instant")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", db_default="", help_text="code or words of the desk")
    reminded_at = models.DateTimeField(
        null=True, help_text="virtual instant at which the deadline's reminder was settled"
    )
    deadline_met = models.BooleanField(
        default=False, db_default=False, help_text="the deadline passed after a purchase"
    )
    balance_closed = models.BooleanField(
        default=False, db_default=False, help_text="spend_by passed and nothing is left to expire"
    )

    class Meta:
        """A place is held once; a person holds at most one award at a time.

        The indexes hold what the sweeps of deadlines have yet to look at, and nothing else.
        """

        constraints = (
            models.UniqueConstraint(
                fields=["place"], condition=Q(state__in=HOLDING), name="selection_place_held_once"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=HOLDING), name="selection_one_award"
            ),
        )
        indexes = (
            models.Index(
                fields=["purchase_by", "id"],
                condition=Q(state__in=HOLDING, deadline_met=False),
                name="selection_to_lapse",
            ),
            models.Index(
                fields=["purchase_by", "id"],
                condition=Q(state__in=HOLDING, reminded_at=None),
                name="selection_to_remind",
            ),
            models.Index(
                fields=["spend_by", "id"],
                condition=Q(state=AwardState.ACCEPTED, balance_closed=False),
                name="selection_to_expire",
            ),
        )
