"""Django's name for this package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, when, on whose authority; hash-chained by one sealer."""

    name = "gelombang.records.audit"
    label = "audit"
