"""Django's name for this package."""

from django.apps import AppConfig


class DisbursementConfig(AppConfig):
    """What all earlier steps earned becomes money in the right account, once."""

    name = "gelombang.journey.disbursement"
    label = "disbursement"
