"""Django's name for this package."""

from django.apps import AppConfig


class WavesConfig(AppConfig):
    """A wave opens, people join it, it closes."""

    name = "gelombang.journey.waves"
    label = "waves"
