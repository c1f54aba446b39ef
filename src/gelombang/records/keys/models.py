"""Where the rotation of the index keys stands."""

from django.db import models
from django.db.models import Q

from gelombang.kit.indexing import END


class IndexFrontier(models.Model):
    """The one row that says how far the blind indexes of the database are (kit.indexing.Frontier).

    Ids of keys are those that indexes carry: 0 for the first key of the chain.
    """

    id = models.BooleanField(primary_key=True, default=True, help_text="true: there is one row")
    settled = models.SmallIntegerField(default=0, help_text="key of all indexes, unless rotating")
    coming = models.SmallIntegerField(default=0, help_text="key they move to; settled if none")
    reached = models.BigIntegerField(
        default=0, help_text="indexes whose first four bytes are below it have moved"
    )
    coming_print = models.TextField(
        default="", db_default="", help_text="fingerprint of the coming key"
    )

    class Meta:
        """One row, with a place that exists."""

        constraints = (
            models.CheckConstraint(condition=Q(id=True), name="keys_one_frontier"),
            models.CheckConstraint(
                condition=Q(reached__range=(0, END)), name="keys_frontier_reached"
            ),
        )
