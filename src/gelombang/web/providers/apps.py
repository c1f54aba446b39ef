"""Django's name for this audience's calls."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Calls of training providers."""

    name = "gelombang.web.providers"
    label = "providers"
