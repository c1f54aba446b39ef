"""The number of a family card: 16 digits of region, date of issue and serial (standards §10.3)."""

from datetime import date
from typing import ClassVar

from gelombang.kit.errors import Refusal
from gelombang.kit.nik import PROVINCE_CODES, NikHasLetters, normalise_digits
from gelombang.kit.words import Text

LONGEST_TYPED = 200  # beyond this nothing is even looked at


class FamilyCardMalformed(Refusal):
    """A family card number without 16 digits."""

    sentence: ClassVar[Text] = Text(
        id="Nomor kartu keluarga terdiri dari 16 angka. Anda mengetik {count}.",
        en="A family card number has 16 digits. You typed {count}.",
    )


class FamilyCardHasLetters(Refusal):
    """A family card number with something besides digits."""

    sentence: ClassVar[Text] = Text(
        id="Nomor kartu keluarga hanya berisi angka. Periksa lagi huruf yang terketik.",
        en="A family card number holds digits only. Check the letters you typed.",
    )


class FamilyCardProvinceUnknown(Refusal):
    """Its first two digits name no province."""

    sentence: ClassVar[Text] = Text(
        id="Dua angka pertama nomor kartu keluarga ({part}) bukan kode provinsi.",
        en="The first two digits of the family card number ({part}) are no province code.",
    )


class FamilyCardDateImpossible(Refusal):
    """Digits 7 to 12, its date of issue, are no date."""

    sentence: ClassVar[Text] = Text(
        id="Angka ke-7 sampai ke-12 nomor kartu keluarga ({part}) bukan tanggal yang ada.",
        en="Digits 7 to 12 of the family card number ({part}) are not a possible date.",
    )


class FamilyCardIsNik(Refusal):
    """The NIK was typed a second time."""

    sentence: ClassVar[Text] = Text(
        id="Ini NIK Anda. Nomor kartu keluarga tertulis di bagian atas kartu keluarga.",
        en="This is your NIK. The family card number stands at the top of the family card.",
    )


def check_family_card(typed: str) -> str:
    """The 16 digits of a family card: region, date of issue, serial. Raises its refusals."""
    try:
        digits = normalise_digits(typed[:LONGEST_TYPED])
    except NikHasLetters:
        raise FamilyCardHasLetters(field="family_card_no") from None
    if len(digits) != 16:  # noqa: PLR2004 a family card number
        raise FamilyCardMalformed(field="family_card_no", count=len(digits))
    if digits[:2] not in PROVINCE_CODES:
        raise FamilyCardProvinceUnknown(field="family_card_no", part=digits[:2])
    try:
        date(2000 + int(digits[10:12]), int(digits[8:10]), int(digits[6:8]))
    except ValueError:
        raise FamilyCardDateImpossible(field="family_card_no", part=digits[6:12]) from None
    return digits
