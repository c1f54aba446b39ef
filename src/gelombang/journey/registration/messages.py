"""The text messages of registration: one sentence or two, without a subject."""

from datetime import datetime

from gelombang.kit.clock import WIB
from gelombang.kit.words import Text

_TEXT = Text(
    id="{code} adalah kode Gelombang Anda. Berlaku 10 menit. Jangan berikan kepada siapa pun.",
    en="{code} is your Gelombang code. It works for 10 minutes. Do not give it to anybody.",
)


def phone_code(*, code: str, language: str) -> tuple[str, str]:
    """A text message (without a subject) that brings the code by which a number proves itself."""
    return "", _TEXT.in_language(language).format(code=code)


_SIGN_IN_TEXT = Text(
    id="{code} adalah kode masuk Gelombang Anda, berlaku sampai pukul {until}. Jangan berikan "
    "kepada siapa pun.",
    en="{code} is your Gelombang sign-in code until {until}. Do not give it to anybody.",
)


def sign_in_text(*, code: str, until: datetime, language: str) -> tuple[str, str]:
    """A text message that brings a sign-in code, good until a real instant."""
    shown = f"{until.astimezone(WIB):%H.%M} WIB"
    return "", _SIGN_IN_TEXT.in_language(language).format(code=code, until=shown)


_NUMBER_CHANGED = Text(
    id="Nomor ponsel akun Gelombang Anda diganti menjadi {new}. Bukan Anda? Masuk dengan surel, "
    "lalu hubungi bantuan.",
    en="The mobile number of your Gelombang account was changed to {new}. Not you? Sign in by "
    "e-mail and tell us.",
)


def number_changed(*, new: str, language: str) -> tuple[str, str]:
    """A text message for the old number."""
    return "", _NUMBER_CHANGED.in_language(language).format(new=_plain(new))


_ADDRESS_CHANGED = Text(
    id="Surel akun Gelombang Anda diganti menjadi {new}. Bukan Anda? Masuk dengan nomor ponsel "
    "ini, lalu hubungi bantuan.",
    en="The e-mail address of your Gelombang account was changed to {new}. Not you? Sign in by "
    "this mobile number and tell us.",
)


def address_changed(*, new: str, language: str) -> tuple[str, str]:
    """A text message for the proven number: letters go to another address now."""
    return "", _ADDRESS_CHANGED.in_language(language).format(new=_plain(new))


_WAITS = Text(
    id="Kontak akun Gelombang Anda akan diganti menjadi {new} pada {at}. Bukan Anda? Masuk dan "
    "batalkan sebelum itu.",
    en="The contact of your Gelombang account will change to {new} at {at}. Not you? Sign in and "
    "cancel it before then.",
)


def change_waits(*, new: str, at: datetime, language: str) -> tuple[str, str]:
    """A text message for the proven number: a change counts from `at` (real) unless cancelled."""
    shown = f"{at.astimezone(WIB):%d/%m %H.%M} WIB"
    return "", _WAITS.in_language(language).format(new=_plain(new), at=shown)


def _plain(masked: str) -> str:
    """Without the dots that a mask has elsewhere: a text with one of them holds less than half."""
    return masked.replace("•", "*")
