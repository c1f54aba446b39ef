"""Django's name for this package."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """What people tell us: reviews and surveys."""

    name = "gelombang.journey.feedback"
    label = "feedback"
