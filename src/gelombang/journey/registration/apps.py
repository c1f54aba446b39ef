"""Django's name for this package."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Someone asks to take part and proves the e-mail address."""

    name = "gelombang.journey.registration"
    label = "registration"
