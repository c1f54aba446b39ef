"""Django's name for this package."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Eligibility, quota cells, a draw anyone can repeat, awards."""

    name = "gelombang.journey.selection"
    label = "selection"
