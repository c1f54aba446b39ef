"""Django's name for this audience's pages."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """Pages of agencies that nominate people."""

    name = "gelombang.web.agencies"
    label = "agencies"
