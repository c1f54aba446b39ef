"""Django's name for this package."""

from django.apps import AppConfig


class NominationsConfig(AppConfig):
    """An agency proposes people. A nomination is not a registration."""

    name = "gelombang.journey.nominations"
    label = "nominations"
