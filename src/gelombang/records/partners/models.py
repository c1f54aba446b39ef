"""Contracts with partners: how fast we may ask, and whether we may at all."""

from django.db import models


class Partner(models.Model):
    """One outside service, its pace, its health and what stopped it."""

    code = models.TextField(primary_key=True, help_text="civil_registry, education, social_aid ...")
    name = models.TextField()
    calls_per_second = models.IntegerField(help_text="what the contract allows")
    burst = models.IntegerField(help_text="permits that may gather while nobody asks")
    batch_size = models.IntegerField(default=1, help_text="records one call may carry")
    programme_version = models.BigIntegerField(help_text="that the contract was taken from")
    permits = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    refilled_at = models.DateTimeField(help_text="real instant of the latest refill")
    parked_until = models.DateTimeField(
        null=True, help_text="virtual instant; the partner's day quota or hours forbid more before"
    )
    resting_until = models.DateTimeField(
        null=True, help_text="real instant; it fails, so nothing is asked before"
    )
    failures_in_row = models.IntegerField(default=0, help_text="outages since its latest answer")
    stopped_reason = models.TextField(default="", help_text="an operator fault that needs a person")
    calls = models.BigIntegerField(default=0, help_text="permits given")
    answers = models.BigIntegerField(default=0, help_text="records it answered usably")
    outages = models.BigIntegerField(default=0, help_text="calls it did not answer as agreed")
    wrong_answers = models.BigIntegerField(
        default=0, db_default=0, help_text="outages whose answer was about somebody else"
    )
    throttled = models.BigIntegerField(
        default=0, db_default=0, help_text="calls it refused because they were too many"
    )
    unsent = models.BigIntegerField(
        default=0, db_default=0, help_text="reserved calls handed back because their moment went by"
    )
    reserved_until = models.DateTimeField(
        null=True, help_text="real instant by the database's clock; nobody has a later moment"
    )
