"""Django's name for this package."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages owed to people, and what became of them."""

    name = "gelombang.records.notices"
    label = "notices"
