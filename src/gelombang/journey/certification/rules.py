"""What may become of a certificate, its number, and how little of its holder is shown."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from gelombang.journey.learning.rules import LONG_NUMBER
from gelombang.kit.errors import Refusal
from gelombang.kit.ids import read_letters, show_letters
from gelombang.kit.words import Text

NUMBER_LETTERS = 16
"""80 random bits: nobody finds somebody's certificate by trying numbers."""
SHORTEST_REASON = 10
"""Letters of the reason for a revocation; "ok" explains nothing to whoever reads the trail."""
LONGEST_REASON = 500


class CertificateState(StrEnum):
    """Whether a certificate holds."""

    VALID = "valid"
    """Issued for a completed course."""
    REVOKED = "revoked"
    """Taken back, with a reason; the public page says so for ever."""


CERTIFICATE_MOVES: Mapping[str, frozenset[str]] = {
    CertificateState.VALID: frozenset({CertificateState.REVOKED}),
    CertificateState.REVOKED: frozenset(),
}


class CertificateUnknown(Refusal):
    """No certificate has this number."""

    sentence: ClassVar[Text] = Text(
        id="Tidak ada sertifikat dengan nomor ini. Periksa lagi ke-16 huruf dan angkanya.",
        en="No certificate has this number. Check its 16 letters and digits again.",
    )
    status: ClassVar[int] = 404


class CertificateRevoked(Refusal):
    """The certificate was taken back already."""

    sentence: ClassVar[Text] = Text(
        id="Sertifikat ini sudah dicabut.", en="This certificate has been revoked already."
    )
    status: ClassVar[int] = 409


class RevocationUnexplained(Refusal):
    """A revocation without a real reason, or with one as long as a document."""

    sentence: ClassVar[Text] = Text(
        id="Tulis alasannya dalam satu kalimat, 10 sampai 500 huruf. Alasan ini dicatat.",
        en="Give the reason in one sentence of 10 to 500 letters. It is kept.",
    )


class ReasonHoldsNumber(Refusal):
    """A reason with a number so long that it may be a NIK, a telephone or an account."""

    sentence: ClassVar[Text] = Text(
        id="Jangan tulis NIK atau nomor panjang lain di alasan: jejak tidak memuat data pribadi.",
        en="Leave out NIK and other long numbers: the trail holds no personal data.",
    )


def show_number(number: str) -> str:
    """The number as people read it: `K7QF-2M5A-XW4T-JJ2C`."""
    return show_letters(number)


def read_number(typed: str) -> str | None:
    """The number somebody typed or scanned; None if it cannot be one.

    Hyphens, blanks and case are forgiven, and so are 0, 1 and 8 for O, I and B.
    """
    return read_letters(typed, count=NUMBER_LETTERS)


def check_reason(typed: str) -> str:
    """The reason of a revocation with single blanks.

    Raises RevocationUnexplained or ReasonHoldsNumber.
    """
    reason = " ".join(typed.split())
    if LONG_NUMBER.search(reason):
        raise ReasonHoldsNumber(field="reason")
    if sum(map(str.isalpha, reason)) < SHORTEST_REASON or len(reason) > LONGEST_REASON:
        raise RevocationUnexplained(field="reason")
    return reason


def masked(name: str) -> str:
    """The first letter of every word and three stars, `S*** C***`: enough to compare, not to know.

    Always three: the length of a name is nobody's business either.
    """
    first = (next((sign for sign in word if sign.isalpha()), "") for word in name.split())
    return " ".join(f"{letter.upper()}***" for letter in first if letter)
