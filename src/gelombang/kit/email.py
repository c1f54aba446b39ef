"""E-mail addresses: normalised once, compared case-folded (standards §10.2)."""

import re
from typing import ClassVar

from email_validator import EmailNotValidError, validate_email

from gelombang.kit.errors import Refusal
from gelombang.kit.words import Text

LONGEST = 254  # RFC 5321: a path of 256 octets with its angle brackets
# What nearly everybody types, and what a whole validation would only say yes to: letters, digits
# and single marks before the @, plain labels after it, an ordinary end. It spares the opening
# minute a third of its work; a test holds it against the library. Anything else goes there.
_ORDINARY = re.compile(
    r"([a-z0-9]+(?:[._+-][a-z0-9]+)*)@((?:[a-z0-9]{1,63}\.){1,4}(?:com|id|net|org))",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_LOCAL = 64  # RFC 5321


class EmailMalformed(Refusal):
    """The text is not an e-mail address that mail could reach."""

    sentence: ClassVar[Text] = Text(
        id="Tulis alamat surel yang lengkap, misalnya nama@contoh.id.",
        en="Enter a full e-mail address, such as name@example.id.",
    )


class EmailTooLong(Refusal):
    """The address is longer than mail systems carry."""

    sentence: ClassVar[Text] = Text(
        id="Alamat surel paling panjang 254 huruf. Periksa lagi alamat Anda.",
        en="An e-mail address has at most 254 characters. Check your address.",
    )


def normalise_email(typed: str) -> str:
    """The address as mail is sent to it: NFC, ASCII domain in lower case, local part as typed.

    Raises EmailMalformed or EmailTooLong.
    """
    text = typed.strip()
    if len(text) > LONGEST:
        raise EmailTooLong(field="email")
    if (ordinary := _ORDINARY.fullmatch(text)) and ordinary.end(1) <= _LONGEST_LOCAL:
        return f"{ordinary[1]}@{ordinary[2].lower()}"
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as problem:
        raise EmailMalformed(field="email") from problem
    if len(found.ascii_email or "") > LONGEST:
        raise EmailTooLong(field="email")
    return found.ascii_email or found.normalized


def email_for_comparison(normalised: str) -> str:
    """What two spellings of one address share: case-folded. Feed this to the blind index."""
    return normalised.casefold()
