"""Django's name for this package."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """The state confirms who they are and what holds for them."""

    name = "gelombang.journey.verification"
    label = "verification"
