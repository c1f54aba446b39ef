"""Django's name for this audience's pages."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """The desk of the programme's staff."""

    name = "gelombang.web.operators"
    label = "operators"
