"""Indonesian mobile numbers, stored as E.164 (standards §10.1)."""

import re
from typing import ClassVar

import phonenumbers

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

# The parser would read letters as keys of a telephone and drop extensions: both are mistakes here.
_TYPED = re.compile(r"[ (]{0,3}\+?[0-9 ().\-]{1,40}")
_MOBILE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}


class PhoneMalformed(Refusal):
    """The text is not an Indonesian mobile number."""

    sentence: ClassVar[Text] = Text(
        id="Tulis nomor ponsel Indonesia, misalnya 0812 3456 7890.",
        en="Enter an Indonesian mobile number, such as 0812 3456 7890.",
    )


def normalise_phone(typed: str) -> str:
    """The number as `+62…`, from any of 08…, 62…, +62…, with blanks and hyphens.

    Raises PhoneMalformed for landlines, other countries, letters and numbers of a wrong length.
    """
    text = typed.strip()
    if not _TYPED.fullmatch(text):
        raise PhoneMalformed(field="phone")
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException as problem:
        raise PhoneMalformed(field="phone") from problem
    mobile = phonenumbers.number_type(number) in _MOBILE
    if not mobile or phonenumbers.region_code_for_number(number) != "ID":
        raise PhoneMalformed(field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
