"""Django's name for this package."""

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """A finished course becomes a certificate that anyone can check."""

    name = "gelombang.journey.certification"
    label = "certification"
