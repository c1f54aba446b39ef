"""The programme as dated data: versions of the file, the schedule, the door controls."""

from django.db import models

from gelombang import store


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
    """How the front door stands. The latest row is in force."""

    paused = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    actor = models.TextField()
    reason = models.TextField()
