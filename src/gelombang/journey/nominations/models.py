"""Lists that agencies upload, and the people on them."""

from django.db import models

from gelombang import store
from gelombang.journey.nominations.rules import NominationState


class NominationList(store.Row):
    """One uploaded file of one agency."""

    agency = models.TextField()
    uploaded_by = models.TextField()
    file_sha256 = models.TextField()
    received_at = models.DateTimeField()
    rows_total = models.IntegerField(default=0)
    rows_validated = models.IntegerField(default=0)
    rows_rejected = models.IntegerField(default=0)
    error_file = models.TextField(default="", help_text="CSV: row, column, problem; no values")

    class Meta:
        """The same file of the same agency counts once."""

        constraints = (
            models.UniqueConstraint(fields=["agency", "file_sha256"], name="nominations_list_once"),
        )


class Nomination(store.Row):
    """One proposed person. Matched to a registration by verification, never by itself."""

    list = models.ForeignKey(NominationList, on_delete=models.PROTECT, related_name="+")
    row_number = models.IntegerField()
    nomination_index = store.IndexField(
        purpose="nomination", null=True, db_index=True, help_text="purpose nomination"
    )
    nik_sealed = store.SealedField(purpose="nik", null=True, help_text="purpose nik")
    name_sealed = store.SealedField(purpose="name", null=True, help_text="purpose name")
    phone_sealed = store.SealedField(purpose="phone", null=True, help_text="purpose phone")
    agency_type = models.TextField(default="")
    sector = models.TextField(default="")
    employment_status = models.TextField(default="")
    area = models.TextField(default="")
    reason = models.TextField(default="")
    state = models.TextField(default=NominationState.RECEIVED)
    problem = models.TextField(default="", help_text="code of the first problem when rejected")

    class Meta:
        """A row of a list counts once."""

        constraints = (
            models.UniqueConstraint(fields=["list", "row_number"], name="nominations_row_once"),
        )
