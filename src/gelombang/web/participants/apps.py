"""Django's name for this audience's pages."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Pages of people who take part."""

    name = "gelombang.web.participants"
    label = "participants"
