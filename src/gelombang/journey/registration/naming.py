"""How somebody who comes back names their account: by address, by number, or by receipt."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from gelombang.kit.email import normalise_email
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import read_receipt
from gelombang.kit.phone import normalise_phone
from gelombang.kit.words import Text


class NamedBy(StrEnum):
    """What an account is named by."""

    EMAIL = "email"
    """Its address."""
    PHONE = "phone"
    """A number that one person alone has confirmed."""
    RECEIPT = "receipt"
    """The receipt of a submission that became it."""


class NotAName(Refusal):
    """Neither an address, nor a mobile number, nor a receipt."""

    sentence: ClassVar[Text] = Text(
        id="Tulis alamat surel, nomor ponsel, atau nomor tanda terima, misalnya nama@contoh.id.",
        en="Enter an e-mail address, a mobile number or a receipt, such as name@example.id.",
    )


class NumbersNotTaken(Refusal):
    """A number, where no provider of text messages is there."""

    sentence: ClassVar[Text] = Text(
        id="Kode belum bisa dikirim ke ponsel. Tulis alamat surel atau nomor tanda terima.",
        en="Codes cannot go to a phone yet. Enter an e-mail address or a receipt number.",
    )


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody typed, in one spelling."""

    by: NamedBy
    value: str = field(repr=False)


def read_name(typed: str, *, texts: bool) -> Name:
    """What was typed; `texts` says whether codes can go to numbers.

    Raises NotAName, NumbersNotTaken, EmailMalformed, EmailTooLong or PhoneMalformed.
    """
    if "@" in typed:
        return Name(NamedBy.EMAIL, normalise_email(typed))
    if (receipt := read_receipt(typed)) is not None:
        return Name(NamedBy.RECEIPT, receipt)
    if not any(letter in "0123456789" for letter in typed):
        raise NotAName(field="email")
    if not texts:
        raise NumbersNotTaken(field="email")
    return Name(NamedBy.PHONE, normalise_phone(typed))
