"""Django's name for this audience's pages."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The house's JSON API."""

    name = "gelombang.web.api"
    label = "api"
