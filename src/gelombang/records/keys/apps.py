"""Django's name for this package."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Rotation of sealing and index keys."""

    name = "gelombang.records.keys"
    label = "keys"
