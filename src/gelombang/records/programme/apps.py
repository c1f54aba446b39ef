"""Django's name for this package."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Schemes, budgets, calendar, areas and door controls: dated data."""

    name = "gelombang.records.programme"
    label = "programme"
