"""Django's name for this package."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Accounts and transfers; nothing is ever edited."""

    name = "gelombang.records.ledger"
    label = "ledger"
