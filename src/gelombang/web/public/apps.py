"""Django's name for this audience's pages."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Pages that anybody may read."""

    name = "gelombang.web.public"
    label = "public"
