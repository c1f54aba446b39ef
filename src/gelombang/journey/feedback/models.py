"""What people tell us."""

from django.db import models
from django.db.models import Q

from gelombang import store
from gelombang.journey.feedback.rules import HIGHEST_RATING, LOWEST_RATING


class Review(store.Row):
    """A rating with words (ulasan) by the holder of a certificate, once (R083). Never edited."""

    certificate = models.OneToOneField(
        "certification.Certificate", on_delete=models.PROTECT, related_name="+"
    )
    award = models.ForeignKey("selection.Award", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    course_code = models.TextField()
    rating = models.SmallIntegerField(help_text="1 to 5")
    words = models.TextField()
    reviewed_at = models.DateTimeField(help_text="virtual instant")
    xid = store.TransactionIdField(help_text="transaction, for later steps in commit order")

    class Meta:
        """One to five; read by course."""

        constraints = (
            models.CheckConstraint(
                condition=Q(rating__gte=LOWEST_RATING, rating__lte=HIGHEST_RATING),
                name="feedback_rating_known",
            ),
        )
        indexes = (
            models.Index(fields=["course_code"], include=["rating"], name="feedback_by_course"),
            models.Index(fields=["xid"], name="feedback_review_pull"),
        )


class SurveyAnswer(store.Row):
    """A survey answered by the holder of an award, once. Never edited."""

    award = models.ForeignKey(
        "selection.Award", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    survey = models.TextField(help_text="code of the survey, e.g. employment")
    version = models.IntegerField(help_text="of its questions")
    answers = models.JSONField(help_text="question to option codes; no free words")
    answered_at = models.DateTimeField(help_text="virtual instant")
    xid = store.TransactionIdField(help_text="transaction, for later steps in commit order")

    class Meta:
        """Answered once."""

        constraints = (
            models.UniqueConstraint(fields=["award", "survey"], name="feedback_survey_once"),
        )
        indexes = (models.Index(fields=["xid"], name="feedback_survey_pull"),)


class Tally(models.Model):
    """All counted reviews of a course; `Progress` says which are counted."""

    course_code = models.TextField(primary_key=True)
    rating_sum = models.BigIntegerField()
    rating_count = models.BigIntegerField()


class Progress(models.Model):
    """How far reviews have been counted, in commit order."""

    facts = models.TextField(primary_key=True, help_text="ratings")
    before_xid = models.TextField(help_text="xid8 as text: every row below it was counted")
