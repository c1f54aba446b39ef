"""Django's name for this package."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Providers, courses, purchases, attendance."""

    name = "gelombang.journey.learning"
    label = "learning"
