"""Accounts and transfers. One immutable row moves money, so the books balance by construction."""

from django.db import models
from django.db.models import F, Q

from gelombang import store
from gelombang.records.ledger.rules import CURRENCY, MAY_BE_NEGATIVE


class Account(store.Row):
    """A purse in the books. Only `treasury` and `partner_external` may be below zero."""

    kind = models.TextField()
    holder = models.TextField(help_text="whom it belongs to, e.g. award:17")
    currency = models.CharField(max_length=3, default=CURRENCY)
    may_be_negative = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(kind__in=sorted(map(str, MAY_BE_NEGATIVE))), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="follows from the kind, so that nobody can grant it",
    )

    class Meta:
        """One purse per kind, holder and currency."""

        constraints = (
            models.UniqueConstraint(
                fields=["kind", "holder", "currency"], name="ledger_account_once"
            ),
        )


class Transfer(store.Row):
    """An amount that went from one account to another. Never edited, never deleted."""

    debit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    credit_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount = models.BigIntegerField(help_text="whole rupiah, above zero")
    kind = models.TextField(help_text="transfer kind of docs/reference: budget, commit, grant ...")
    reference = models.TextField(unique=True, help_text="why it exists; makes it happen once")
    resolves = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="the reservation that this posts or voids, once",
    )
    happened_at = models.DateTimeField()
    xid = store.TransactionIdField(help_text="transaction, for snapshots in commit order")

    class Meta:
        """Amounts are positive and go somewhere else."""

        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_positive"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="ledger_two_accounts"
            ),
        )
        indexes = (
            models.Index(fields=["debit_account", "xid"], include=["amount"], name="ledger_debits"),
            models.Index(
                fields=["credit_account", "xid"], include=["amount"], name="ledger_credits"
            ),
        )


class Snapshot(store.Row):
    """What an account held when every transaction below `xid` had ended. Never edited."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    balance = models.DecimalField(
        max_digits=30, decimal_places=0, help_text="rupiah; a sum of bigints may exceed one"
    )
    before_xid = models.TextField(help_text="xid8 as text: transfers below it are counted in")
    taken_at = models.DateTimeField(help_text="virtual instant")

    class Meta:
        """Read by account, latest first."""

        indexes = (models.Index(fields=["account", "-id"], name="ledger_snapshot_latest"),)
