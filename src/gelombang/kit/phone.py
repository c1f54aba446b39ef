"""Indonesian mobile numbers, stored as E.164 (standards §10.1)."""

import re
from typing import ClassVar

import phonenumbers

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

# The parser would read letters as keys of a telephone and drop extensions: both are mistakes here.
_TYPED = re.compile(r"[ (]{0,3}\+?[0-9 ().\-]{1,40}")
_SEPARATORS = str.maketrans("", "", " ().-")
# The two spellings that nearly everybody uses, by the library's own pattern of mobile numbers; a
# test holds both against the library. Toll-free and premium numbers begin with 80 and are none.
MOBILE_PATTERN = r"8[1-35-9]\d{7,10}"
_PLAIN = re.compile(rf"(?:\+62|0)({MOBILE_PATTERN})", re.ASCII)
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
    if plain := _PLAIN.fullmatch(text.translate(_SEPARATORS)):
        return f"+62{plain[1]}"
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException as problem:
        raise PhoneMalformed(field="phone") from problem
    mobile = phonenumbers.number_type(number) in _MOBILE
    if not mobile or phonenumbers.region_code_for_number(number) != "ID":
        raise PhoneMalformed(field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
