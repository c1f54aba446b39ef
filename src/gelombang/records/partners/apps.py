"""Django's name for this package."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Contracts with partners, their pace and their health."""

    name = "gelombang.records.partners"
    label = "partners"
