"""Accounts, instalments, batches and payouts: what each may become (money.md).

Here are the states of all four and what holds instalments back; how an account is judged is in
`linking`, how batches are made and payments judged in `paying`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text


class AccountState(StrEnum):
    """Where the linking of a payout account stands."""

    ASKED = "asked"
    """Stated by the person; the partner has not answered yet."""
    LINKED = "linked"
    """The partner confirmed it and the name matches: money goes there."""
    REFUSED = "refused"
    """Not linked; the reason says why."""
    REPLACED = "replaced"
    """The person linked another one since."""


ACCOUNT_MOVES: Mapping[str, frozenset[str]] = {
    AccountState.ASKED: frozenset({AccountState.LINKED, AccountState.REFUSED}),
    AccountState.LINKED: frozenset({AccountState.REPLACED}),
    AccountState.REFUSED: frozenset(),
    AccountState.REPLACED: frozenset(),
}
OWNING = (AccountState.LINKED, AccountState.REPLACED)
"""An account in one of these belongs to its person for ever (money.md, rule 8)."""


class InstalmentState(StrEnum):
    """What is owed to a recipient, and how far it came."""

    PLANNED = "planned"
    """Promised by the scheme; its day or its condition has not come."""
    HELD = "held"
    """Its day has come, and something stands in the way: the reason says what."""
    DUE = "due"
    """Owed now; waits for a batch."""
    IN_PAYMENT = "in_payment"
    """An attempt to pay it is under way."""
    PAID = "paid"
    """It arrived."""
    FORFEITED = "forfeited"
    """The award ended before it was paid."""
    RECOVERING = "recovering"
    """Paid wrongly; asked back."""
    RECOVERED = "recovered"
    """Had back."""


INSTALMENT_MOVES: Mapping[str, frozenset[str]] = {
    InstalmentState.PLANNED: frozenset(
        {InstalmentState.HELD, InstalmentState.DUE, InstalmentState.FORFEITED}
    ),
    InstalmentState.HELD: frozenset({InstalmentState.DUE, InstalmentState.FORFEITED}),
    InstalmentState.DUE: frozenset(
        {
            InstalmentState.HELD,
            InstalmentState.IN_PAYMENT,
            InstalmentState.PAID,
            InstalmentState.FORFEITED,
        }
    ),
    InstalmentState.IN_PAYMENT: frozenset({InstalmentState.PAID, InstalmentState.DUE}),
    InstalmentState.PAID: frozenset({InstalmentState.DUE, InstalmentState.RECOVERING}),
    InstalmentState.FORFEITED: frozenset(),
    InstalmentState.RECOVERING: frozenset({InstalmentState.RECOVERED}),
    InstalmentState.RECOVERED: frozenset(),
}


class BatchState(StrEnum):
    """Where a batch of payouts stands: made, checked and released by three people."""

    PREPARED = "prepared"
    """Made; nothing leaves before somebody else has checked it."""
    APPROVED = "approved"
    """Checked; nothing leaves before a third person releases it."""
    RELEASED = "released"
    """Being paid."""
    FINISHED = "finished"
    """Every payout of it has a final answer or was stopped."""
    STOPPED = "stopped"
    """Stopped before or during release; what had not been sent goes back to due."""


BATCH_MOVES: Mapping[str, frozenset[str]] = {
    BatchState.PREPARED: frozenset({BatchState.APPROVED, BatchState.STOPPED}),
    BatchState.APPROVED: frozenset({BatchState.RELEASED, BatchState.STOPPED}),
    BatchState.RELEASED: frozenset({BatchState.FINISHED, BatchState.STOPPED}),
    BatchState.FINISHED: frozenset(),
    BatchState.STOPPED: frozenset(),
}


class PayoutState(StrEnum):
    """One attempt to pay one instalment, under one permanent reference."""

    PREPARED = "prepared"
    """In a batch that was made."""
    APPROVED = "approved"
    """In a batch that was checked."""
    RELEASED = "released"
    """May leave."""
    SENT = "sent"
    """Reserved in the ledger and about to be told to the partner, or told."""
    PAID = "paid"
    """The partner said finally: paid."""
    FAILED = "failed"
    """The partner said finally: not paid, and will not be."""
    UNKNOWN = "unknown"
    """Told to the partner, and nobody knows what became of it: enquire, never resend blindly."""
    STOPPED = "stopped"
    """Taken back before it left."""
    RETURNED = "returned"
    """Paid, and brought back by the partner."""


PAYOUT_MOVES: Mapping[str, frozenset[str]] = {
    PayoutState.PREPARED: frozenset({PayoutState.APPROVED, PayoutState.STOPPED}),
    PayoutState.APPROVED: frozenset({PayoutState.RELEASED, PayoutState.STOPPED}),
    PayoutState.RELEASED: frozenset({PayoutState.SENT, PayoutState.STOPPED}),
    PayoutState.SENT: frozenset({PayoutState.PAID, PayoutState.FAILED, PayoutState.UNKNOWN}),
    PayoutState.UNKNOWN: frozenset({PayoutState.PAID, PayoutState.FAILED, PayoutState.SENT}),
    PayoutState.PAID: frozenset({PayoutState.RETURNED}),
    PayoutState.FAILED: frozenset({PayoutState.PAID}),
    PayoutState.STOPPED: frozenset(),
    PayoutState.RETURNED: frozenset(),
}
OPEN = (
    PayoutState.PREPARED,
    PayoutState.APPROVED,
    PayoutState.RELEASED,
    PayoutState.SENT,
    PayoutState.UNKNOWN,
)
TAKING = (*OPEN, PayoutState.PAID)
"""An instalment has at most one payout in one of these: nobody is paid twice."""

WALLETS: Mapping[str, str] = {"gopay": "GoPay", "ovo": "OVO", "linkaja": "LinkAja"}
BANKS: Mapping[str, str] = {"bni": "BNI"}
PARTNERS: Mapping[str, str] = {**WALLETS, **BANKS}
"""Payment partners by code, with the names people know. Each has a contract in the programme."""


class UnknownPartner(Refusal):
    """The programme pays through other partners."""

    sentence: ClassVar[Text] = Text(
        id="Pilih salah satu mitra pembayaran: GoPay, OVO, LinkAja, atau BNI.",
        en="Choose one of the payment partners: GoPay, OVO, LinkAja or BNI.",
    )


class HeldReason(StrEnum):
    """What stands between a person and an instalment whose day has come."""

    NO_ACCOUNT = "no_account"
    """No account is linked yet."""
    COOLING = "cooling"
    """The account was changed less than 72 hours ago."""
    ACCOUNT_REFUSED = "account_refused"
    """The partner finally refused to pay into the account."""
    LIMIT = "limit"
    """The account may take no more this month."""
    CERTIFICATE_REVOKED = "certificate_revoked"
    """No reviewed certificate of the award holds any more."""
    AWARD_ENDED = "award_ended"
    """The award ended; a person decides (money.md, rule 9)."""
    RECHECK = "recheck"
    """A registry's answer about the person has expired and is asked for again; by itself."""
    FACT_CHANGED = "fact_changed"
    """A registry's newer answer contradicts what the award rests on; a person decides."""
    UNCOVERED = "uncovered"
    """The books do not cover it; a person looks into it."""


