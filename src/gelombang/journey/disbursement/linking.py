"""Payout accounts: what may be stated, and what a partner's answer about one means.

Pure. A technical fault is never a verdict, and the name that a partner keeps never leaves here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from gelombang.journey.disbursement.names import likeness
from gelombang.journey.disbursement.rules import PARTNERS, WALLETS, UnknownPartner
from gelombang.kit.errors import Refusal
from gelombang.kit.phone import PhoneMalformed, normalise_phone
from gelombang.kit.words import Text

LEASE = timedelta(minutes=1)
"""Real time in which an asked partner answers; after it the question may be asked again."""
MOST_A_DAY = 5
"""Accounts that a person may state within a virtual day, so that nobody tries numbers out."""
DAY = timedelta(days=1)
ANSWER_DUE = timedelta(days=1)
"""Virtual time after which a person may state another account, though the partner is silent."""
_BANK_DIGITS = re.compile(r"[0-9]{6,34}")  # lengths of banks differ; the inquiry is the truth
_BLANKS = re.compile(r"[\s.-]+")


class AccountMalformed(Refusal):
    """The text is no account number: a mobile number for a wallet, digits for a bank."""

    sentence: ClassVar[Text] = Text(
        id="Tulis nomor ponsel untuk dompet digital (misalnya 0812 3456 7890), atau nomor rekening "
        "dengan angka saja.",
        en="Enter a mobile number for a wallet (such as 0812 3456 7890), or a bank account number "
        "in digits only.",
    )


class AccountQuestionOpen(Refusal):
    """The partner has not answered about the account stated before."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Akun yang Anda isi sebelumnya masih diperiksa. Tunggu sampai selesai.",
        en="The account you gave before is still being checked. Please wait until that is done.",
    )


class AccountLinkedAlready(Refusal):
    """The very account is linked already: there is nothing to change."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Akun ini sudah terhubung.", en="This account is linked already."
    )


class TooManyAccounts(Refusal):
    """A person stated too many accounts within a day."""

    status: ClassVar[int] = 429
    sentence: ClassVar[Text] = Text(
        id="Anda sudah mencoba beberapa akun hari ini. Coba lagi besok.",
        en="You have tried several accounts today. Please try again tomorrow.",
    )


class NoAward(Refusal):
    """Only who holds an award has an account to be paid to."""

    status: ClassVar[int] = 409
    sentence: ClassVar[Text] = Text(
        id="Akun pembayaran hanya untuk penerima bantuan.",
        en="A payout account is for people who have the benefit.",
    )


class AccountRefusal(StrEnum):
    """Why an account was not linked."""

    NAME = "name"
    """The partner knows it under a name that is not the person's."""
    UNKNOWN_ACCOUNT = "unknown_account"
    """The partner keeps no such account."""
    INACTIVE = "inactive"
    """It is dormant, frozen or closed."""
    TAKEN = "taken"
    """It belongs to another person of the programme."""
    WITHDRAWN = "withdrawn"
    """The partner had not answered for a day, and the person stated another one."""


ACCOUNT_REFUSALS: Mapping[str, Text] = {
    AccountRefusal.NAME: Text(
        id="Akun ini tidak terdaftar atas nama Anda. Pakai akun milik Anda sendiri, dengan nama "
        "seperti di KTP Anda.",
        en="This account is not registered in your name. Use an account of your own, in the name "
        "on your identity card.",
    ),
    AccountRefusal.UNKNOWN_ACCOUNT: Text(
        id="Mitra pembayaran tidak mengenal nomor ini. Periksa nomornya.",
        en="The payment partner does not know this number. Please check it.",
    ),
    AccountRefusal.INACTIVE: Text(
        id="Akun ini tidak aktif. Aktifkan dahulu di mitra pembayaran, atau pakai akun lain.",
        en="This account is not active. Activate it with the payment partner, or use another.",
    ),
    AccountRefusal.TAKEN: Text(
        id="Akun ini sudah dipakai orang lain. Satu akun hanya untuk satu orang.",
        en="This account is used by another person. One account is for one person only.",
    ),
    AccountRefusal.WITHDRAWN: Text(
        id="Mitra pembayaran belum menjawab, dan Anda sudah mengisi akun lain.",
        en="The payment partner had not answered, and you gave another account.",
    ),
}


@dataclass(frozen=True, slots=True)
class HolderFound:
    """The partner keeps the account; its holder's name never leaves the comparison."""

    holder_name: str = field(repr=False)
    is_active: bool
    answer_sha256: str


@dataclass(frozen=True, slots=True)
class NoSuchAccount:
    """The partner keeps no such account."""

    answer_sha256: str


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """Nothing usable was said: asked again later, never a verdict."""

    why: str


AccountOutcome = HolderFound | NoSuchAccount | NotAnswered


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """One account to ask its partner about, in the hands of one worker until the lease ends."""

    account_id: int
    attempt: int
    account_no: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """What became of one question."""

    account_id: int
    attempt: int
    outcome: AccountOutcome


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer means: no refusal is a match; whether somebody owns it shows the database."""

    refusal: AccountRefusal | None
    score: int | None


def account_number(*, partner: str, typed: str) -> str:
    """The account number as it is kept: `+62…` for a wallet, digits for a bank (standards §10.5).

    Raises UnknownPartner, AccountMalformed.
    """
    if partner not in PARTNERS:
        raise UnknownPartner(field="partner")
    if partner in WALLETS:
        try:
            return normalise_phone(typed)
        except PhoneMalformed as malformed:
            raise AccountMalformed(field="account_no") from malformed
    digits = _BLANKS.sub("", typed)
    if not _BANK_DIGITS.fullmatch(digits):
        raise AccountMalformed(field="account_no")
    return digits


def judge_account(
    outcome: HolderFound | NoSuchAccount, *, verified_name: str, least_score: int
) -> Judged:
    """Whether the account can be the person's, by the name that the civil registry confirmed."""
    if isinstance(outcome, NoSuchAccount):
        return Judged(AccountRefusal.UNKNOWN_ACCOUNT, None)
    if not outcome.is_active:
        return Judged(AccountRefusal.INACTIVE, None)
    score = likeness(outcome.holder_name, verified_name)
    return Judged(None if score >= least_score else AccountRefusal.NAME, score)
