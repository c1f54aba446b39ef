"""The programme as dated data: versions of the file, the schedule, the door controls."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gelombang import store
from gelombang.records.programme.rules import DOOR_LIMITS


class ProgrammeVersion(store.Row):
    """One loaded version of a programme file. Never edited."""

    code = models.TextField(help_text="e.g. PKJ-2020")
    number = models.IntegerField(help_text="1, 2, 3 ... per code")
    sha256 = models.TextField(help_text="of the file's bytes")
    source = models.TextField(help_text="the file as it was loaded")
    content = models.JSONField(help_text="the checked content")
    loaded_at = models.DateTimeField()
    loaded_by = models.TextField()

    class Meta:
        """A file is loaded once; numbers do not repeat."""

        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="programme_version_number"),
            models.UniqueConstraint(fields=["code", "sha256"], name="programme_version_once"),
        )


class ScheduleEntry(store.Row):
    """One announced calendar of one subject. The latest row is in force; older ones are history."""

    programme_code = models.TextField()
    subject = models.TextField(help_text="`registration`, or a wave id such as PKJ-2020-W01")
    name = models.TextField(help_text="as people read it, e.g. Gelombang 1")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        """Read by subject, latest first."""

        indexes = (models.Index(fields=["subject", "-id"], name="programme_schedule_subject"),)


class DoorControl(store.Row):
    """How the front door stands. The latest row is in force; the limits are those of `rules`."""

    paused = models.BooleanField(default=False)
    admission_per_second = models.IntegerField(default=2_500, db_default=2_500)
    proof_cost = models.IntegerField(
        default=100, db_default=100, help_text="PBKDF2 iterations of a challenge; 0 asks for none"
    )
    address_per_minute = models.IntegerField(default=60, db_default=60)
    network_per_minute = models.IntegerField(default=1_200, db_default=1_200)
    house_admission = models.BooleanField(default=False, db_default=False)
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    reason = models.TextField()

    class Meta:
        """A door that admits nobody, or whose proof nobody can finish, is a mistake."""

        constraints = tuple(
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__gte": lowest, f"{name}__lte": highest}),
                name=f"programme_door_{name}",
            )
            for name, (lowest, highest) in DOOR_LIMITS.items()
        )


class Signoff(store.Row):
    """Somebody answers for one opening, with the checks as they stood. Never edited."""

    subject = models.TextField(help_text="`registration`")
    opens_at = models.DateTimeField(help_text="the opening it is given for, and no other")
    report = models.JSONField(help_text="the readiness report: each check, its state, its sentence")
    overridden = models.BooleanField(help_text="given although a check failed")
    reason = models.TextField()
    actor = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        """Asked for by subject and opening, once a second by every front door."""

        indexes = (models.Index(fields=["subject", "opens_at"], name="programme_signoff_opening"),)


class ReadinessReport(store.Row):
    """A look at what must hold before an opening: asked for at the desk, made by the worker."""

    asked_at = models.DateTimeField(help_text="real instant")
    asked_by = models.TextField()
    taken_at = models.DateTimeField(null=True, help_text="real instant; null until it is made")
    report = models.JSONField(null=True)

    class Meta:
        """The worker looks for what is asked and not made."""

        indexes = (
            models.Index(
                fields=["id"], name="programme_readiness_asked", condition=models.Q(taken_at=None)
            ),
        )


class DoorTally(store.Row):
    """What one process of the front door did in one second. Written by it, forgotten in a week."""

    process = models.TextField(help_text="host and process id")
    at = models.DateTimeField(help_text="real instant")
    offered = models.IntegerField()
    accepted = models.IntegerField(help_text="committed, with a receipt")
    ticketed = models.IntegerField()
    shed = models.IntegerField(help_text="paused or full")
    paced = models.IntegerField()
    refused = models.IntegerField()
    queue_depth = models.IntegerField(help_text="rows that waited for a commit at its end")
    batches = models.IntegerField()
    rows = models.IntegerField()
    commit_ms = models.IntegerField(help_text="of all its batches together")
    latency = ArrayField(
        models.IntegerField(), help_text="bucket, count, bucket, count ... of the writing routes"
    )

    class Meta:
        """Read for the last minutes, and forgotten, by instant."""

        db_table = "door_tally"
        indexes = (models.Index(fields=["at"], name="door_tally_at"),)


class QueueTally(store.Row):
    """How many tickets of one second one process handed out: all that is kept of who waits."""

    subject = models.TextField(help_text="`registration`, a wave id, or `house`")
    second = models.BigIntegerField(help_text="of the queue's axis: seconds since 1970")
    issued = models.IntegerField()

    class Meta:
        """Read from the watermark on."""

        db_table = "queue_tally"
        indexes = (models.Index(fields=["subject", "second"], name="queue_tally_place"),)


class VisitorSketch(store.Row):
    """Whom one process of the front door saw on one day, as a sketch that names nobody.

    The latest row of a process and day holds all of it. Written by the door, forgotten in a week.
    """

    day = models.DateField(help_text="of the calendar, in WIB")
    registers = models.BinaryField(help_text="HyperLogLog, 4,096 bytes")
    recorded_at = models.DateTimeField()
    process = models.TextField(help_text="host, process id and its start")

    class Meta:
        """Read by day, the latest of each process."""

        db_table = "visitor_sketch"
        indexes = (models.Index(fields=["day", "process", "-id"], name="visitor_sketch_latest"),)


class VisitorDay(models.Model):
    """How many different visitors a day had: the sketches of all processes together."""

    day = models.DateField(primary_key=True)
    visitors = models.IntegerField(help_text="an estimate, off by 1.6 % as a rule")
    folded_at = models.DateTimeField()

    class Meta:
        """One count a day."""

        db_table = "visitor_day"


class QueueCall(store.Row):
    """How far a queue was called at one second: whichever process comes first appends it."""

    subject = models.TextField()
    tick = models.BigIntegerField(help_text="real seconds since 1970")
    watermark_us = models.BigIntegerField(
        help_text="microseconds since 1970: tickets at or before it may come in"
    )
    called = models.IntegerField(help_text="tickets that the watermark passed since the last call")
    spare = models.IntegerField(
        db_default=0, help_text="tickets that it might have passed too, had there been any"
    )
    per_second = models.IntegerField(
        db_default=0, help_text="tickets a second that it was allowed; 0 where it was not told"
    )

    class Meta:
        """One call a second, the latest first."""

        db_table = "queue_call"
        constraints = (models.UniqueConstraint(fields=["subject", "tick"], name="queue_call_once"),)