HELD_WORDS: Mapping[str, Text] = {
    HeldReason.NO_ACCOUNT: Text(
        id="Menunggu Anda menghubungkan akun pembayaran.",
        en="Waits until you link a payout account.",
    ),
    HeldReason.COOLING: Text(
        id="Akun Anda baru diganti; pembayaran dimulai setelah masa tunggu.",
        en="Your account was changed recently; payments begin after the waiting time.",
    ),
    HeldReason.ACCOUNT_REFUSED: Text(
        id="Mitra pembayaran menolak akun Anda. Hubungkan akun lain.",
        en="The payment partner refused your account. Please link another one.",
    ),
    HeldReason.LIMIT: Text(
        id="Akun Anda sudah penuh bulan ini. Dicoba lagi bulan depan, atau hubungkan akun lain.",
        en="Your account can take no more this month. Tried again next month, or link another one.",
    ),
    HeldReason.CERTIFICATE_REVOKED: Text(
        id="Sertifikat Anda dicabut.", en="Your certificate was revoked."
    ),
    HeldReason.AWARD_ENDED: Text(
        id="Bantuan Anda sudah berakhir. Petugas akan memeriksanya.",
        en="Your benefit has ended. The office will look into it.",
    ),
    HeldReason.RECHECK: Text(
        id="Data Anda kami tanyakan ulang sebelum pembayaran ini. Anda tidak perlu berbuat apa pun "
        "sekarang.",
        en="We ask about your data again before this payment. There is nothing you need to do.",
    ),
    HeldReason.FACT_CHANGED: Text(
        id="Menurut jawaban terbaru mitra data, keadaan Anda berubah. Petugas akan memeriksanya.",
        en="By the latest answer of a data owner your situation has changed. The office looks into "
        "it.",
    ),
    HeldReason.UNCOVERED: Text(id="Sedang diperiksa petugas.", en="The office is looking into it."),
}
INSTALMENT_WORDS: Mapping[str, Text] = {
    InstalmentState.PLANNED: Text(id="Direncanakan", en="Planned"),
    InstalmentState.HELD: Text(id="Ditahan", en="On hold"),
    InstalmentState.DUE: Text(id="Jatuh tempo", en="Due"),
    InstalmentState.IN_PAYMENT: Text(id="Sedang dibayarkan", en="Being paid"),
    InstalmentState.PAID: Text(id="Sudah dibayarkan", en="Paid"),
    InstalmentState.FORFEITED: Text(id="Gugur", en="Forfeited"),
    InstalmentState.RECOVERING: Text(id="Sedang diminta kembali", en="Being asked back"),
    InstalmentState.RECOVERED: Text(id="Sudah dikembalikan", en="Returned"),
}

ACCOUNT_REASONS = (
    HeldReason.NO_ACCOUNT,
    HeldReason.COOLING,
    HeldReason.ACCOUNT_REFUSED,
    HeldReason.LIMIT,
)
"""What another account puts right."""


KIND_NAMES: Mapping[str, Text] = {
    "completion_incentive": Text(id="Insentif pelatihan", en="Training incentive"),
    "survey_incentive": Text(id="Insentif survei", en="Survey incentive"),
}


@dataclass(frozen=True, slots=True)
class HeldBack:
    """An instalment that is due and cannot be paid, and to which account it could not."""

    instalment_id: int
    reason: HeldReason
    account_id: int | None = None


LOOK_AGAIN = timedelta(minutes=10)
"""Virtual time after which an instalment that waits for an answer is looked at again."""


def months_later(start: datetime, *, months: int, zone: ZoneInfo) -> datetime:
    """The same local day and time so many calendar months later, or the last day of that month.

    31 January and one month is 28 or 29 February; two are 31 March again.
    """
    local = start.astimezone(zone)
    years, month = divmod(local.month - 1 + months, 12)
    year = local.year + years
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    later = local.replace(year=year, month=month + 1, day=min(local.day, last))
    return later.astimezone(UTC)


def next_month(now: datetime, *, zone: ZoneInfo) -> datetime:
    """The first midnight of the next month in the programme's zone."""
    first = now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return months_later(first, months=1, zone=zone)
