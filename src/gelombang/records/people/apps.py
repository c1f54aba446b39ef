"""Django's name for this package."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """One row per person; identifiers sealed; consent; lifetime claims."""

    name = "gelombang.records.people"
    label = "people"
