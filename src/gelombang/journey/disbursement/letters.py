"""The letters about accounts and payments. No subject holds a number; no letter a name."""

from datetime import datetime

from gelombang.journey.disbursement.linking import ACCOUNT_REFUSALS
from gelombang.journey.disbursement.rules import KIND_NAMES, PARTNERS
from gelombang.kit.instants import show_instant
from gelombang.kit.money import show_idr
from gelombang.kit.words import Language, Text

Letter = tuple[str, str]  # subject and body

_NO_ACCOUNT = (
    Text(id="Insentif Anda menunggu akun pembayaran", en="Your incentive waits for an account"),
    Text(
        id="""Insentif Anda sebesar {amount} sudah dapat dibayarkan, tetapi kami belum tahu ke mana.

Hubungkan akun GoPay, OVO, LinkAja, atau rekening BNI milik Anda sendiri di sini:
{account}

Uang ini tetap milik Anda. Setelah akun terhubung, pembayaran berjalan sendiri.
""",
        en="""Your incentive of {amount} can be paid, but we do not know yet where to.

Link a GoPay, OVO or LinkAja account or a BNI bank account of your own here:
{account}

The money stays yours. Once an account is linked, the payment goes ahead by itself.
""",
    ),
)
_LINKED = (
    Text(id="Akun pembayaran Anda terhubung", en="Your payout account is linked"),
    Text(
        id="""Akun {partner} Anda yang berakhiran {ending} sudah terhubung. Insentif Anda dibayarkan
ke sana.

Bukan Anda yang melakukannya? Segera buka {help}
""",
        en="""Your {partner} account ending in {ending} is linked. Your incentives are paid into it.

Was it not you? Please open {help} at once
""",
    ),
)
_CHANGED = (
    Text(id="Akun pembayaran Anda diganti", en="Your payout account was changed"),
    Text(
        id="""Akun pembayaran Anda diganti menjadi {partner} yang berakhiran {ending}.

Demi keamanan, akun baru ini baru dipakai mulai {effective}. Sampai saat itu tidak ada pembayaran.

Bukan Anda? Segera hubungi kami sebelum waktu itu: {help}
Akun Anda: {account}
""",
        en="""Your payout account was changed to {partner} ending in {ending}.

For your safety the new account is used only from {effective}. Nothing is paid until then.

Was it not you? Please contact us before that time: {help}
Your account: {account}
""",
    ),
)
_REFUSED = (
    Text(id="Akun pembayaran belum dapat dihubungkan", en="Your payout account was not linked"),
    Text(
        id="""Akun {partner} yang berakhiran {ending} belum dapat dihubungkan.

{reason}

Perbaiki atau pakai akun lain di sini: {account}
""",
        en="""The {partner} account ending in {ending} could not be linked.

{reason}

Correct it or use another account here: {account}
""",
    ),
)
_PAID = (
    Text(id="Insentif Anda sudah dibayarkan", en="Your incentive has been paid"),
    Text(
        id="""{kind} ({number} dari {times}) sebesar {amount} sudah masuk ke akun {partner} Anda
yang berakhiran {ending}.

Nomor rujukan: {reference}
Semua pembayaran Anda: {payments}
""",
        en="""{kind} ({number} of {times}), {amount}, has arrived in your {partner} account
ending in {ending}.

Reference: {reference}
All your payments: {payments}
""",
    ),
)


def no_account(*, language: Language, amount: int, base_url: str) -> Letter:
    """To somebody whose first instalment (whole rupiah) is held for lack of an account."""
    return _letter(_NO_ACCOUNT, language, amount=show_idr(amount), account=_account(base_url))


def account_linked(*, language: Language, partner: str, ending: str, base_url: str) -> Letter:
    """To somebody whose first account is linked."""
    return _letter(_LINKED, language, partner=PARTNERS[partner], ending=ending,
                   help=_help(base_url))  # fmt: skip


def account_changed(
    *, language: Language, partner: str, ending: str, effective_at: datetime, base_url: str
) -> Letter:
    """To somebody whose account was replaced: what is new, from when, and whom to tell (rule 8)."""
    return _letter(
        _CHANGED,
        language,
        partner=PARTNERS[partner],
        ending=ending,
        effective=show_instant(effective_at).in_language(language),
        help=_help(base_url),
        account=_account(base_url),
    )


def account_refused(
    *, language: Language, partner: str, ending: str, reason: str, base_url: str
) -> Letter:
    """To somebody whose account was not linked: why (a code), and what to do."""
    why = ACCOUNT_REFUSALS[reason].in_language(language)
    return _letter(_REFUSED, language, partner=PARTNERS[partner], ending=ending, reason=why,
                   account=_account(base_url))  # fmt: skip


def paid(  # noqa: PLR0913 - what the letter tells
    *,
    language: Language,
    amount: int,
    kind: str,
    number: int,
    times: int,
    partner: str,
    ending: str,
    reference: str,
    base_url: str,
) -> Letter:
    """To somebody whom an instalment (whole rupiah) has reached, with the payout's reference."""
    return _letter(_PAID, language, kind=KIND_NAMES[kind].in_language(language), number=number,
                   times=times, amount=show_idr(amount), partner=PARTNERS[partner], ending=ending,
                   reference=reference, payments=f"{base_url}/saya/pembayaran")  # fmt: skip


def _account(base_url: str) -> str:
    return f"{base_url}/saya/akun"


def _help(base_url: str) -> str:
    return f"{base_url}/bantuan"


def _letter(words: tuple[Text, Text], language: Language, **slots: str | int) -> Letter:
    subject, body = words
    return subject.in_language(language), body.in_language(language).format(**slots)
